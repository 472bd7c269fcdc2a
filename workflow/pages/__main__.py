"""Write the pages that are made from other files: make manual."""

import json
from pathlib import Path

import claims
import configuration
import pandas as pd
import rooms
import yaml

ROOT = Path(__file__).resolve().parents[2]


def pages() -> dict[Path, str]:
    """Return what each of these files says."""

    def read(name: str) -> dict:
        return yaml.safe_load((ROOT / name).read_text())

    reference = ROOT / "results/reference/default"
    judged, seeds = pd.read_csv(reference / "claims.csv"), json.loads((reference / "run.json").read_text())["seeds"]
    figures = read("results/reference/default/config.yaml")["figures"]
    return {
        ROOT / "docs/config.md": configuration.manual(read("workflow/schemas/config.schema.yaml"), read("config.yaml")),
        ROOT / "docs/claims.md": claims.page(read("workflow/claims.yaml"), judged, figures, len(seeds)),
        **rooms.pages(ROOT, read("workflow/rooms.yaml")),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
