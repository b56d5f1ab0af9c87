"""Pictures made by code: small PNG landscapes, one for each name, the same on every machine."""

import struct
import zlib
from functools import cache
from math import sin
from random import Random

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]


@cache
def landscape(name: str, width: int = 320, height: int = 200) -> bytes:
    """A PNG of an evening over hills, in colours that the name chooses; a few kilobytes."""
    chance = Random(name)  # noqa: S311 - a picture, no secret
    sky, glow, far, near = (_colour(chance, base) for base in (120, 190, 90, 40))
    hills = [_ridge(chance, width, height * 0.55), _ridge(chance, width, height * 0.75)]
    rows = []
    for y in range(height):
        air = _blend(sky, glow, y / height)
        pixels = (near if y > hills[1][x] else far if y > hills[0][x] else air for x in range(width))
        rows.append(b"\0" + b"".join(map(bytes, pixels)))
    return png(width, height, b"".join(rows))


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG file of 8-bit RGB rows, each with its filter byte before it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(chance: Random, base: int) -> Colour:
    red, green, blue = (base + chance.randrange(60) for _ in range(3))
    return red, green, blue


def _ridge(chance: Random, width: int, middle: float) -> list[int]:
    swings = [(chance.uniform(6, 18), chance.uniform(0.01, 0.05), chance.uniform(0, 6)) for _ in range(3)]
    return [round(middle + sum(a * sin(f * x + shift) for a, f, shift in swings)) for x in range(width)]


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
