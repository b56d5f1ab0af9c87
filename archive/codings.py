"""Content-Encoding undone, never into more bytes than we are ready to hold."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import TYPE_CHECKING

from archive.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.models import Headers

LIMIT = 64 * 1024 * 1024  # bytes decoded; a page is some hundred thousand
_UNKNOWN = ("zstd", "compress", "x-compress", "dcb", "dcz")
_GZIP_MAGIC = b"\x1f\x8b"


def decode_body(raw: bytes, headers: Headers) -> bytes:
    """The body as its author wrote it. Raises Undecodable when it is cut short, broken, or over `LIMIT`, or when its coding is
    one that we cannot undo. What is no coding at all, such as `none` or a charset, is none.

    >>> decode_body(b"plain", [("Content-Type", "text/html"), ("Content-Encoding", "utf-8")])
    b'plain'
    """
    codings = [
        coding.strip().lower()
        for name, value in headers
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    for coding in reversed(codings):
        raw = _decoder(coding)(raw)
    return raw


def _decoder(coding: str) -> Callable[[bytes], bytes]:
    known: dict[str, Callable[[bytes], bytes]] = {
        "gzip": _gunzip,
        "x-gzip": _gunzip,
        "deflate": _inflate,
        "br": _unbrotli,
    }
    if coding in _UNKNOWN:
        raise Undecodable(f"The body is encoded as {coding!r}, which we never ask for and cannot decode.")
    return known.get(coding, bytes)


def _gunzip(raw: bytes) -> bytes:
    """Every member in turn; servers that announce gzip and send plain text are common enough to be believed."""
    if raw[:2] != _GZIP_MAGIC:
        return raw
    decoded = bytearray()
    while raw[:2] == _GZIP_MAGIC:
        piece, raw = _zlib(raw, zlib.MAX_WBITS | 16, LIMIT - len(decoded))
        decoded += piece
    return bytes(decoded)


def _inflate(raw: bytes) -> bytes:
    """With the zlib header that the standard wants, or without, as Microsoft's servers send it."""
    if not raw:
        return raw
    try:
        return _zlib(raw, zlib.MAX_WBITS, LIMIT)[0]
    except Undecodable as error:
        if not isinstance(error.__cause__, zlib.error):
            raise
        return _zlib(raw, -zlib.MAX_WBITS, LIMIT)[0]


def _zlib(raw: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """The first stream of `raw` decompressed, and the bytes after it."""
    stream = zlib.decompressobj(window)
    try:
        decoded = stream.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Undecodable(f"The compressed body is broken: {error}.") from error
    _check(len(decoded), limit, whole=stream.eof)
    return decoded, stream.unused_data


def _unbrotli(raw: bytes) -> bytes:
    try:
        brotli = import_module("brotli")  # our own requests never ask for it, so it is no dependency
    except ImportError as error:
        raise Undecodable("The body is brotli; `pip install brotli` to read it.") from error
    stream = brotli.Decompressor()
    try:
        decoded: bytes = stream.process(raw, output_buffer_limit=LIMIT + 1)
    except brotli.error as error:
        raise Undecodable(f"The compressed body is broken: {error}.") from error
    _check(len(decoded), LIMIT, whole=stream.is_finished())
    return decoded


def _check(size: int, limit: int, *, whole: bool) -> None:
    if size > limit:
        raise Undecodable(f"The body decodes to more than {LIMIT:,} bytes; no news page is that long.")
    if not whole:
        raise Undecodable("The compressed body is cut short.")
