"""Text that users wrote: in UTF-8 or as Windows' editors write Unicode, with any line ends."""

import re
import unicodedata
from pathlib import Path

from segregation.steps.reporting import InputError


def read_text(path: str | Path, expected: str) -> str:
    """Return the text of a file, without a byte order mark.

    Raises InputError, with what was expected, where the file is absent or no text in UTF-8 (or UTF-16 with its mark).
    """
    try:
        content = Path(path).read_bytes()
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
        if "\0" in text:
            raise ValueError("no text, it holds bytes of zero")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: cannot be read ({why}); expected {expected}, in UTF-8.") from error
    return text


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, split where lines end and at no other sign, as str.splitlines does."""
    return re.split(r"\r\n|\r|\n", text)


def normal(name: str) -> str:
    """Return a name in Unicode's composed form, in which file systems and editors differ."""
    return unicodedata.normalize("NFC", name)


def unprintable(name: str) -> bool:
    """Whether a name is no text in UTF-8, or has a newline or another sign that controls."""
    return any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in name)
