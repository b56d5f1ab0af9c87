"""Other people's WARC and WACZ files: wget's, browsertrix's, warcio's, whole or cut off, and never trusted.

Nothing of them is unpacked to a disk, what is in memory is one record, and how much a file may unpack to is bounded. That is
why records are cut out here and not by warcio, whose reader takes lines of any length and prints what it finds wrong.
"""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import new as new_digest
from typing import TYPE_CHECKING, BinaryIO

from warcio.bufferedreaders import ChunkedDataReader

from archive.addresses import has_host
from archive.errors import NotFound
from archive.models import Exchange, Headers, moment
from archive.unpacking import Unpacked, Unusable
from archive.warc import http_message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = 1 << 16  # bytes that the headers of one record may take
_WARC_IN_WACZ = re.compile(r"archive/[^/\\]+\.warc(?:\.gz)?")
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|\\|\0")
_TOLD = 100  # troubles of one file; more of them say nothing new


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost us."""

    record: int = 64 << 20  # bytes; a longer one is left out
    records: int = 10_000_000
    ratio: int = 250  # unpacked to packed; HTML packs ten to one, the dullest log a hundred
    free: int = 256 << 20  # bytes unpacked before the ratio counts
    entries: int = 10_000  # of a WACZ


@dataclass(frozen=True, slots=True)
class Copied:
    """One exchange of a foreign file, and where it stood. `names`: what a revisit may call it by; `repeats`: what a revisit,
    which has no body of its own, calls the record that has it.
    """

    exchange: Exchange
    record_id: str
    file: str
    names: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return f"{self.file} {self.record_id}"


@dataclass(frozen=True, slots=True)
class _Record:
    headers: dict[str, str]  # names in lower case
    block: bytes

    @property
    def type(self) -> str:
        return self.headers.get("warc-type", "")

    @property
    def id(self) -> str:
        return self.headers.get("warc-record-id", "")

    @property
    def beside(self) -> str:
        return self.headers.get("warc-concurrent-to", "")


@dataclass(eq=False)
class Foreign:
    """A file as it is read. `troubles` are sentences without their end; `left_out` counts records by why they were."""

    path: Path
    limits: Limits = field(default_factory=Limits)
    troubles: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    records: int = 0

    def warc(self) -> Iterator[Copied]:
        """The exchanges of a WARC file, as far as it goes. Raises NotFound when there is no such file."""
        with self._opened() as file:
            yield from self.exchanges(file, self.path.name, self.path.stat().st_size)
        self._nothing()

    def wacz(self) -> Iterator[Copied]:
        """The exchanges of every WARC file in a WACZ. Raises NotFound when there is no such file."""
        with self._opened() as file:
            try:
                with zipfile.ZipFile(file) as bundle:
                    yield from self._bundled(bundle)
            except (zipfile.BadZipFile, NotImplementedError, OverflowError, ValueError) as error:
                self.trouble(f"{self.path.name}: it is no whole WACZ ({error})")
        self._nothing()

    def of(self, kind: str) -> Iterator[Copied]:
        """Its exchanges, as the `kind` of file that it is said to be, "warc" or "wacz"."""
        return self.wacz() if kind == "wacz" else self.warc()

    def _nothing(self) -> None:
        if not self.records and not self.troubles:
            self.trouble(f"{self.path.name}: it holds no record")

    def trouble(self, sentence: str) -> None:
        if len(self.troubles) < _TOLD:
            self.troubles.append(sentence)

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise NotFound(f"{self.path} could not be read: {error.strerror}; give a WARC or WACZ file.") from error

    def _bundled(self, bundle: zipfile.ZipFile) -> Iterator[Copied]:
        entries = bundle.infolist()
        if len(entries) > self.limits.entries:
            self.trouble(f"{self.path.name}: it has {len(entries):,} entries, more than any WACZ; nothing was read")
            return
        wanted = [entry for entry in entries if self._is_warc(entry)]
        if not wanted:
            self.trouble(f"{self.path.name}: it has no archive/*.warc.gz, where a WACZ keeps its records")
        for entry in wanted:
            with bundle.open(entry) as file:
                yield from self.exchanges(file, f"{self.path.name}/{entry.filename}", entry.compress_size)  # type: ignore[arg-type]

    def _is_warc(self, entry: zipfile.ZipInfo) -> bool:
        why = ""
        if _UNSAFE.search(entry.orig_filename):
            why = "its path leads out of the file"
        elif entry.flag_bits & 1:
            why = "it is encrypted"
        elif entry.filename.endswith(".wacz"):
            why = "it is a WACZ in a WACZ: import it by itself"
        if why:
            self.trouble(f"{self.path.name}: the entry {entry.orig_filename!r} was left out, {why}")
        return not why and bool(_WARC_IN_WACZ.fullmatch(entry.filename))

    def exchanges(self, file: BinaryIO, name: str, size: int) -> Iterator[Copied]:
        """The exchanges of a stretch of a WARC file, `size` bytes long, as far as it goes; requests may stand before or after."""
        waiting: Copied | None = None
        requests: dict[str, Headers | None] = {}
        for record in self._records(file, name, size):
            if record.type == "request":
                if waiting and record.beside == waiting.record_id:
                    yield _asked(waiting, _request(record))
                    waiting = None
                else:
                    requests = {record.id: _request(record), record.beside: _request(record)}
                continue
            if waiting:
                yield waiting
            waiting = self._copied(record, name)
            asked = waiting and (requests.get(record.beside or "-") or requests.get(record.id))
            if waiting and asked:
                yield _asked(waiting, asked)
                waiting = None
        if waiting:
            yield waiting

    def _records(self, file: BinaryIO, name: str, size: int) -> Iterator[_Record]:
        """Every record that is whole and not too long. Where the file breaks off, that is told, and it ends."""
        try:
            unpacked = Unpacked(file, size, ratio=self.limits.ratio, free=self.limits.free)
            stream = io.BufferedReader(unpacked, 1 << 16)
            while headers := _headers(stream):
                self.records += 1
                if self.records > self.limits.records:
                    raise Unusable(f"it has more than {self.limits.records:,} records")  # noqa: TRY301
                if record := self._record(stream, headers):
                    yield record
        except (Unusable, zipfile.BadZipFile, OSError) as error:
            self.trouble(f"{name}: after {self.records} records {error}")

    def _record(self, stream: io.BufferedReader[Unpacked], headers: dict[str, str]) -> _Record | None:
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()):
            raise Unusable("one does not say how long it is")
        if int(length) > self.limits.record:
            self.left_out["too long"] += 1
            _skip(stream, int(length))
            return None
        block = stream.read(int(length))
        if len(block) < int(length):
            raise Unusable("it is cut short")
        record = _Record(headers, block)
        if not _is_whole(record):
            self.left_out["damaged"] += 1
            self.trouble(f"{self.path.name}: the bytes of record {record.id} are not those that were written; left out")
            return None
        return record

    def _copied(self, record: _Record, name: str) -> Copied | None:
        if record.type not in ("response", "revisit", "resource"):
            return None
        try:
            exchange = _exchange(record)
        except ValueError as error:
            self.left_out["unreadable"] += 1
            self.trouble(f"{name}: record {record.id} is no HTTP response ({error}); left out")
            return None
        if exchange is None:
            self.left_out["not of the web"] += 1
            return None
        if not has_host(exchange.url):
            self.left_out["of no address"] += 1
            self.trouble(f"{name}: the address of record {record.id} cannot be meant, {exchange.url!r}; left out")
            return None
        told = (record.id, record.headers.get("warc-payload-digest"))
        referred = (record.headers.get("warc-refers-to"), record.headers.get("warc-payload-digest"), "?")
        repeats = tuple(filter(None, referred)) if record.type == "revisit" else ()
        return Copied(exchange, record.id, name, tuple(filter(None, told)), repeats)


def _headers(stream: io.BufferedReader[Unpacked]) -> dict[str, str]:
    """The headers of the next record; {} at the end of the file. Raises Unusable for what is no WARC."""
    line = b"\r\n"
    while line in (b"\r\n", b"\n"):
        line = stream.readline(_HEAD)
    if line and not line.startswith(b"WARC/"):
        raise Unusable("something stands there that is no WARC record")
    headers: dict[str, str] = {}
    room = _HEAD if line else 0
    while room > 0 and (line := stream.readline(room)).strip():
        room -= len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers and not line.endswith(b"\n"):
        raise Unusable("its headers have no end" if room <= 0 else "it is cut short")
    return headers


def _skip(stream: io.BufferedReader[Unpacked], length: int) -> None:
    while length > 0:
        chunk = stream.read(min(length, 1 << 20))
        if not chunk:
            raise Unusable("it is cut short")
        length -= len(chunk)


def _is_whole(record: _Record) -> bool:
    """Whether the block has the digest that its record states, in a notation and by an algorithm that we know."""
    algorithm, _, stated = record.headers.get("warc-block-digest", "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "sha512", "md5") or not stated:
        return True
    digest = new_digest(algorithm.lower(), record.block, usedforsecurity=False)
    return stated.lower().rstrip("=") in (digest.hexdigest(), b32encode(digest.digest()).decode().lower().rstrip("="))


def _exchange(record: _Record) -> Exchange | None:
    """None for what is of no web page, such as wget's log. Raises ValueError."""
    url = record.headers.get("warc-target-uri", "").strip("<>").partition("#")[0]
    if not url.lower().startswith(("http://", "https://")) or any(letter.isspace() for letter in url):
        return None
    at = moment(record.headers.get("warc-date", ""))
    if at.tzinfo is None:
        raise ValueError("its date names no time zone")
    if record.type == "resource":
        told = [("Content-Type", record.headers.get("content-type", "application/octet-stream"))]
        return Exchange(url, "", [], 200, "OK", told, record.block, at)
    status, reason, headers, body = http_message(record.block)
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body = ChunkedDataReader(io.BytesIO(body)).read(len(body) + 1)
    return Exchange(url, "", [], status, reason, headers, body, at, ip=record.headers.get("warc-ip-address"))


def _request(record: _Record) -> Headers | None:
    """The headers of a request, its method first; None for one that is not to be understood."""
    first, *lines = record.block.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method = first.partition(" ")[0]
    pairs = (line.partition(":") for line in lines)
    return [("", method), *((name, value.strip()) for name, _, value in pairs)] if method.isalpha() else None


def _asked(copied: Copied, request: Headers | None) -> Copied:
    """The exchange with its request."""
    if request is None:
        return copied
    (_, method), *headers = request
    return replace(copied, exchange=replace(copied.exchange, method=method, request_headers=headers))
