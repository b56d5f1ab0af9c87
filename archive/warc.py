"""WARC 1.1 files: one gzip member a record, one flush and fsync an exchange.

The records are laid out here and not by warcio's writer, which percent-encodes header bytes and so would not keep them as
received; warcio reads the files back, and its `check` must agree with every digest.
"""

from __future__ import annotations

import gzip
import os
import re
import uuid
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.codings import decode_body
from archive.errors import Damaged, Unwritable
from archive.models import Capture, Exchange, Headers, Provenance, moment, now, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

FOLDER = "warc"
OPEN = ".open"
ROLL_AT = 1_000_000_000  # bytes
LEVEL = 6  # of zlib; 9 costs twice the time for two per cent of the room
_CHUNK = 1 << 16
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(frozen=True, slots=True)
class Record:
    """One response or revisit record read back. `body` is as received; a revisit has none of its own."""

    record_id: str
    type: str
    url: str
    fetched_at: datetime
    status: int
    reason: str
    headers: Headers
    body: bytes
    payload_digest: str | None

    @property
    def content(self) -> bytes:
        """The body with its Content-Encoding undone. Raises Undecodable."""
        return decode_body(self.body, self.headers)

    def resolved(self, original: Record) -> Record:
        """The revisit with the payload of the record it refers to; a 304 has that record's status and headers too."""
        if self.status != HTTPStatus.NOT_MODIFIED:
            return replace(self, body=original.body)
        return replace(original, record_id=self.record_id, type=self.type, url=self.url, fetched_at=self.fetched_at)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that a crash left open: how many torn bytes were cut off, and whether any capture was in it to keep."""

    warc: str
    cut_bytes: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Where the response record of an exchange stands: file name, byte offset and length of its gzip member."""

    record_id: str
    warc: str
    offset: int
    length: int
    payload_digest: str


class WarcWriter:
    """Appends exchanges to `<folder>/warc/<portal>-<UTC time>-<nnnnn>.warc.gz`, named `.open` until it is closed.

    `folder` is the archive's. `info` becomes the warcinfo record that every file begins with (software, operator, robots).
    When `write` returns, the records are on the disk; when it raises Unwritable, none of them is in the file.
    """

    def __init__(self, folder: Path, portal: str, info: Mapping[str, str], *, roll_at: int = ROLL_AT) -> None:
        self._folder = folder / FOLDER
        self._prefix = re.sub(r"[^\w.-]", "_", portal) + now().strftime("-%Y%m%d%H%M%S")
        self._info = {**info, "isPartOf": f"urn:uuid:{uuid.uuid4()}"}  # what the files of one crawl have in common
        self._roll_at, self._number = roll_at, 0
        self._begin()

    def write(self, exchange: Exchange, provenance: Provenance, refers_to: Capture | None = None) -> Written:
        """Writes response, request and provenance; with `refers_to` a revisit record without the payload it repeats."""
        if self._end > self._roll_at and not self._file.closed:
            self._finish()
        if self._file.closed:
            self._begin()
        digest = refers_to.payload_digest if refers_to else payload_digest(exchange.body)
        response = _response(exchange, digest, refers_to)
        beside = [("WARC-Concurrent-To", response.id), ("WARC-Warcinfo-ID", self._warcinfo_id)]
        about = [*_about(exchange), *beside]
        members = [
            _member(response.type, [*response.headers, beside[1]], response.block, response.id),
            *([_member("request", [*about, _HTTP_REQUEST], _request_block(exchange))] if exchange.method else []),
            _member("metadata", [*_written(about), _FIELDS], _fields(_provenance(provenance))),
        ]
        offset = self._append(b"".join(members))
        return Written(response.id, self._name, offset, len(members[0]), digest)

    def close(self) -> None:
        """Takes `.open` off the name; a file that holds nothing but its warcinfo is taken away."""
        if not self._file.closed:
            self._finish()

    def leave(self) -> None:
        """Closes the file and leaves `.open` on its name, since a record in it has no row: the next crawl gives it one. What is written
        after that begins another file."""
        with suppress(OSError):
            self._file.truncate(self._end)
        with suppress(OSError):
            self._file.close()

    def _begin(self) -> None:
        self._number += 1
        while self._taken():
            self._number += 1
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _open(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._warcinfo_id, self._end = _record_id(), 0
        self._write_info()
        self._used = False
        _sync_folder(self._folder)

    def _write_info(self) -> None:
        about = [("WARC-Filename", self._name), ("WARC-Date", stamp(now())), _FIELDS]
        info = {"format": "WARC File Format 1.1", **self._info}
        try:
            self._append(_member("warcinfo", about, _fields(info.items()), self._warcinfo_id))
        except Unwritable:
            self._file.close()
            self._path.unlink()
            raise

    def _finish(self) -> None:
        with self._file:
            self._file.truncate(self._end)
        settle(self._path, used=self._used)

    @property
    def _name(self) -> str:
        return f"{self._prefix}-{self._number:05}.warc.gz"

    @property
    def _path(self) -> Path:
        return self._folder / (self._name + OPEN)

    def _taken(self) -> bool:
        return self._path.exists() or (self._folder / self._name).exists()

    def _append(self, data: bytes) -> int:
        """Writes all of it and forces it to the disk, or leaves the file as it was. Returns the offset of its beginning."""
        offset = self._end
        try:
            self._file.seek(offset)
            _write_all(self._file, data)
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(offset)
            raise _unwritable(self._path, error) from error
        self._end += len(data)
        self._used = True
        return offset


def read_record(folder: Path, warc: str, offset: int) -> Record:
    """The response or revisit record at that place of an archive, whether its file is still being written or not.

    Raises Damaged when there is none. A revisit is followed by `Record.resolved`: only who knows the captures knows where.
    """
    path = folder / FOLDER / warc
    if not path.exists():
        path = path.with_name(warc + OPEN)
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return _record(next(iter(ArchiveIterator(stream, no_record_parse=True))))
    except OSError as error:
        raise Damaged(f"Could not read {path}: {error.strerror}; put the file back from a copy.") from error
    except (ArchiveLoadFailed, StopIteration, EOFError, ValueError, zlib.error) as error:
        raise Damaged(f"No record begins at byte {offset} of {path}; put the file back from a copy.") from error


def http_message(block: bytes) -> tuple[int, str, Headers, bytes]:
    """Status, reason, headers and body of an HTTP response as it stands in a record. Raises ValueError for none."""
    head, _, body = block.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    _, status, reason = [*first.split(" ", 2), ""][:3]
    fields = (line.partition(":") for line in lines)
    return int(status), reason, [(name, value.strip(" \t")) for name, _, value in fields], body


def _record(record: Any) -> Record:
    headers = record.rec_headers
    status, reason, http_headers, body = http_message(record.raw_stream.read())
    return Record(
        record_id=headers.get_header("WARC-Record-ID"),
        type=record.rec_type,
        url=headers.get_header("WARC-Target-URI"),
        fetched_at=moment(headers.get_header("WARC-Date")),
        status=status,
        reason=reason,
        headers=http_headers,
        body=body,
        payload_digest=headers.get_header("WARC-Payload-Digest"),
    )


def recover(folder: Path, adopt: Callable[[Path], object] = lambda _: None) -> list[Recovered]:
    """Closes what a crash left open in an archive: the torn tail is cut at the last whole member.

    `adopt` is called with the path of each file that is kept, before its name says that it is closed: should the process die in
    between, the next one finds the file open again. Only for who holds the archive's lock: another crawl's open file looks the same.
    """
    return [_recover(path, adopt) for path in sorted((folder / FOLDER).glob(f"*.warc.gz{OPEN}"))]


def _recover(path: Path, adopt: Callable[[Path], object]) -> Recovered:
    size = path.stat().st_size
    members, end = _whole_members(path)
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    if members > 1:
        adopt(path)
    settle(path, used=members > 1)
    return Recovered(path.name.removesuffix(OPEN), size - end, kept=members > 1)


def _whole_members(path: Path) -> tuple[int, int]:
    """How many whole gzip members the file begins with, and where the last of them ends."""
    members = end = 0
    with path.open("rb") as file, suppress(zlib.error):
        rest = file.read(_CHUNK)
        while rest:
            stream, read = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
            while rest and not stream.eof:
                stream.decompress(rest)
                read += len(rest) - len(stream.unused_data)
                rest = stream.unused_data or file.read(_CHUNK)
            if not stream.eof:
                break
            members, end = members + 1, end + read
    return members, end


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable(f"Could not write to {path}: {error.strerror or error}; make room there and crawl again.")


def payload_digest(body: bytes) -> str:
    """The digest of a body as it was received, content-encoded."""
    return "sha256:" + sha256(body).hexdigest()


def settle(path: Path, *, used: bool) -> None:
    """Gives a file that is no longer written its final name, or removes it when nothing was captured into it."""
    if used:
        path.rename(path.with_name(path.name.removesuffix(OPEN)))
    else:
        path.unlink()
    _sync_folder(path.parent)


_FIELDS = ("Content-Type", "application/warc-fields")
_HTTP_REQUEST = ("Content-Type", "application/http;msgtype=request")
_HTTP_RESPONSE = ("Content-Type", "application/http;msgtype=response")


@dataclass(frozen=True, slots=True)
class _Response:
    id: str
    type: str
    headers: Headers
    block: bytes


def _response(exchange: Exchange, digest: str, refers_to: Capture | None) -> _Response:
    head = _head(f"{exchange.protocol} {exchange.status} {exchange.reason}", _as_received(exchange.response_headers))
    headers = [*_about(exchange), ("WARC-Payload-Digest", digest), _HTTP_RESPONSE]
    if refers_to is None:
        return _Response(_record_id(), "response", headers, head + exchange.body)
    profile = "server-not-modified" if exchange.status == HTTPStatus.NOT_MODIFIED else "identical-payload-digest"
    headers += [
        ("WARC-Profile", _REVISIT + profile),
        ("WARC-Refers-To", refers_to.record_id),
        ("WARC-Refers-To-Target-URI", refers_to.url),
        ("WARC-Refers-To-Date", refers_to.fetched_at),
    ]
    return _Response(_record_id(), "revisit", headers, head)


def _about(exchange: Exchange) -> Headers:
    about = [("WARC-Target-URI", exchange.url), ("WARC-Date", stamp(exchange.fetched_at))]
    return [*about, ("WARC-IP-Address", exchange.ip)] if exchange.ip else about


def _written(about: Headers) -> Headers:
    """The date of what we say about a capture is when we wrote it, to the microsecond: the order of captures, for a rebuild."""
    return [(name, f"{now():%Y-%m-%dT%H:%M:%S.%fZ}" if name == "WARC-Date" else value) for name, value in about]


def _request_block(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _head(f"{exchange.method} {target} HTTP/1.1", exchange.request_headers) + exchange.request_body


def _as_received(headers: Headers) -> Headers:
    """The headers that still tell the truth: the chunks of a chunked body are undone before we see it."""
    return [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]


def _provenance(provenance: Provenance) -> Headers:
    told = (
        ("portal", provenance.portal),
        ("role", provenance.role),
        ("section", provenance.section),
        ("via", provenance.via),
        ("imported-from", provenance.imported),
    )
    return [(name, value) for name, value in told if value]


def _fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The body of an application/warc-fields record."""
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in pairs).encode()


def _head(first: str, headers: Headers) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return b"".join(_wire(line) + b"\r\n" for line in lines) + b"\r\n"


def _wire(line: str) -> bytes:
    """A header line as it crossed the wire; what latin-1 does not hold never crossed it and is our own, UTF-8."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode()


def _member(kind: str, headers: Headers, block: bytes, record_id: str | None = None) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id or _record_id()}",
        *(f"{name}: {_one_line(value)}" for name, value in headers),
        f"WARC-Block-Digest: {payload_digest(block)}",
        f"Content-Length: {len(block)}",
    ]
    return gzip.compress("\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n", LEVEL, mtime=0)


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _open(path: Path) -> BinaryIO:
    """The one place where a file is opened for writing, so that a test can make any of its writes fail."""
    return path.open("xb", buffering=0)


def _write_all(file: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    """Makes a new name in the folder as durable as the bytes of the file it names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
