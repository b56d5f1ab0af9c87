"""Rows: SQLite finds its file whole, nothing refers to nothing, no row is missing, and the index says what the articles say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlite_utils.db import Database

from archive.checks.problem import FROM_A_COPY, REBUILD, REREAD, Problem, sqlite_says
from archive.schema import bring_up_to_date, migrations
from archive.vietnamese import folded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

_NEVER_DELETED = ("captures", "articles", "images", "attachments", "revisions", "links", "crawls", "failures")


def check(conn: Connection, folder: Path) -> Iterator[Problem]:
    for (problem,) in conn.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield Problem("database", f"archive.db: {problem}; {FROM_A_COPY}, or {REBUILD}.")
    for table, row_id, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield Problem(
            "database", f"archive.db: row {row_id} of {table} refers to a row of {parent} that is not there; {REBUILD}."
        )
    yield from _schema(conn)
    yield from _gaps(conn)
    yield from _index(conn, folder)
    yield from _folded(conn)


def _schema(conn: Connection) -> Iterator[Problem]:
    """The triggers and indexes that every archive has; one of before they were thought of, on a disk that may only be read, lacks
    the newest.
    """
    if migrations.pending(Database(conn)):
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        bring_up_to_date(Database(model))
        ours = model.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql <> ''"
        )
        for kind, name, sql in ours:
            found = conn.execute("SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)).fetchone()
            if found != (sql,):
                what = "is another one" if found else "is missing"
                yield Problem("database", f"archive.db: the {kind} {name} {what}; {REBUILD}.")


def _gaps(conn: Connection) -> Iterator[Problem]:
    """Nothing is ever deleted, and SQLite numbers rows one after the other: a number that is left out was a row."""
    for table in _NEVER_DELETED:
        query = f"SELECT count(*), coalesce(max(id), 0), coalesce(min(id), 1) FROM {table}"  # noqa: S608 - names of ours
        count, last, first = conn.execute(query).fetchone()
        if (last, first) != (count, 1):
            yield Problem(
                "database", f"archive.db: rows of {table} are missing, {count} are left of {last}; {REBUILD}."
            )


def _index(conn: Connection, folder: Path) -> Iterator[Problem]:
    if not _index_agrees(conn):
        yield Problem(
            "index",
            "archive.db: the full-text index disagrees with the articles;"
            f" `sqlite-utils rebuild-fts {folder}/archive.db articles` makes it anew.",
        )


def _index_agrees(conn: Connection) -> bool:
    """SQLite compares the index with the articles word by word; the insert is how it is asked, and inserts nothing.

    Where nothing may be written, not even nothing, a copy is asked.
    """
    try:
        conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        match sqlite_says(error):
            case sqlite3.SQLITE_CORRUPT:
                return False
            case sqlite3.SQLITE_READONLY:
                return _agrees_in_a_copy(conn)
        raise
    return True


def _agrees_in_a_copy(conn: Connection) -> bool:
    with TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/archive.db", isolation_level=None)) as copy:
        conn.backup(copy)
        return _index_agrees(copy)


def _folded(conn: Connection) -> Iterator[Problem]:
    query = "SELECT id, folded, title, lead, body, captions, author, source FROM articles"
    for article_id, said, *texts in conn.execute(query):
        if said != folded(*texts):
            yield Problem(
                "index", f"Article {article_id}: its column folded is not its text without diacritics; {REREAD}."
            )
