"""The pictures of the guide: taken while the journeys are walked, when `make guide` asks for it, else only missed."""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize

IMAGES = Path(__file__).parents[2] / "docs" / "guide" / "images"
IS_ASKED_FOR = os.environ.get("IVR_GUIDE") == "1"
MOST_BYTES = 150_000
TALLEST, TALLEST_PART = 760, 1000
MARGIN = 12
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Size:
    """What somebody looks at the site with."""

    name: str
    viewport: ViewportSize
    is_touched: bool


PHONE = Size("telephone", {"width": 390, "height": 844}, is_touched=True)
DESK = Size("bureau", {"width": 1024, "height": 768}, is_touched=False)


def picture_of(page: Page, step: str, size: Size, part: Locator | None = None) -> None:
    """Keep what the page shows at that step, or that part of it; when nobody asked for pictures, it must be there."""
    file = IMAGES / f"{step}-{size.name}.png"
    if IS_ASKED_FOR:
        IMAGES.mkdir(parents=True, exist_ok=True)
        file.write_bytes(smaller(_taken(page, part)))
    assert file.exists(), f"there is no picture of {step}: run `make guide`"
    assert file.stat().st_size <= MOST_BYTES, f"{file.name} is too large"


def _taken(page: Page, part: Locator | None) -> bytes:
    clip = _around(page, part) if part else _whole(page)
    return page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")


def _whole(page: Page) -> FloatRect:
    width, height = page.evaluate("[document.documentElement.clientWidth, document.body.scrollHeight]")
    return {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}


def _around(page: Page, part: Locator) -> FloatRect:
    """The part with some margin, as wide as the page on a telephone."""
    box = part.bounding_box()
    assert box is not None
    width, above = page.evaluate("[document.documentElement.clientWidth, window.scrollY]")
    left, top = max(box["x"] - MARGIN, 0), max(box["y"] + above - MARGIN, 0)
    right = min(box["x"] + box["width"] + MARGIN, width)
    return {"x": left, "y": top, "width": right - left, "height": min(box["height"] + 2 * MARGIN, TALLEST_PART)}


def smaller(png: bytes) -> bytes:
    """The same picture, packed as tightly as it can be."""
    chunks, place = [], len(SIGNATURE)
    while place < len(png):
        length = struct.unpack_from(">I", png, place)[0]
        chunks.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + length]))
        place += length + 12
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    kept = [chunk for chunk in chunks if chunk[0] == b"IHDR"]
    return SIGNATURE + b"".join(map(_chunk, [*kept, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]))


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    kind, body = chunk
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
