"""One crawl of one portal into one archive: all that is written of it, and what it amounts to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from archive import Archive, coverage
from archive.models import Capture, Exchange, Link, Provenance, moment
from archive.schema import COUNTS
from crawler.errors import ARCHIVE_ERRORS
from crawler.items import ReadPage
from crawler.listing import Listed
from crawler.reading.region import CONVENTIONS
from crawler.walk import Bounds

# What is looked after in every crawl; "layout" is whether a layout claimed the page, or the conventions had to read it.
FIELDS = ("published_at", "section", "lead", "body", "images", "author", "source", "attachments", "layout")
UNREADABLE = "unreadable"  # an article that answered and could not be read
INSTEAD = ("front", "listing")  # kinds of pages that portals show at the address of an article that is no more
FORSAKEN = "forsaken"  # why a spider is closed that should ask for nothing more
_PATIENCE = 5  # pages in a row that could not be kept: the disk is full, or the archive is gone


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a crawl."""

    full: bool = False  # walk every listing to its end, whatever is known
    since: str | None = None  # ISO 8601 day: articles that a listing dates before it are left alone
    max_pages: int | None = None  # of each listing
    max_articles: int | None = None
    recheck: bool = False  # visit every known article again
    images: bool = True  # fetch pictures and documents too

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.since, self.max_pages)


@dataclass(frozen=True, slots=True)
class Summary:
    """How a crawl of one portal ended."""

    portal: str
    crawl_id: int
    outcome: str
    exit_code: int
    reasons: Sequence[str]  # why the exit code is not 0, a sentence each
    counts: Mapping[str, int]
    missing: int  # pictures and documents that could not be had
    failures: Mapping[str, int]  # why pages failed → how many
    coverage: Mapping[str, float]  # field → share of the article pages read that have it

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(eq=False)
class Crawl:
    """What the spider, the capture middleware and the pipeline write through; nothing else of them touches the archive."""

    archive: Archive
    portal: str
    info: Mapping[str, str]  # for the warcinfo record
    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        self.writer = self.archive.writer(self.portal, self.info)
        self.id = self.archive.begin_crawl(self.portal)
        self.last_capture: int = self.archive.db.conn.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
        self.owed = self.archive.ledger.counts(self.portal)["owed"]
        self.page = ""  # the last address that was answered
        self.tried = self.missing = 0
        self.counts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.faults: list[str] = []  # ours, not the portal's
        self.lost = 0  # how often the archive could not take what came
        self.bounded = False  # whether an option, or a fault of ours, kept something from being seen
        self.forsaken = ""  # why no more should be asked of the portal
        self.summary: Summary | None = None
        self._unkept = 0
        self._oldest = coverage.oldest(self.archive.db, self.portal, before=self.id)
        self._counted: BaseException | None = None
        self.lacking: dict[str, str] = {}  # field → the first page of this crawl that lacks it
        self._has: Counter[str] = Counter()

    def take(self, limit: int) -> list[Link]:
        """The next links to visit, marked as visited by this crawl."""
        if self.options.max_articles is not None:
            limit = min(limit, self.options.max_articles - self.tried)
            self.bounded |= limit <= 0
        if limit <= 0 or self.forsaken:
            return []
        ledger = self.archive.ledger
        with self.archive.db.atomic():
            links = ledger.due(self.portal, self.id, limit, everything=self.options.recheck)
            for link in links:
                ledger.trying(link.url, self.id)
        self.tried += len(links)
        return links

    @property
    def has_enough(self) -> bool:
        """Whether more links than `--max-articles` have been found."""
        most = self.options.max_articles
        return most is not None and self.counts["links_found"] >= most

    def capture(self, exchange: Exchange, provenance: Provenance) -> Capture:
        """Keeps one exchange; its exception means that the page must not be read."""
        self.page = exchange.url
        self.counts["fetched"] += 1
        try:
            capture = self.archive.capture(self.writer, exchange, provenance)
        except ARCHIVE_ERRORS as error:
            self.fault(error)
            raise
        self._unkept = 0
        return capture

    def discover(self, listing_url: str, section: str | None, articles: Sequence[Listed]) -> None:
        """Writes the articles wanted of a listing page into the ledger, as owed where they are new."""
        links = [(article.url, section, listing_url) for article in self.options.bounds.wanted(articles)]
        new = self.archive.ledger.discover(self.portal, links, self.id).new
        self.counts["listings"] += 1
        self.counts["links_found"] += new
        self.owed += new

    def keep(self, page: ReadPage) -> None:
        """Keeps one article."""
        link, article = page.link, page.article
        try:
            kept = self.archive.keep(
                article, portal=self.portal, section=link.section, capture_id=page.capture.id, link_url=link.url
            )
        except ARCHIVE_ERRORS as error:
            self.fault(error)
            raise
        self.counts[kept.outcome] += 1
        told = {"section": link.section or article.section, "layout": article.layout != CONVENTIONS}
        if coverage.counts(article.published_at, self._oldest):
            self._read(article.url, {name for name in FIELDS if told.get(name, getattr(article, name, None))})
        self._settle(link)

    def seen(self, link: Link) -> bool:
        """Notes that an article is as we have it; False when we have none."""
        seen = self.archive.seen(link.url)
        self.counts["unchanged"] += seen
        return seen

    def has_article(self, link: Link) -> bool:
        """Whether an article was ever read there."""
        return self.archive.ledger.has_article(link.url)

    def absent(self, link: Link, why: str, capture: Capture | None) -> None:
        """The portal says that there is no such page: gone when it said so a day ago too, until then a failure."""
        if self.archive.ledger.gone(link.url, now=_when(capture)):
            self.counts["gone"] += 1
        else:
            self._write_failure(link.url, "page", "absent", why, capture)
        self._settle(link)

    def fail_article(self, link: Link, name: str, error: str, message: str, capture: Capture | None) -> None:
        """Writes a failed article down, with the field that could not be read; the ledger owes it again."""
        self._write_failure(link.url, name, error, message, capture, link)
        if (
            error == UNREADABLE and not link.attempts
        ):  # what never was an article says nothing new when it is tried again
            self._read(link.url, set())
        self._settle(link)

    def fail_listing(self, url: str, error: str, message: str, capture: Capture | None) -> None:
        """Writes down that a listing, named by its first page, could not be walked to its end."""
        self._write_failure(url, "listing", error, message, capture)

    def miss(self, url: str, name: str, error: str, message: str, capture: Capture | None) -> None:
        """Writes down that something beside the articles could not be had ("file", "section"): missing, but no failed page."""
        capture_id = capture.id if capture else None
        self.archive.fail(self.id, url=url, field=name, error=error, message=message, capture_id=capture_id)
        self.missing += name == "file"

    def fault(self, error: BaseException) -> None:
        """Counts a fault of ours, each once; after some in a row nothing more is asked of the portal, since nothing can be kept."""
        if error is self._counted:
            return
        self._counted = error
        self.faults.append(" ".join(f"{type(error).__name__}: {error}".split()).rstrip("."))
        self.lost += isinstance(error, ARCHIVE_ERRORS)
        self._unkept += 1
        if self._unkept >= _PATIENCE:
            self.forsaken = "nothing could be kept any more"

    @property
    def coverage(self) -> dict[str, float]:
        """Field → share of the article pages of this crawl that have it, an unreadable one having none; {} without pages."""
        pages = self.counts["read"]
        return {name: round(self._has[name] / pages, 4) for name in FIELDS} if pages else {}

    def drifted(self, name: str, url: str, message: str) -> None:
        """Writes down that a field or a listing is not what it used to be, with a page that shows it."""
        self.archive.fail(self.id, url=url, field=name, error="drift", message=message)

    def finish(self, outcome: str, exit_code: int, reasons: Sequence[str]) -> Summary:
        """Closes the WARC file and writes down how the crawl ended. Once it has ended, that stands."""
        if self.summary is None:
            counts = {name: self.counts[name] for name in COUNTS}
            self.writer.close()
            self.archive.finish_crawl(
                self.id, outcome=outcome, exit_code=exit_code, counts=counts, coverage=self.coverage
            )
            self.summary = Summary(
                self.portal,
                self.id,
                outcome,
                exit_code,
                reasons,
                counts,
                self.missing,
                dict(self.failures),
                self.coverage,
            )
        return self.summary

    def _read(self, url: str, has: set[str]) -> None:
        self.counts["read"] += 1
        self._has.update(has)
        for name in FIELDS:
            if name not in has:
                self.lacking.setdefault(name, url)

    def _write_failure(
        self, url: str, name: str, error: str, message: str, capture: Capture | None, link: Link | None = None
    ) -> None:
        self.archive.fail(
            self.id,
            url=url,
            field=name,
            error=error,
            message=message,
            capture_id=capture.id if capture else None,
            link_url=link.url if link else None,
            at=_when(capture),
        )
        self.counts["failed"] += 1
        self.failures[error] += 1

    def _settle(self, link: Link) -> None:
        self.owed -= link.state == "owed"


def _when(capture: Capture | None) -> datetime | None:
    """When the portal said it, as a rebuild finds it too; None, for now, where it said nothing."""
    return moment(capture.fetched_at) if capture else None
