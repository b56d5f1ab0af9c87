"""The archive: keeps and finds. One object over one folder; every promise of keeping is made here."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from archive import articles, captures, search
from archive.adopt import adopt
from archive.errors import BadInput
from archive.ledger import Ledger
from archive.locking import held
from archive.models import Capture, Exchange, Hit, Kept, Provenance, ReadArticle, now, stamp
from archive.opening import open_archive
from archive.schema import COUNTS
from archive.search import Filters
from archive.snippets import MARKS, Marks
from archive.warc import Record, Recovered, WarcWriter, recover

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from sqlite_utils.db import Database


class Archive:
    """An archive folder, opened; with `create` made when it is not there.

    Raises NoArchive when the folder is missing, empty, or something else.
    """

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path)
        self.db: Database = open_archive(self.path, create=create)
        self.ledger = Ledger(self.db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the archive for one crawl. Raises Busy at once when another one holds it."""
        with held(self.path):
            yield

    def recover(self) -> list[Recovered]:
        """Closes the WARC files that a crash left open, and gives captures their rows that have none; only under the lock."""
        return recover(self.path, partial(adopt, self.db))

    def begin_crawl(self, portal: str) -> int:
        query = "INSERT INTO crawls (portal, started_at) VALUES (?, ?)"
        crawl_id = self.db.conn.execute(query, (portal, stamp(now()))).lastrowid
        assert crawl_id is not None
        return crawl_id

    def finish_crawl(
        self,
        crawl_id: int,
        *,
        outcome: str,
        exit_code: int,
        counts: Mapping[str, int],
        coverage: Mapping[str, float],
    ) -> None:
        """Writes down how a crawl ended. `counts` by the names of schema.COUNTS, `coverage` field by field, 0 to 1."""
        if unknown := set(counts) - set(COUNTS):
            raise ValueError(f"no such counts: {sorted(unknown)}; known are {COUNTS}")
        row = {"finished_at": stamp(now()), "outcome": outcome, "exit_code": exit_code, **counts}
        row["coverage"] = json.dumps(dict(coverage), sort_keys=True)
        columns = ", ".join(f"{name} = :{name}" for name in row)
        self.db.conn.execute(f"UPDATE crawls SET {columns} WHERE id = :id", {**row, "id": crawl_id})  # noqa: S608 - names of ours

    def writer(self, portal: str, info: Mapping[str, str]) -> WarcWriter:
        """A new WARC file for one crawl; `info` for its warcinfo record."""
        return WarcWriter(self.path, portal, info)

    def capture(self, writer: WarcWriter, exchange: Exchange, provenance: Provenance) -> Capture:
        """Keeps the bytes, flushed, and then their row, committed.

        A payload that the archive holds already is written as a revisit, and so is a 304. Only `Capture.unchanged` tells
        that the page still is what its article was read from.
        """
        return captures.capture(self.db, writer, exchange, provenance)

    def keep(
        self, article: ReadArticle, *, portal: str, section: str | None, capture_id: int, link_url: str | None
    ) -> Kept:
        """Keeps what was read from a capture: article, parts, revision, index and ledger in one transaction."""
        with self.db.atomic():
            kept = articles.keep(self.db.conn, article, portal=portal, section=section, capture_id=capture_id)
            if link_url is not None:
                query = "SELECT a.first_seen_at, c.fetched_at FROM articles a, captures c WHERE a.id = ? AND c.id = ?"
                first, visited = self.db.conn.execute(query, (kept.article_id, capture_id)).fetchone()
                self.ledger.kept(link_url, kept.article_id, capture_id, first, visited)
        return kept

    def seen(self, link_url: str) -> bool:
        """The link still leads to what its article was read from (`Capture.unchanged`).

        False, and nothing written, when no article was ever read there: then the page has to be read.
        """
        query = "SELECT fetched_at FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1"
        with self.db.atomic():
            row = self.db.conn.execute(query, (link_url,)).fetchone()
            at = row[0] if row else stamp(now())
            article = articles.seen(self.db.conn, link_url, at)
            if article is not None:
                self.ledger.kept(link_url, article[0], None, article[1], at)
        return article is not None

    def fail(
        self,
        crawl_id: int | None,
        *,
        url: str,
        field: str | None,
        error: str,
        message: str,
        capture_id: int | None = None,
        link_url: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Writes a failure down, of now or of `at`; with `link_url` the ledger owes that link again."""
        query = (
            "INSERT INTO failures (crawl_id, capture_id, url, field, error, message, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        with self.db.atomic():
            self.db.conn.execute(query, (crawl_id, capture_id, url, field, error, message, stamp(at or now())))
            if link_url is not None:
                self.ledger.failed(link_url, f"{error}: {message}", at)

    def article(self, id_or_url: int | str) -> dict[str, Any]:
        """An article's row, with lists of its images, attachments, revisions and captures. Raises NotFound.

        `body` is one text, its paragraphs joined by a blank line; a revision is what the article was.
        """
        return articles.article(self.db.conn, id_or_url)

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        date_from: date | str | None = None,
        date_to: date | str | None = None,
        portal: str | None = None,
        source: str | None = None,
        section: str | None = None,
        author: str | None = None,
        marks: Marks = MARKS,
    ) -> list[Hit]:
        """The articles that a query finds, the best first. Any text is a query; one without a word finds nothing.

        Days are inclusive, YYYY-MM-DD; names are compared by the rule for typed words. Raises BadInput for no day.
        """
        filters = Filters(_day(date_from), _day(date_to), portal, source, section, author)
        return search.search(self.db.conn, query, filters, limit=limit, offset=offset, marks=marks)

    def count(
        self,
        query: str,
        *,
        date_from: date | str | None = None,
        date_to: date | str | None = None,
        portal: str | None = None,
        source: str | None = None,
        section: str | None = None,
        author: str | None = None,
    ) -> int:
        """How many articles a query finds; the filters of `search`."""
        filters = Filters(_day(date_from), _day(date_to), portal, source, section, author)
        return search.count(self.db.conn, query, filters)

    def open_capture(self, capture_id: int) -> Record:
        """The response that was captured, its digest checked; a revisit with the payload it refers to. Raises Damaged."""
        return captures.open_record(self.db.conn, self.path, capture_id)


def _day(day: date | str | None) -> date | None:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise BadInput(f"{day!r} is no day; write it as 2023-05-29.") from None
