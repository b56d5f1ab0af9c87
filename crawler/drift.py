"""Whether a portal has changed under our reader's feet: what it gives now against what it used to give."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from archive.coverage import Reading, pooled, readings
from crawler.crawl import FIELDS, Crawl
from crawler.walk import Walk

ENOUGH = 10  # pages; fewer say little
CLEARLY = 0.1  # a share must surely have fallen by more than this
CERTAINTY = (
    1.96  # standard errors: intervals of 95 %; with CLEARLY, bad luck alone alarms in under four of a thousand crawls
)
_GAVE = "SELECT EXISTS (SELECT 1 FROM links WHERE portal = ? AND listing_url = ? AND discovered_in < ?)"


@dataclass(frozen=True, slots=True)
class Fall:
    """A field that fewer pages have than used to."""

    field: str
    past: float
    present: float
    example: str  # a page of this crawl that lacks it

    def __str__(self) -> str:
        return f"{self.field} {self.past:.0%} → {self.present:.0%}"


def fallen(crawl: Crawl) -> list[Fall]:
    """The fields that clearly fewer pages have than in the portal's past, and that a page of this crawl lacks."""
    pages = crawl.counts["read"]
    if not pages:
        return []
    this = Reading(crawl.id, pages, crawl.coverage)
    recent, past = split([this, *readings(crawl.archive.db, crawl.portal, before=crawl.id)])
    falls = []
    for name in FIELDS:
        before, now = pooled(past, name), pooled(recent, name)
        if name in crawl.lacking and fell(before, now):
            falls.append(Fall(name, before[0], now[0], crawl.lacking[name]))
    return falls


def split(crawls: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
    """What is judged, and what it is judged by. `crawls` newest first: a crawl every half hour reads a page or two, so that
    as many of the last ones are taken together as read enough.

    >>> recent, past = split([Reading(at, pages, {}) for at, pages in ((9, 3), (8, 4), (7, 5), (6, 40))])
    >>> [reading.crawl_id for reading in recent], [reading.crawl_id for reading in past]
    ([9, 8, 7], [6])
    """
    taken = pages = 0
    while taken < len(crawls) and pages < ENOUGH:
        pages += crawls[taken].pages
        taken += 1
    return list(crawls[:taken]), list(crawls[taken:])


def fell(before: tuple[float, int], now: tuple[float, int]) -> bool:
    """Whether one share of so many pages is clearly below another.

    >>> fell((0.98, 200), (0.60, 10)), fell((0.98, 200), (0.90, 10))
    (True, False)
    """
    return min(before[1], now[1]) >= ENOUGH and least_fall(before, now) > CLEARLY


def least_fall(before: tuple[float, int], now: tuple[float, int]) -> float:
    """By how much a share fell at least, as surely as CERTAINTY says; below 0 when it may as well have risen.

    The lower bound of the difference of two shares by Newcombe's hybrid of Wilson's score intervals (R. G. Newcombe,
    Statistics in Medicine 17, 1998, method 10), which holds for few pages and for shares near 0 and 1, where the
    textbook's normal interval has no width.

    >>> round(least_fall((0.98, 1000), (0.60, 1000)), 3)
    0.348
    """
    share, floor = before[0], wilson(*before)[0]
    present, ceiling = now[0], wilson(*now)[1]
    return share - present - sqrt((share - floor) ** 2 + (ceiling - present) ** 2)


def wilson(share: float, pages: int) -> tuple[float, float]:
    """Between what bounds the true share lies when so many pages gave this one: Wilson's score interval.

    >>> [round(bound, 2) for bound in wilson(0.9, 10)]
    [0.6, 0.98]
    """
    z2 = CERTAINTY**2 / pages
    middle = share + z2 / 2
    half = CERTAINTY * sqrt(share * (1 - share) / pages + z2 / (4 * pages))
    return (middle - half) / (1 + z2), (middle + half) / (1 + z2)


def barren(crawl: Crawl, walks: Sequence[Walk]) -> list[str]:
    """The listings that gave no article: of those asked for any, of the sections of a home page those that used to."""
    silent = [walk for walk in walks if _gave_none(walk)]
    sections = [section for walk in walks if walk not in silent for section in walk.sections if _gave_none(section)]
    return [walk.url for walk in silent] + [walk.url for walk in sections if _used_to_give(crawl, walk.url)]


def _gave_none(walk: Walk) -> bool:
    return bool(walk.barren and walk.pages and not walk.broken)


def _used_to_give(crawl: Crawl, url: str) -> bool:
    return bool(crawl.archive.db.conn.execute(_GAVE, (crawl.portal, url, crawl.id)).fetchone()[0])


def told(falls: Sequence[Fall], listings: Sequence[str]) -> str:
    """What has drifted, in a sentence; "" when nothing has."""
    parts = [f"listings that gave no articles: {', '.join(listings)}"] if listings else []
    by_example: dict[str, list[Fall]] = {}
    for fall in falls:
        by_example.setdefault(fall.example, []).append(fall)
    lost = [f"{', '.join(map(str, some))} (as on {url})" for url, some in by_example.items()]
    return "; ".join(parts + ([f"fewer pages than ever have: {', '.join(lost)}"] if lost else []))


def write_down(crawl: Crawl, falls: Sequence[Fall], listings: Sequence[str]) -> None:
    """Puts what has drifted among the failures, for whoever asks later."""
    for url in listings:
        crawl.drifted("listing", url, "gave no articles")
    for fall in falls:
        crawl.drifted(fall.field, fall.example, f"{fall}, for example here")
