"""What share of the pages had each field, crawl by crawl: the past that a portal is judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils.db import Database

PAST = 30  # crawls that read something: how far back the past goes
_READINGS = """
SELECT id, read, coverage FROM crawls
 WHERE portal = ? AND id < ? AND coverage IS NOT NULL AND coverage <> '{}' ORDER BY id DESC LIMIT ?"""


# A portal that is filled from newest to oldest has not changed because its old articles lack what its new ones have. One in twenty
# is left aside: listings pin old articles to their top.
_OLDEST = """
WITH first AS (SELECT id, finished_at FROM crawls WHERE portal = :portal AND id < :before AND read > 0 ORDER BY id LIMIT 1),
     days AS (SELECT substr(a.published_at, 1, 10) AS day FROM first, links l JOIN articles a ON a.id = l.article_id
               WHERE l.portal = :portal AND l.discovered_in BETWEEN 1 AND first.id AND a.first_seen_at <= first.finished_at
                 AND a.published_at IS NOT NULL)
SELECT day FROM days ORDER BY day LIMIT 1 OFFSET (SELECT count(*) / 20 FROM days)"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one crawl read: how many article pages, and which share of them (0 to 1) had each field."""

    crawl_id: int
    pages: int
    coverage: Mapping[str, float]


def readings(db: Database, portal: str, *, before: int = 2**62, limit: int = PAST) -> list[Reading]:
    """The last crawls of a portal that read something, newest first; only those that began before the crawl `before`."""
    rows = db.conn.execute(_READINGS, (portal, before, limit)).fetchall()
    return [Reading(crawl_id, pages, json.loads(coverage)) for crawl_id, pages, coverage in rows]


def oldest(db: Database, portal: str, *, before: int) -> str | None:
    """The day back to which a portal's articles tell how it is now: that of the oldest that its first crawl found, the odd
    one aside; None for the crawls until then, which are the first that read anything.
    """
    row = db.conn.execute(_OLDEST, {"portal": portal, "before": before}).fetchone()
    return row[0] if row else None


def counts(published_at: str | None, since: str | None) -> bool:
    """Whether an article says something about how its portal is now.

    >>> counts("2023-05-29T08:15:00+07:00", "2023-05-29"), counts("2019-01-01", "2023-05-29"), counts(None, "2023-05-29")
    (True, False, True)
    """
    return not (published_at and since and published_at[:10] < since)


def usual(past: Sequence[Reading]) -> dict[str, float]:
    """Field → the median of its shares: what is usual, whatever a single odd crawl found.

    >>> usual([Reading(3, 9, {"lead": 0.9}), Reading(2, 9, {"lead": 0.1}), Reading(1, 9, {"lead": 1.0})])
    {'lead': 0.9}
    """
    names = dict.fromkeys(name for reading in past for name in reading.coverage)
    return {name: median(reading.coverage[name] for reading in past if name in reading.coverage) for name in names}


def pooled(among: Sequence[Reading], name: str) -> tuple[float, int]:
    """The share of all pages of some crawls that had a field, and how many pages that is of; crawls that did not look
    for the field are left out.

    >>> pooled([Reading(2, 10, {"lead": 1.0}), Reading(1, 30, {"lead": 0.6}), Reading(0, 5, {})], "lead")
    (0.7, 40)
    """
    looked = [reading for reading in among if name in reading.coverage]
    pages = sum(reading.pages for reading in looked)
    return (sum(reading.coverage[name] * reading.pages for reading in looked) / pages if pages else 0.0), pages
