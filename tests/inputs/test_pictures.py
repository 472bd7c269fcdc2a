"""Pictures with odd notes: turned by their orientation alone, and none that Pillow shows is called unreadable."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin

from segregation.images.store import decode
from segregation.sources import packing

SIDES = (60, 40)
COLOURS = np.random.default_rng(3).integers(0, 256, (4, 6, 3), np.uint8)


def saved(kind, **how):
    buffer = io.BytesIO()
    Image.fromarray(COLOURS).resize(SIDES, Image.Resampling.NEAREST).save(buffer, kind, **how)
    return buffer.getvalue()


PLAIN = {kind: saved(kind) for kind in ("JPEG", "PNG", "WEBP")}


def entry(tag, kind, count, value):
    return struct.pack("<HHI", tag, kind, count) + value


def exif(*entries):
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + b"\0\0\0\0"


def jpeg(notes):
    """A JPEG with notes of its makers, as they stand in the file."""
    return PLAIN["JPEG"][:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + PLAIN["JPEG"][2:]


def png(*chunks):
    """A PNG with further chunks behind its head."""
    made = b""
    for name, content in chunks:
        made += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return PLAIN["PNG"][:33] + made + PLAIN["PNG"][33:]


def webp(*chunks):
    """A WebP with further chunks."""
    made = b"WEBPVP8X" + struct.pack("<I", 10) + bytes([0x2C, 0, 0, 0])
    made += struct.pack("<I", SIDES[0] - 1)[:3] + struct.pack("<I", SIDES[1] - 1)[:3] + PLAIN["WEBP"][12:]
    for name, content in chunks:
        made += name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(made)) + made


def profile():
    info = PngImagePlugin.PngInfo()
    info.add_text("Raw profile type exif", "\nexif\n   8\nnot hexadecimal")
    return saved("PNG", pnginfo=info)


TURNED = entry(0x112, 3, 1, struct.pack("<HH", 6, 0))
CASES = {
    "turned, with a fault beside": {
        "XMP as text": jpeg(exif(TURNED, entry(0x2BC, 2, 4, b"<x>\0"))),
        "resolution as text": jpeg(exif(TURNED, entry(0x11A, 2, 3, b"72\0\0"))),
        "a date as a number": jpeg(exif(TURNED, entry(0x132, 11, 1, struct.pack("<f", 1.5)))),
        "compression empty": jpeg(exif(entry(0x103, 13, 2, bytes(4)), TURNED)),
        "resolution by nought": jpeg(exif(TURNED, entry(0x11A, 5, 1, struct.pack("<I", 8)))),
        "a unit as text": jpeg(exif(TURNED, entry(0x128, 2, 2, b"x\0\0\0"))),
        "two orientations": jpeg(exif(entry(0x112, 3, 2, struct.pack("<HH", 6, 1)))),
        "a kind that there is not": jpeg(exif(TURNED, entry(0x132, 99, 1, bytes(4)))),
    },
    "as it stands": {
        "an orientation that there is not": jpeg(exif(entry(0x112, 3, 1, struct.pack("<HH", 9, 0)))),
        "an orientation as text": jpeg(exif(entry(0x112, 2, 2, b"6\0\0\0"))),
        "EXIF without an end": jpeg(b"Exif\0\0II*\0\x08\0\0\0\xff\xff"),
        "EXIF that is none": jpeg(b"Exif\0\0no tiff header"),
        "EXIF that begins nowhere": jpeg(b"Exif\0\0II*\0" + struct.pack("<I", 2**31)),
        "a raw profile that is none": profile(),
        "eXIf in a PNG that is none": png((b"eXIf", b"\xff" * 9)),
        "EXIF in a WebP that is none": webp((b"EXIF", b"Exif\0\0no tiff header")),
        "a broken colour profile": png((b"pHYs", bytes(9)), (b"gAMA", bytes(4))),
        "XMP that is no text": png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0\xff\xfe<x")),
        "XMP in a WebP that is no text": webp((b"XMP ", b"\xff\xfe\0<")),
    },
}


@pytest.mark.filterwarnings("ignore")  # of Pillow, on notes that are broken
@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind in CASES for member in CASES[kind]])
def test_a_broken_note_costs_no_picture_and_no_orientation(kind, member, tmp_path):
    (tmp_path / "picture").write_bytes(CASES[kind][member])
    got = packing.encoded(tmp_path / "picture", 40, "png")
    assert isinstance(got, bytes), got
    shown = np.asarray(Image.open(tmp_path / "picture").convert("RGB"))
    assert np.array_equal(decode(got), np.rot90(shown, -1) if kind.startswith("turned") else shown)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_pillow_turns_them(orientation, tmp_path):
    notes = Image.Exif()
    notes[0x112] = orientation
    (tmp_path / "turned.jpg").write_bytes(saved("JPEG", exif=notes))
    upright = ImageOps.exif_transpose(Image.open(tmp_path / "turned.jpg"))
    assert np.array_equal(decode(packing.encoded(tmp_path / "turned.jpg", 40, "png")), np.asarray(upright))


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from([0x112, 0x103, 0x11A, 0x11B, 0x128, 0x132, 0x2BC, 0x8769, 0x8825, 0x927C]) | st.integers(0, 65535),
        st.integers(0, 14),
        st.sampled_from([0, 1, 2, 4, 1000, 2**31]),
        st.binary(min_size=4, max_size=4),
    ),
    max_size=6,
)
NOTES = st.builds(lambda entries, rest: exif(*entries) + rest, ENTRIES, st.binary(max_size=40)) | st.binary(max_size=60)
NAMES = st.sampled_from(
    [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"tRNS", b"bKGD", b"acTL"]
)
CHUNKS = st.lists(st.tuples(NAMES, st.binary(max_size=60) | NOTES), max_size=4)
OF_WEBP = st.lists(st.tuples(st.sampled_from([b"EXIF", b"XMP ", b"ICCP", b"ANIM", b"JUNK"]), NOTES), max_size=3)


@pytest.mark.filterwarnings("ignore")  # of Pillow, on notes that are broken
@given(NOTES.map(jpeg) | st.builds(lambda chunks: png(*chunks), CHUNKS) | st.builds(lambda chunks: webp(*chunks), OF_WEBP))
def test_no_picture_that_pillow_shows_is_called_unreadable(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "picture"
    path.write_bytes(content)
    got = packing.encoded(path, 40, "png")
    try:
        Image.open(path).convert("RGB")
    except Exception:
        assert isinstance(got, str) and "unreadable" in got
    else:
        assert isinstance(got, bytes), got
