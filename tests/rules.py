"""The rules of the workflow as they stand in its files: name and text of each."""

import re

from studies import ROOT

RULES = {
    match[1]: match[2]
    for path in sorted((ROOT / "workflow/rules").glob("*.smk"))
    for match in re.finditer(r"(?ms)^rule (\w+):\n(.*?)(?=^\S|\Z)", path.read_text())
}
