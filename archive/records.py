"""Our own WARC files read back member by member, trusting nothing that can be checked."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from archive.errors import BadInput, CongtinError, Damaged
from archive.models import Headers, Provenance, Role, header, moment
from archive.warc import FOLDER, OPEN, Record, http_message, payload_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"\x1f\x8b\x08\x00"
_CHUNK = 1 << 15
_BLOCK = 1 << 18  # bytes asked for at a time where a file is not on a disk of ours
_LARGEST = 1 << 28  # bytes of one record; ours are bounded by what a crawl downloads
_END = b"\r\n\r\n"
_RESPONSES = ("response", "revisit")
_ROLES: tuple[Role, ...] = ("listing", "article", "image", "attachment", "other")

Place = Path | str  # an archive's folder, or an fsspec address of the folder of its WARC files


@dataclass(frozen=True, slots=True)
class Member:
    """One record: where its gzip member stands, all that it holds uncompressed, its headers and its block."""

    offset: int
    length: int
    content: bytes
    headers: Headers
    block: bytes

    @property
    def type(self) -> str | None:
        return header(self.headers, "WARC-Type")

    @property
    def id(self) -> str | None:
        return header(self.headers, "WARC-Record-ID")

    @property
    def response(self) -> Record:
        """The block of a response or revisit as an HTTP message. Raises Damaged."""
        try:
            return _record(self)
        except (ValueError, KeyError) as error:
            raise Damaged(f"the record {self.id} is no HTTP response ({error})") from error

    @property
    def fields(self) -> dict[str, str]:
        """The block of a `warcinfo` or `metadata` record."""
        lines = (line.partition(": ") for line in self.block.decode(errors="replace").split("\r\n"))
        return {name: value for name, _, value in lines if name}

    @property
    def provenance(self) -> Provenance:
        """The block of a `metadata` record of ours. Raises Damaged."""
        told = self.fields
        role = next((role for role in _ROLES if role == told.get("role")), None)
        if role is None or "portal" not in told:
            raise Damaged(f"the record {self.id} does not say of which portal and role the capture is")
        return Provenance(told["portal"], role, told.get("section"), told.get("via"), told.get("imported-from"))


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where no whole record begins. `at_end`: nothing whole comes after it, as a crash in mid-write leaves it."""

    offset: int
    reason: str
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A response or revisit with what was written in one go with it. Without `metadata` the write never ended."""

    response: Member
    request: Member | None = None
    metadata: Member | None = None


def warc_files(folder: Path) -> list[Path]:
    """The WARC files of an archive, those still being written too, by name."""
    return sorted(path for path in (folder / FOLDER).glob("*.warc.gz*") if path.name.endswith((".gz", OPEN)))


def warc_name(path: Path) -> str:
    """The name of a file as `captures.warc` has it, whether it is being written or not."""
    return path.name.removesuffix(OPEN)


def open_warc(place: Place, warc: str) -> BinaryIO:
    """A file of an archive, for reading: of its folder, or of the folder of its WARC files by fsspec's address.

    Raises Damaged when it is not there, BadInput without the library that the address needs.
    """
    if isinstance(place, str):
        return _open_remote(place, warc)
    path = place / FOLDER / warc
    try:
        return (path if path.exists() else path.with_name(warc + OPEN)).open("rb")
    except OSError as error:
        raise Damaged(f"Could not read {path}: {error.strerror}; put the file back from a copy.") from error


class Warcs:
    """The files of an archive, each opened when it is first asked for; all are closed together."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def __getitem__(self, warc: str) -> BinaryIO:
        """As `open_warc`, which tells what it raises."""
        file = self._files.get(warc)
        if file is None:
            file = self._files[warc] = open_warc(self._place, warc)
        return file


def _open_remote(address: str, warc: str) -> BinaryIO:
    folder = address.rstrip("/")
    try:
        store, path = import_module("fsspec.core").url_to_fs(f"{folder}/{warc}")
        try:
            file: BinaryIO = store.open(path, "rb", block_size=_BLOCK)
        except FileNotFoundError as error:
            if store.exists(folder):
                raise Damaged(f"Could not read {folder}/{warc}: {error}; put the file there.") from error
            raise BadInput(f"{address} is not there, or holds nothing.") from error
    except (ImportError, ValueError) as error:
        raise BadInput(
            f"{address} could not be read ({error}); `pip install 'congtin[remote]'`, or fsspec's library for it."
        ) from error
    except OSError as error:
        raise Damaged(f"Could not read {folder}/{warc}: {error}.") from error
    except CongtinError:
        raise
    except Exception as error:  # each store's library has errors of its own: no key, no such host
        raise BadInput(f"{address} could not be read ({error}).") from error
    return file


def read_member(file: BinaryIO, offset: int) -> Member:
    """The member that begins there. Raises Damaged when none does, or not a whole one."""
    content, length = _inflate(file, offset)
    head, _, rest = content.partition(_END)
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    size = header(headers, "Content-Length") or ""
    if not version.startswith("WARC/1.") or not size.isdecimal():
        raise Damaged("it is no WARC record")
    block = rest[: int(size)]
    if len(block) != int(size) or rest[int(size) :] != _END:
        raise Damaged("its Content-Length is not that of its block")
    if header(headers, "WARC-Block-Digest") != payload_digest(block):
        raise Damaged("its block digest does not agree with its bytes")
    return Member(offset, length, content, headers, block)


def members(path: Path) -> Iterator[Member | Broken]:
    """Every record of a file in order; where one is broken, that, and then the next whole one."""
    with path.open("rb") as file:
        offset, end = 0, path.stat().st_size
        while offset < end:
            try:
                member = read_member(file, offset)
            except Damaged as error:
                following = _next_member(file, offset + 1)
                yield Broken(offset, str(error), at_end=following is None)
                offset = end if following is None else following
            else:
                yield member
                offset += member.length


def groups(path: Path) -> Iterator[Group | Broken | Member]:
    """The exchanges of a file in order, what is broken between them, and its warcinfo as it stands."""
    group: Group | None = None
    for member in members(path):
        if group and isinstance(member, Member) and (grown := _with(group, member)):
            group = grown
            continue
        if group:
            yield group
        group = Group(member) if isinstance(member, Member) and member.type in _RESPONSES else None
        if group is None:
            yield member
    if group:
        yield group


def _with(group: Group, member: Member) -> Group | None:
    """The group with a record that says that it belongs to it; None for any other."""
    if header(member.headers, "WARC-Concurrent-To") != group.response.id:
        return None
    if member.type == "request" and not group.request:
        return Group(group.response, member, group.metadata)
    if member.type == "metadata" and not group.metadata:
        return Group(group.response, group.request, member)
    return None


def read_group(file: BinaryIO, offset: int) -> Group:
    """The exchange whose response begins there. Raises Damaged."""
    group: Group | None = Group(read_member(file, offset))
    last = group
    while group and not group.metadata:
        offset = (group.request or group.response).offset + (group.request or group.response).length
        last, group = group, _with(group, read_member(file, offset))
    assert last is not None
    return group or last


def _record(member: Member) -> Record:
    status, reason, headers, body = http_message(member.block)
    told = {name.lower(): value for name, value in member.headers}
    return Record(
        record_id=told["warc-record-id"],
        type=told["warc-type"],
        url=told["warc-target-uri"],
        fetched_at=moment(told["warc-date"]),
        status=status,
        reason=reason,
        headers=headers,
        body=body,
        payload_digest=told.get("warc-payload-digest"),
    )


def _inflate(file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """One gzip member: its content, and its length in the file."""
    file.seek(offset)
    stream, pieces, read, room = zlib.decompressobj(zlib.MAX_WBITS | 16), [], 0, _LARGEST
    chunk = file.read(_CHUNK)
    while not stream.eof:
        if not chunk:
            raise Damaged("it is cut short")
        try:
            pieces.append(stream.decompress(chunk, room))
        except zlib.error as error:
            raise Damaged(f"its compression is broken ({error})") from error
        read, room = read + len(chunk), room - len(pieces[-1])
        if room <= 0:
            raise Damaged(f"it is longer than {_LARGEST:,} bytes")
        chunk = b"" if stream.eof else file.read(_CHUNK)
    return b"".join(pieces), read - len(stream.unused_data)


def _next_member(file: BinaryIO, offset: int) -> int | None:
    """Where the next record begins that can at least be begun to be read."""
    file.seek(offset)
    window = b""
    while chunk := file.read(_CHUNK):
        window += chunk
        at = window.find(_MAGIC)
        while at >= 0:
            if _begins_record(file, offset + at):
                return offset + at
            at = window.find(_MAGIC, at + 1)
        kept = window[-len(_MAGIC) + 1 :]
        offset, window = offset + len(window) - len(kept), kept
        file.seek(offset + len(kept))
    return None


def _begins_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(4096), 5) == b"WARC/"
    except zlib.error:
        return False
