"""The database made again from the WARC files alone: what they tell of captures, in order, and the new file's way into place.

What the pages say is for a replay to read (`Replay`); here is what needs no reading.
"""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from archive.captures import insert
from archive.errors import Damaged
from archive.found import Found, found
from archive.models import Provenance
from archive.opening import DATABASE
from archive.records import Group, Member, groups, warc_files, warc_name
from archive.store import Archive
from archive.warc import FOLDER, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from archive.models import Capture

BESIDE = ".rebuild"  # the folder in which the new database grows
OLD = DATABASE + ".old"
_WAL = ("-wal", "-shm")
_PROVENANCE = ("portal", "section", "via", "imported")
_PLAIN = tuple(field.name for field in fields(Found) if field.name != "provenance")
_COLUMNS = (*_PLAIN, *_PROVENANCE)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One capture to be replayed, in the order in which captures were made."""

    number: int
    crawl: str  # what the WARC files of one crawl have in common
    found: Found


class Index:
    """What the WARC files say of captures, on disk, in the order in which they were written."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        columns = ", ".join(f'"{name}"' for name in _COLUMNS)
        conn.execute(f"CREATE TEMP TABLE found (number INTEGER PRIMARY KEY, {columns}, crawl, at, UNIQUE (record_id))")
        marks = ", ".join("?" * (len(_COLUMNS) + 2))
        # a file may have been copied in twice: the same record again is no other capture
        self._insert = f"INSERT INTO found ({columns}, crawl, at) VALUES ({marks}) ON CONFLICT (record_id) DO NOTHING"
        self._select = (
            f'SELECT number, crawl, at, {columns} FROM found WHERE (at, warc, "offset") > (?, ?, ?)'
            ' ORDER BY at, warc, "offset" LIMIT ?'
        )
        self.broken: list[str] = []

    def add(self, path: Path) -> None:
        """Takes in a file. What is broken in it is told in `broken`, and left out."""
        warc, at = warc_name(path), ""
        crawl = warc.rpartition("-")[0]
        with self._conn:
            self._conn.execute("BEGIN")
            for item in groups(path):
                if isinstance(item, Group):
                    at = self._add(item, warc, crawl, at)
                elif isinstance(item, Member):
                    crawl = item.fields.get("isPartOf", crawl)
                else:
                    self.broken.append(f"{path.name}, byte {item.offset}: {item.reason}; what stood there is left out")

    def ordered(self) -> Iterator[Entry]:
        """All captures, a few at a time in memory."""
        self._conn.execute('CREATE INDEX IF NOT EXISTS temp.idx_found ON found (at, warc, "offset")')
        last: tuple[str, str, int] = ("", "", -1)
        while rows := self._conn.execute(self._select, (*last, _BATCH)).fetchall():
            for number, crawl, at, *values in rows:
                entry = _entry(number, crawl, dict(zip(_COLUMNS, values, strict=True)))
                last = (at, entry.found.warc, entry.found.offset)
                yield entry

    def _add(self, group: Group, warc: str, crawl: str, at: str) -> str:
        try:
            told = found(group, warc)
        except Damaged as error:
            if group.metadata:
                self.broken.append(f"{warc}, byte {group.response.offset}: {error}; what stood there is left out")
            return at
        at = max(at, told.written_at)  # a clock that was set back does not change the order within a file
        about = (told.provenance.portal, told.provenance.section, told.provenance.via, told.provenance.imported)
        self._conn.execute(self._insert, (*(getattr(told, name) for name in _PLAIN), *about, crawl, at))
        return at


def _entry(number: int, crawl: str, row: dict[str, object]) -> Entry:
    about = {name: row.pop(name) for name in _PROVENANCE}
    return Entry(number, crawl, Found(**row, provenance=Provenance(role=row["role"], **about)))  # type: ignore[arg-type]


def add_capture(conn: Connection, entry: Entry) -> Capture:
    """The row of a capture. Raises Damaged when the one that holds its bytes is in no file."""
    return insert(conn, entry.found)


@contextmanager
def beside(folder: Path) -> Iterator[Archive]:
    """An empty archive in a folder of its own within `folder`; gone afterwards, unless `put_in_place` took it away."""
    place = folder / BESIDE
    shutil.rmtree(place, ignore_errors=True)
    try:
        with Archive(place, create=True) as archive:
            yield archive
    finally:
        shutil.rmtree(place, ignore_errors=True)


def put_in_place(archive: Archive, folder: Path) -> None:
    """Closes the new database and makes it the archive's; the one that was there is kept as `archive.db.old`.

    At no moment is there neither: the old one stands until the new one takes its name.
    """
    archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    archive.close()
    new, current = archive.path / DATABASE, folder / DATABASE
    _sync(new)
    if current.exists():
        _retire(folder)
    new.replace(current)
    _sync(folder)


def files_into(source: Path, target: Path) -> None:
    """The WARC files of an archive in another folder too: the same bytes where the disk allows it, else copies, and copies of
    what a crash left open, since that will be cut and closed.
    """
    (target / FOLDER).mkdir(parents=True, exist_ok=True)
    for path in warc_files(source):
        place = target / FOLDER / path.name
        if not place.exists() and (path.name.endswith(OPEN) or not linked(path, place)):
            shutil.copy2(path, place)


def linked(source: Path, target: Path) -> bool:
    """Gives a file a second name; False where the disk does not allow it."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def index(archive: Archive, folder: Path, tell: Callable[[int], None]) -> Index:
    """Reads every WARC file of `folder`; `tell` is called with the size of each."""
    made = Index(archive.db.conn)
    for path in warc_files(folder):
        made.add(path)
        tell(path.stat().st_size)
    return made


def _retire(folder: Path) -> None:
    """Keeps the old database under another name, its log included: SQLite would take it for the new one's."""
    current, old = folder / DATABASE, folder / OLD
    try:
        conn = sqlite3.connect(current)
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.close()
    except sqlite3.Error:
        pass  # too damaged for its log to be taken in: both are kept as they are
    for ending in ("", *_WAL):
        (folder / (OLD + ending)).unlink(missing_ok=True)
    os.link(current, old)
    for ending in _WAL:
        if (folder / (DATABASE + ending)).exists():
            (folder / (DATABASE + ending)).replace(folder / (OLD + ending))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
