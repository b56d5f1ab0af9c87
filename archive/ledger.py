"""The ledger: every link ever seen on a listing, and what became of it. It is the crawl's only queue."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from archive.models import Discovered, Link, State, moment, now, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils.db import Database

# How soon a kept article is visited again, by its age: corrections come early, rot comes late. An article is as old as its date says, or as
# long known as it is, whichever is longer; so an old portal, crawled for the first time, is not visited twice a day.
REVISITS = (
    (timedelta(days=2), timedelta(hours=12)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=7)),
    (timedelta(days=365), timedelta(days=30)),
)
REVISIT_OLD = timedelta(days=180)
VIETNAM = timezone(timedelta(hours=7))
FAILURES_IN_A_ROW = 5
RETRY_OFTEN_FAILED = timedelta(days=7)
ABSENCE = timedelta(days=1)  # how far apart two sightings of an absence must be to mean that the page is gone

_LINK = """
SELECT l.url, l.portal, l.section, l.listing_url, l.state, l.attempts, l.discovered_at, l.next_visit_at, l.last_error,
       c.etag, c.last_modified
  FROM links l LEFT JOIN captures c ON c.id = l.capture_id
 WHERE l.portal = :portal AND """

# Each query walks one index in its order, so that asking costs the same in a ledger of any size. The plus keeps SQLite
# from an index after which it would have to sort.
_OWED = _LINK + "l.state = 'owed' AND +l.tried_in < :crawl ORDER BY l.discovered_in DESC, l.id LIMIT :limit"
_DUE = (
    _LINK + "l.state = '{}' AND l.next_visit_at <= :now AND +l.tried_in < :crawl"
    " ORDER BY l.next_visit_at, l.id LIMIT :limit"
)
_FAILED, _KEPT = _DUE.format("failed"), _DUE.format("kept")
_REST = _LINK + "l.tried_in < :crawl AND l.state <> 'owed' ORDER BY l.tried_in, l.id LIMIT :limit"


def next_visit(first_seen: datetime, visited: datetime, published_at: str | None = None) -> datetime:
    """When an article is due again; `published_at` is its date as articles have it.

    >>> seen = datetime.fromisoformat("2023-05-01T00:00:00Z")
    >>> [str(next_visit(seen, seen + timedelta(days=days)) - seen) for days in (0, 3, 400)]
    ['12:00:00', '4 days, 0:00:00', '580 days, 0:00:00']
    >>> [str(next_visit(seen, seen, day) - seen) for day in ("2023-04-27", "2019-01-31T08:00:00+07:00", "2030-01-01", "?")]
    ['1 day, 0:00:00', '180 days, 0:00:00', '12:00:00', '12:00:00']
    """
    age = visited - min(_born(published_at) or first_seen, first_seen)
    return visited + next((pause for younger, pause in REVISITS if age < younger), REVISIT_OLD)


def _born(published_at: str | None) -> datetime | None:
    try:
        born = datetime.fromisoformat(published_at or "")
    except ValueError:  # an archive may hold what no reader of ours writes
        return None
    return born if born.tzinfo else born.replace(tzinfo=VIETNAM)


class Ledger:
    """A link is owed before it is fetched, and ends as kept, failed with a reason, or gone.

    Every method is one transaction, or part of the caller's when one is open.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def discover(
        self,
        portal: str,
        links: Iterable[tuple[str, str | None, str | None]],
        crawl_id: int = 0,
        now: datetime | None = None,
    ) -> Discovered:
        """Writes the links (address, section, listing) of one listing down as owed, in their order; known ones stay."""
        found, at, new = list(links), _stamp(now), 0
        with self._db.atomic():
            for url, section, listing_url in found:
                new += self._db.conn.execute(
                    "INSERT INTO links (url, portal, section, listing_url, discovered_at, discovered_in)"
                    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
                    (url, portal, section, listing_url, at, crawl_id),
                ).rowcount
        return Discovered(new=new, known=len(found) - new)

    def due(
        self, portal: str, crawl_id: int, limit: int, now: datetime | None = None, *, everything: bool = False
    ) -> list[Link]:
        """What this crawl should visit next, never the same link twice in a crawl.

        First what is owed, the newest crawl's finds in the order of their listings; then what failed; then what was kept
        and is due again, the longest overdue first. With `everything` all the rest of the ledger, gone ones too.
        """
        wanted: list[Link] = []
        for query in (_OWED, _REST) if everything else (_OWED, _FAILED, _KEPT):
            asked = {"portal": portal, "crawl": crawl_id, "now": _stamp(now), "limit": limit - len(wanted)}
            wanted += (Link(*row) for row in self._db.conn.execute(query, asked))
        return wanted

    def trying(self, url: str, crawl_id: int) -> None:
        """Marks the link as visited by this crawl; should the process die now, the next crawl owes it still."""
        self._db.conn.execute("UPDATE links SET tried_in = ? WHERE url = ?", (crawl_id, url))

    def failed(self, url: str, error: str, now: datetime | None = None) -> None:
        """Owed again at the next crawl; from the fifth failure in a row on, weekly."""
        self._db.conn.execute(
            "UPDATE links SET state = 'failed', last_error = :error, attempts = attempts + 1, next_visit_at ="
            " CASE WHEN attempts + 1 < :often THEN :now ELSE :later END WHERE url = :url",
            {
                "url": url,
                "error": error,
                "often": FAILURES_IN_A_ROW,
                "now": _stamp(now),
                "later": _stamp(now, RETRY_OFTEN_FAILED),
            },
        )

    def kept(self, url: str, article_id: int, capture_id: int | None, first_seen_at: str, visited_at: str) -> None:
        """The link led to the article; `capture_id` is its newest 200 response, None when the old one still stands."""
        row = self._db.conn.execute("SELECT published_at FROM articles WHERE id = ?", (article_id,)).fetchone()
        due = next_visit(moment(first_seen_at), moment(visited_at), row[0] if row else None)
        self._db.conn.execute(
            "UPDATE links SET state = 'kept', attempts = 0, last_error = NULL, absent_at = NULL, article_id = ?,"
            " capture_id = coalesce(?, capture_id), next_visit_at = ? WHERE url = ?",
            (article_id, capture_id, stamp(due), url),
        )

    def gone(self, url: str, now: datetime | None = None) -> bool:
        """The portal said that the page is absent. True, and the link and its article marked gone, once that was seen
        twice at least a day apart; until then the link is due again after a day.
        """
        with self._db.atomic():
            row = self._db.conn.execute("SELECT absent_at, state FROM links WHERE url = ?", (url,)).fetchone()
            if row is None:
                return False
            if row[0] is None or _stamp(now, -ABSENCE) < row[0]:
                self._absent(url, now)
                return False
            self._gone(url, now)
            return True

    def has_article(self, url: str) -> bool:
        """Whether the link ever led to an article."""
        query = "SELECT 1 FROM links WHERE url = ? AND article_id IS NOT NULL"
        return self._db.conn.execute(query, (url,)).fetchone() is not None

    def counts(self, portal: str | None = None) -> dict[State, int]:
        """How many links there are in each state, of one portal or of all."""
        counts: dict[State, int] = {"owed": 0, "kept": 0, "failed": 0, "gone": 0}
        query = "SELECT state, count(*) FROM links WHERE portal = coalesce(?, portal) GROUP BY state"
        return counts | dict(self._db.conn.execute(query, (portal,)).fetchall())

    def _absent(self, url: str, now: datetime | None) -> None:
        asked: dict[str, Any] = {"url": url, "now": _stamp(now), "later": _stamp(now, ABSENCE)}
        self._db.conn.execute(
            "UPDATE links SET state = CASE state WHEN 'owed' THEN 'failed' ELSE state END, next_visit_at = :later,"
            " absent_at = coalesce(absent_at, :now), last_error = 'absent since ' || coalesce(absent_at, :now)"
            " WHERE url = :url",
            asked,
        )

    def _gone(self, url: str, now: datetime | None) -> None:
        asked = {"url": url, "now": _stamp(now)}
        self._db.conn.execute("UPDATE links SET state = 'gone', next_visit_at = NULL WHERE url = :url", asked)
        self._db.conn.execute(
            "UPDATE articles SET gone_at = coalesce(gone_at, :now)"
            " WHERE id = (SELECT article_id FROM links WHERE url = :url)"
            " AND NOT EXISTS (SELECT 1 FROM links WHERE article_id = articles.id AND state <> 'gone')",
            asked,
        )


def _stamp(at: datetime | None, later: timedelta = timedelta()) -> str:
    return stamp((at or now()) + later)
