"""A file of any size and origin as a stream of plain bytes that never costs more than it may."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16


class Unusable(Exception):  # noqa: N818 - the sentence says what is the case
    """No more of the file can be read, or should be."""


class Unpacked(io.RawIOBase):
    """What a file holds: as it is, or, when it begins like gzip, unpacked, one member or many.

    Raises Unusable where the packing is broken or cut short, and for a file that unpacks to more than `ratio` times its
    `size` beyond the first `free` bytes.
    """

    def __init__(self, file: BinaryIO, size: int, *, ratio: int, free: int) -> None:
        self._file, self._most = file, free + size * ratio
        self._packed = file.read(_CHUNK)
        self._stream = _gunzip() if self._packed.startswith(_GZIP) else None
        self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._plain(len(view)) if self._stream is None else self._unpacked(len(view))
        view[: len(data)] = data
        self._out += len(data)
        if self._out > self._most:
            raise Unusable(f"it unpacks to more than {self._most:,} bytes, as no archive of web pages does")
        return len(data)

    def _plain(self, most: int) -> bytes:
        self._packed = self._packed or self._file.read(_CHUNK)
        data, self._packed = self._packed[:most], self._packed[most:]
        return data

    def _unpacked(self, most: int) -> bytes:
        data = b""
        while not data and self._more():
            assert self._stream is not None
            try:
                data = self._stream.decompress(self._packed, most)
            except zlib.error as error:
                raise Unusable(f"its compression is broken ({error})") from error
            self._packed = self._stream.unconsumed_tail or self._stream.unused_data
        return data

    def _more(self) -> bool:
        """Whether there is anything left to unpack; begins the next member where one has ended."""
        assert self._stream is not None
        self._packed = self._packed or self._file.read(_CHUNK)
        if self._stream.eof and self._packed.strip(b"\0"):
            self._stream = _gunzip()
        elif self._stream.eof:
            self._packed = b""
        elif not self._packed:
            raise Unusable("it is cut short")
        return bool(self._packed)


def _gunzip() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 16)
