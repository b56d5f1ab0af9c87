"""The crawls of a replay: what `crawls` and `failures` can be told again of each."""

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from archive import Archive, coverage
from archive.models import Capture, moment, stamp
from archive.rebuild import Entry
from archive.schema import COUNTS
from crawler.crawl import FIELDS
from crawler.reading import Article
from crawler.reading.region import CONVENTIONS

OUTCOME = "rebuilt"  # how it had ended, no bytes tell
_FINISH = "UPDATE crawls SET finished_at = :finished_at, outcome = :outcome, coverage = :coverage, {} WHERE id = :id"


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that was not had, until the crawl asked for it again and had it."""

    url: str
    field: str
    error: str
    message: str
    capture_id: int
    at: str
    link_url: str | None


@dataclass(eq=False)
class Replayed:
    """One crawl, as far as it has been replayed."""

    archive: Archive
    id: int
    portal: str
    last: str = ""  # when it was last heard of
    counts: Counter[str] = field(default_factory=Counter)
    moved: dict[str, deque[str]] = field(default_factory=dict)  # where redirects led → what was asked for, in turn
    places: dict[tuple[str | None, str | None], str | None] = field(default_factory=dict)  # of lists on listing pages
    failing: dict[str, Failure] = field(default_factory=dict)
    _has: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._oldest = coverage.oldest(self.archive.db, self.portal, before=self.id)

    def asked_for(self, url: str) -> str:
        """What was asked for when this address answered: where redirects led there, the first of those that have no answer yet."""
        waiting = self.moved.get(url)
        return waiting.popleft() if waiting else url

    def read(self, article: Article | None, section: str | None = None) -> None:
        """Counts an article page and the fields that it has; None: it could not be read."""
        if article and not coverage.counts(article.published_at, self._oldest):
            return
        self.counts["read"] += 1
        if article:
            told = {"section": section or article.section, "layout": article.layout != CONVENTIONS}
            self._has.update(name for name in FIELDS if told.get(name, getattr(article, name, None)))

    def fails(self, capture: Capture, name: str, error: str, message: str, asked: str, *, link: bool = False) -> None:
        """Remembers a failure; it counts when the crawl ends, since a crawl asks several times."""
        self.failing[asked] = Failure(
            asked, name, error, message, capture.id, capture.fetched_at, asked if link else None
        )

    def failed(self, failure: Failure) -> None:
        """Writes a failure down."""
        told = {name: getattr(failure, name) for name in ("url", "field", "error", "message", "capture_id", "link_url")}
        self.archive.fail(self.id, **told, at=moment(failure.at))
        self.counts["failed"] += failure.field != "file"

    def finish(self) -> None:
        for failure in self.failing.values():
            self.failed(failure)
        self.failing.clear()
        pages = self.counts["read"]
        shares = {name: round(self._has[name] / pages, 4) for name in FIELDS} if pages else {}
        row = {"finished_at": self.last, "outcome": OUTCOME, "coverage": json.dumps(shares, sort_keys=True)}
        counts = {name: self.counts[name] for name in COUNTS}
        query = _FINISH.format(", ".join(f"{name} = :{name}" for name in COUNTS))
        self.archive.db.conn.execute(query, {**row, **counts, "id": self.id})


class Crawls:
    """The crawls that are being replayed: one at a time of each portal, in turns where two machines crawled it at once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._running: dict[str, Replayed] = {}  # by portal
        self._crawls: dict[tuple[str, str], Replayed] = {}  # by portal and what its files have in common

    def of(self, entry: Entry) -> Replayed:
        """The crawl that an entry is of; the one before it of the same portal is over then, or waits for its next turn."""
        portal = entry.found.provenance.portal
        crawl, before = self._crawls.get((portal, entry.crawl)), self._running.get(portal)
        if before and before is not crawl:
            before.finish()
        if crawl is None:
            crawl = Replayed(self._archive, self._begin(entry), portal)
            self._crawls[portal, entry.crawl] = crawl
        self._running[portal] = crawl
        crawl.last = entry.found.fetched_at
        return crawl

    def finish_all(self) -> None:
        for crawl in self._running.values():
            crawl.finish()
        self._running.clear()

    def _begin(self, entry: Entry) -> int:
        query = "INSERT INTO crawls (portal, started_at) VALUES (?, ?)"
        crawl_id = self._archive.db.conn.execute(query, (entry.found.provenance.portal, _started(entry))).lastrowid
        assert crawl_id is not None
        return crawl_id


def _started(entry: Entry) -> str:
    """What the name of a WARC file says of when its crawl began."""
    try:
        return stamp(datetime.strptime(entry.found.warc.split("-")[-2] + "+0000", "%Y%m%d%H%M%S%z"))
    except (ValueError, IndexError):
        return entry.found.fetched_at
