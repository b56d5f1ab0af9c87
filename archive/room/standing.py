"""How the archive stands: what was archived when, and how its crawls ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.models import moment

if TYPE_CHECKING:
    from sqlite3 import Connection

    from datasette import Response

    from archive.room.visit import Visit

Row = dict[str, Any]
_LAST = 50
_MOST_BARS = 240
_SERIES = {
    "timeline_archived": "SELECT substr(first_seen_at, 1, 7) AS period, count(*) FROM articles GROUP BY period",
    "timeline_published": "SELECT substr(published_at, 1, 4) AS period, count(*) FROM articles"
    " WHERE published_at IS NOT NULL GROUP BY period",
    "timeline_captures": "SELECT substr(fetched_at, 1, 7) AS period, count(*) FROM captures GROUP BY period",
}
_STEP = 28  # of a bar, its gap included; heights are out of 100
_CRAWLS = "SELECT * FROM crawls ORDER BY id DESC LIMIT ?"
_LINKS = "SELECT portal, state, count(*) FROM links GROUP BY portal, state ORDER BY portal"
_FAILURES = "SELECT url, field, message, at, capture_id FROM failures ORDER BY id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Bar:
    period: str
    count: int
    x: int
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the earliest period to the last, those without anything among them; `width` in the drawing's own units."""

    name: str
    bars: list[Bar]

    @property
    def width(self) -> int:
        return max(len(self.bars), 12) * _STEP

    @property
    def highest(self) -> int:
        return max(bar.count for bar in self.bars)

    @property
    def every(self) -> int:
        """Each so-many-th bar has its period written below it; more would not fit."""
        return max(len(self.bars) // 12, 1) if len(self.bars[0].period) == 4 else max(len(self.bars) // 8, 3)


async def timeline(visit: Visit) -> Response:
    charts = await visit.look(lambda conn: [_chart(conn, name) for name in _SERIES])
    return await visit.page("timeline.html", charts=[chart for chart in charts if chart.bars])


async def crawls(visit: Visit) -> Response:
    return await visit.page("crawls.html", **await visit.look(_standing))


def _chart(conn: Connection, name: str) -> Chart:
    counted = {period: count for period, count in conn.execute(_SERIES[name]).fetchall() if period}
    highest = max(counted.values(), default=1)
    periods = _between(min(counted), max(counted))[-_MOST_BARS:] if counted else []
    bars = [
        Bar(period, count := counted.get(period, 0), at * _STEP, round(100 * count / highest, 2))
        for at, period in enumerate(periods)
    ]
    return Chart(name, bars)


def _between(first: str, last: str) -> list[str]:
    """All years or months from the first to the last.

    >>> _between("2023-11", "2024-02"), _between("2021", "2023")
    (['2023-11', '2023-12', '2024-01', '2024-02'], ['2021', '2022', '2023'])
    """
    if len(first) == 4:
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(start, end + 1)]


def _standing(conn: Connection) -> dict[str, Any]:
    ledger: dict[str, dict[str, int]] = {}
    for portal, state, count in conn.execute(_LINKS):
        ledger.setdefault(portal, {})[state] = count
    return {
        "crawls": [_crawl(dict(row)) for row in _rows(conn, _CRAWLS)],
        "ledger": ledger,
        "failures": _rows(conn, _FAILURES),
    }


def _rows(conn: Connection, query: str) -> list[Row]:
    cursor = conn.execute(query, (_LAST,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _crawl(row: Row) -> Row:
    """A crawl with its duration in seconds, and the share of articles in which each field was found."""
    ended = row["finished_at"] and moment(row["finished_at"])
    took = int((ended - moment(row["started_at"])).total_seconds()) if ended else None
    return row | {"took": took, "coverage": json.loads(row["coverage"] or "{}")}
