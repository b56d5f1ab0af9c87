"""Which articles an export takes, and each as a row: every field of FIELDS.md, and the bytes that it was read from."""
# ruff: noqa: S608 - statements are put together from the constants of this file; values go in as parameters

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from archive import taken
from archive.articles import TEXT
from archive.search import Filters, scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from archive.store import Archive

Row = dict[str, Any]
_VERSION = ("section", *(name for name in TEXT if name != "captions"))
_SEEN = ("first_seen_at", "last_seen_at", "changed_at", "gone_at")
_READ_FROM = ("capture_digest", "captured_at")
_NAMES = ("id", "url", "portal", *_VERSION, "revision", *_SEEN, *_READ_FROM)
_ROW = f"SELECT {', '.join(f'a.{name}' for name in _NAMES[:-2])}, c.payload_digest, c.fetched_at"
_FROM = "FROM articles a JOIN captures c ON c.id = a.capture_id"
_EARLIER_NAMES = ("revision", "seen_at", *_READ_FROM, *_VERSION, "images", "attachments")
_EARLIER = (
    f"SELECT r.revision, r.seen_at, c.payload_digest, c.fetched_at, {', '.join(f'r.{name}' for name in _VERSION)},"
    " r.images, r.attachments FROM revisions r JOIN captures c ON c.id = r.capture_id"
    " WHERE r.article_id = ? AND r.revision < ? ORDER BY r.revision"
)
COLUMNS = (*_NAMES, "images", "attachments", "revisions", "taken_from")
_PARTS = {"images": ("url", "caption", "credit"), "attachments": ("url", "label")}


@contextmanager
def snapshot(conn: Connection) -> Iterator[None]:
    """One state of the database for all that is read meanwhile, whatever a crawl writes beside it; tables of our own
    (TEMP) are forgotten at the end.
    """
    conn.execute("BEGIN")
    try:
        conn.execute("SELECT 1 FROM sqlite_schema").fetchone()  # it begins with the first thing read
        yield
    finally:
        conn.execute("ROLLBACK")


class Chosen:
    """The articles that a query and filters choose, by their ids; every one without both. To be used in a `snapshot`."""

    def __init__(self, archive: Archive, query: str = "", filters: Filters | None = None) -> None:
        self.archive, self.conn = archive, archive.db.conn
        filters = filters or Filters()
        self.everything = not query and filters == Filters()
        found = scope(self.conn, query, filters)
        self._where, self._values = f"WHERE a.id IN (SELECT a.id {found.sql})", found.values

    def select(self, columns: str) -> Iterator[tuple[Any, ...]]:
        """Columns of the articles (`a`) and of the captures they were read from (`c`), in the order of the ids."""
        return self.conn.execute(f"{columns} {_FROM} {self._where} ORDER BY a.id", self._values)

    def count(self) -> int:
        return int(next(self.conn.execute(f"SELECT count(*) {_FROM} {self._where}", self._values))[0])

    def rows(self) -> Iterator[Row]:
        """One row an article. `revisions` holds the versions before the present one, oldest first."""
        for values in self.select(_ROW):
            row = dict(zip(_NAMES, values, strict=True))
            row["body"] = _paragraphs(row["body"])
            row |= {table: list(self._parts(table, row["id"])) for table in _PARTS}
            row["revisions"] = list(self._earlier(row)) if row["revision"] > 1 else []
            original = taken.of(self.conn, row["id"])["original"]
            row["taken_from"] = [_original(original)] if original else []
            yield row

    def _parts(self, table: str, article_id: int) -> Iterator[Row]:
        names = _PARTS[table]
        query = (
            f"SELECT {', '.join(f'p.{name}' for name in names)}, c.payload_digest FROM {table} p"
            " LEFT JOIN captures c ON c.id = p.capture_id WHERE p.article_id = ? AND p.gone_at IS NULL ORDER BY p.position"
        )
        for values in self.conn.execute(query, (article_id,)):
            yield dict(zip((*names, "capture_digest"), values, strict=True))

    def _earlier(self, row: Row) -> Iterator[Row]:
        for values in self.conn.execute(_EARLIER, (row["id"], row["revision"])):
            version = dict(zip(_EARLIER_NAMES, values, strict=True))
            parts = {table: json.loads(version[table]) for table in _PARTS}
            yield version | parts | {"body": _paragraphs(version["body"])}


def _original(other: Row) -> Row:
    evidence = other["evidence"]
    row = {name: other[name] for name in ("id", "url", "portal", "similarity")}
    return row | {name: evidence[name] for name in ("by", "of_copy", "of_original", "changes")}


def _paragraphs(body: str) -> list[str]:
    return body.split("\n\n") if body else []
