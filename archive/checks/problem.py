"""A promise that is broken, as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

FROM_A_COPY = "put the file back from a copy"
REBUILD = "`congtin rebuild` makes the database anew from the WARC files"
REREAD = "`congtin reread` puts it right"


def sqlite_says(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python's own module finds wrong."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class Problem(NamedTuple):
    """One broken thing: the check that found it, and a sentence that says what, where, and what to do."""

    check: str
    message: str
