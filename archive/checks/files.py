"""Bytes: every record of every WARC file is whole, and every capture's row says what its records say."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from archive.checks.problem import FROM_A_COPY, REBUILD, Problem
from archive.errors import Damaged
from archive.found import found
from archive.history import Row, rows
from archive.models import header
from archive.records import Broken, Group, Member, groups, warc_files, warc_name
from archive.warc import LEVEL, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from archive.found import Found

_ROWS = 'SELECT * FROM captures WHERE warc = ? ORDER BY "offset"'
_ELSEWHERE = "SELECT 1 FROM captures WHERE record_id = ? AND warc <> ? AND payload_digest = ?"
_FILES = "SELECT warc, count(*) AS captures FROM captures GROUP BY warc ORDER BY min(id)"
_GZIP_HEAD = 10  # bytes of a gzip header without optional fields (RFC 1952), as we write it


def check(conn: Connection, folder: Path, tell: Callable[[int], None]) -> Iterator[Problem]:
    """Reads every file from its first byte to its last; `tell` is called with the size of each."""
    paths = {warc_name(path): path for path in warc_files(folder)}
    for lost in rows(conn, _FILES):
        if lost["warc"] not in paths:
            yield _problem(f"{lost['warc']}: No such file, and {lost['captures']} captures stand in it; {FROM_A_COPY}.")
    for warc, path in paths.items():
        yield from _File(conn, warc, path).check()
        tell(path.stat().st_size)


def _problem(message: str) -> Problem:
    return Problem("files", message)


class _File:
    """One file, walked through beside its rows."""

    def __init__(self, conn: Connection, warc: str, path: Path) -> None:
        self._conn, self._warc, self._path = conn, warc, path
        self._rows: dict[int, Row] = {row["offset"]: row for row in rows(conn, _ROWS, warc)}
        self._last_row = max(self._rows, default=-1)
        self._last_id = 0
        self._torn = False  # what was just told explains what comes next
        self._packing = _Packing(path)

    def check(self) -> Iterator[Problem]:
        begun = False
        for item in groups(self._path):
            if not begun and not (isinstance(item, Member) and item.type == "warcinfo"):
                yield self._at(item, f"it does not begin with a warcinfo record; {FROM_A_COPY}")
            yield from self._item(item, begun=begun)
            begun = True
        for row in self._rows.values():
            yield self._of(row, f"no record begins at byte {row['offset']} of {self._warc}; {FROM_A_COPY}")
        for offset in self._packing.changed():
            yield _problem(
                f"{self._warc}: the record at byte {offset} is packed otherwise than written; {FROM_A_COPY}."
            )

    def _item(self, item: Group | Broken | Member, *, begun: bool) -> Iterator[Problem]:
        match item:
            case Broken():
                yield from self._broken(item)
            case Member():
                self._packing.look(item)
                if begun and not (self._torn and item.type in ("request", "metadata")):
                    yield self._at(item, f"a {item.type} record stands where none of ours would; {FROM_A_COPY}")
            case Group():
                for member in (item.response, item.request, item.metadata):
                    if member:
                        self._packing.look(member)
                yield from self._group(item)

    def _broken(self, item: Broken) -> Iterator[Problem]:
        unfinished = item.at_end and item.offset > self._last_row and self._path.name.endswith(OPEN)
        row = self._rows.pop(item.offset, None)
        told, self._torn = self._torn and not row, True
        if not (unfinished or told):  # what is unfinished, the next crawl cuts off
            where = f" (capture {row['id']}, {row['url']})" if row else ""
            yield self._at(item, f"no whole record begins there{where}: {item.reason}; {FROM_A_COPY}")

    def _group(self, group: Group) -> Iterator[Problem]:
        self._torn = group.metadata is None
        row = self._rows.pop(group.response.offset, None)
        if row is None:
            yield from self._without_row(group)
            return
        if row["id"] < self._last_id:
            yield self._of(row, f"it stands in {self._warc} after capture {self._last_id}; {REBUILD}")
        self._last_id = row["id"]
        try:
            capture = found(group, self._warc)
        except Damaged as error:
            yield self._of(row, f"{error}; {FROM_A_COPY}")
        else:
            yield from self._row(row, capture)

    def _without_row(self, group: Group) -> Iterator[Problem]:
        """In a file that is being written, the row follows; what a crash cut short in mid-write was never captured; and a file may
        have been copied in twice."""
        last = group.response.offset > self._last_row
        unfinished = last and (group.metadata is None or self._path.name.endswith(OPEN))
        if not (unfinished or self._stands_elsewhere(group)):
            yield self._at(group.response, f"a capture without a row in archive.db; {REBUILD}")

    def _stands_elsewhere(self, group: Group) -> bool:
        digest = header(group.response.headers, "WARC-Payload-Digest")
        asked = (group.response.id, self._warc, digest)
        return self._conn.execute(_ELSEWHERE, asked).fetchone() is not None

    def _row(self, row: Row, capture: Found) -> Iterator[Problem]:
        wrong = capture.differences(row)
        holder = self._holder(row)
        if (holder and holder["record_id"]) != capture.refers_to:
            wrong.append("refers_to")
        elif holder and (holder["payload_digest"] != capture.payload_digest or holder["refers_to"]):
            yield self._of(row, f"capture {holder['id']}, to which it refers, does not hold its bytes; {REBUILD}")
        if (row["mime"] or "") != (capture.mime or (holder and holder["mime"]) or ""):
            wrong.append("mime")
        if wrong:
            yield self._of(row, f"its row differs from its records in {', '.join(wrong)}; {REBUILD}")

    def _holder(self, row: Row) -> Row | None:
        return next(iter(rows(self._conn, "SELECT * FROM captures WHERE id = ?", row["refers_to"])), None)

    def _at(self, item: Group | Broken | Member, message: str) -> Problem:
        offset = item.response.offset if isinstance(item, Group) else item.offset
        return _problem(f"{self._warc}, byte {offset}: {message}.")

    @staticmethod
    def _of(row: Row, message: str) -> Problem:
        return _problem(f"Capture {row['id']} ({row['url']}): {message}.")


class _Packing:
    """Bits of a gzip file that neither its checksums nor its content depend on: headers, padding.

    The headers of one file are all alike. Beyond that a record is packed again and must come out the same; where another
    zlib wrote the file it does not, and that shows in its other records.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heads: dict[bytes, list[int]] = {}
        self._repacked: list[int] = []  # lengths of records that come out the same
        self._others: list[tuple[int, int]] = []  # offset and length of those that do not

    def look(self, member: Member) -> None:
        with self._path.open("rb") as file:
            file.seek(member.offset)
            packed = file.read(member.length)
        places = self._heads.setdefault(packed[:_GZIP_HEAD], [])
        if len(places) < _GZIP_HEAD:
            places.append(member.offset)
        again = gzip.compress(member.content, LEVEL, mtime=0)
        if packed[_GZIP_HEAD:] == again[_GZIP_HEAD:]:
            self._repacked.append(member.length)
        else:
            self._others.append((member.offset, member.length))

    def changed(self) -> list[int]:
        """The offsets of records that are packed otherwise than the rest of the file."""
        usual = max(self._heads.values(), key=len, default=[])
        odd = [offset for places in self._heads.values() if places is not usual for offset in places]
        longest = max(self._repacked, default=0)
        few = len(self._others) <= 1 + len(self._repacked) // 20
        return sorted({*odd, *(offset for offset, length in self._others if few and length <= 4 * longest)})
