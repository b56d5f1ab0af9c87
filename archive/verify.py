"""Whether the archive keeps its promises: bytes where the rows say, an index that agrees, rows that refer to rows."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from archive.errors import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.store import Archive


def broken(archive: Archive) -> Iterator[str]:
    """One sentence for each promise that is broken, where, and what to do; nothing for a whole archive."""
    for check in (_database, _references, _index, _captures):
        yield from check(archive)


def _database(archive: Archive) -> Iterator[str]:
    for (problem,) in archive.db.conn.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"archive.db: {problem}; put the file back from a copy."


def _references(archive: Archive) -> Iterator[str]:
    for table, row_id, parent, _ in archive.db.conn.execute("PRAGMA foreign_key_check"):
        yield f"archive.db: row {row_id} of {table} refers to a row of {parent} that is not there."


def _index(archive: Archive) -> Iterator[str]:
    """SQLite compares the index with the articles word by word; the insert is how it is asked, and inserts nothing."""
    try:
        archive.db.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        yield (
            "archive.db: the full-text index disagrees with the articles;"
            f" `sqlite-utils rebuild-fts {archive.path}/archive.db articles` makes it anew."
        )


def _captures(archive: Archive) -> Iterator[str]:
    """Every capture is opened at its place, in the order of the files; one that will not open is a broken promise."""
    ids = archive.db.conn.execute('SELECT id FROM captures ORDER BY warc, "offset"').fetchall()
    for (capture_id,) in ids:
        try:
            archive.open_capture(capture_id)
        except Damaged as error:
            yield str(error)
