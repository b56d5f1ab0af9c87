"""Whether the archive keeps its promises: bytes where the rows say, rows that say what the bytes read as, nothing lost."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from archive.checks import articles, files, links, tables
from archive.checks.problem import FROM_A_COPY, REBUILD, Problem, sqlite_says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.again import Readers
    from archive.store import Archive


@dataclass(eq=False)
class Progress:
    """How far a check has come."""

    bytes: int = 0  # of WARC files
    articles: int = 0
    tell: Callable[[Progress], None] = lambda _: None

    def more_bytes(self, size: int) -> None:
        self.bytes += size
        self.tell(self)

    def more_articles(self, count: int) -> None:
        self.articles += count
        self.tell(self)


def problems(archive: Archive, readers: Readers | None = None, progress: Progress | None = None) -> Iterator[Problem]:
    """Everything that is broken, a sentence each; nothing for a whole archive.

    With `readers` every version of every article is read again from its capture; without, only rows and bytes are
    compared. Nothing is written; a check that SQLite itself breaks off is told, and the next one is made. Raises
    sqlite3.OperationalError while another program is writing for long.
    """
    conn, progress = archive.db.conn, progress or Progress()
    checks = (
        partial(tables.check, conn, archive.path),
        partial(files.check, conn, archive.path, progress.more_bytes),
        partial(links.check, conn),
        partial(articles.check, conn, readers, progress.more_articles),
    )
    for check in checks:
        try:
            yield from check()
        except sqlite3.DatabaseError as error:
            if sqlite_says(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            yield Problem("database", f"archive.db: {error}; {FROM_A_COPY}, or {REBUILD}.")


def broken(archive: Archive, readers: Readers | None = None) -> Iterator[str]:
    """The sentences of `problems`."""
    return (problem.message for problem in problems(archive, readers))
