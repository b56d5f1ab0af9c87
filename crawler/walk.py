"""Walking a listing: one page after the other, newest first, and when to stop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from archive import Archive
from crawler.forms import Ask
from crawler.listing import Listed, Listing

_FRONTIER = """
SELECT coalesce(max(c.id), 0) FROM crawls c
 WHERE c.portal = :portal AND c.outcome = 'done'
   AND EXISTS (SELECT 1 FROM captures k WHERE k.url = :url AND k.role = 'listing' AND k.id <= :last
                AND k.fetched_at BETWEEN c.started_at AND c.finished_at)
   AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.crawl_id = c.id AND f.field = 'listing' AND f.url = :url)"""
_KNOWN = "SELECT count(*) FROM links WHERE url IN ({}) AND discovered_in <= ?"
MOST_PAGES = 20_000  # of one listing: whatever a pager does, a walk ends


class End(Enum):
    """Why a walk goes no further."""

    LAST_PAGE = "the pager ends"
    LOOP = "the pager loops"
    REFUSED = "the portal did not give the page that was asked for"
    KNOWN = "everything further is known"
    OLD = "everything further is older than asked for"
    BOUND = "as many pages or articles as asked for"

    @property
    def complete(self) -> bool:
        """Whether the listing has been seen as far as there was anything to see."""
        return self not in (End.OLD, End.BOUND, End.REFUSED)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the command line lets a walk go."""

    since: str | None = None  # ISO 8601 day
    pages: int | None = None

    def wanted(self, articles: Sequence[Listed]) -> list[Listed]:
        """The articles that are not known to be too old; what a listing does not date may be young."""
        return [a for a in articles if not (self.since and a.day and a.day < self.since)]


@dataclass(eq=False, slots=True)
class Walk:
    """One listing on its way. Of what it saw it remembers two numbers a page, whatever the page held."""

    url: str  # the first page
    section: str | None
    seed: bool = True  # asked for, not found in the menu of a home page
    place: str | None = None  # where the list stands on its pages
    frontier: int = 0  # the crawl whose finds need not be walked through again
    broken: str | None = None  # why the listing could not be walked to its end
    pages: int = 0
    articles: int = 0
    sections: list["Walk"] = field(default_factory=list)  # of a home page
    _asked: Ask | None = None  # how the page at hand was asked for, where no link led to it
    _addresses: set[int] = field(default_factory=set)
    _lists: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._addresses.add(hash(self.url))

    @property
    def barren(self) -> bool:
        """Whether neither the listing nor the sections it led to gave a single article."""
        return not self.articles and all(section.barren for section in self.sections)

    def turn(self, listing: Listing, bounds: Bounds, *, known: bool = False, enough: bool = False) -> str | Ask | End:
        """Takes in the next page; where to go from it, or why no further.

        `known`: nothing further on can be new; `enough`: no more articles are asked for.
        """
        self.pages += 1
        self.place = listing.place
        if listing.opening:  # what stands on this page may be a box beside the list, and the list begins only now
            self._asked = listing.opening
            return End.BOUND if enough else listing.opening
        if not listing.articles:
            return End.REFUSED if self._refused(listing) else End.LAST_PAGE
        if self._met(self._lists, tuple(article.url for article in listing.articles)):
            return End.REFUSED if self._refused(listing) else End.LOOP
        self.articles += len(listing.articles)
        following = next((page for page in listing.next_pages if self._leads_on(page)), None)
        self._asked = following.light if isinstance(following, Ask) else None
        if following is None:
            return End.LAST_PAGE
        if known:
            return End.KNOWN
        if not bounds.wanted(listing.articles):
            return End.OLD
        return End.BOUND if enough or self.pages >= min(bounds.pages or MOST_PAGES, MOST_PAGES) else following

    def _refused(self, listing: Listing) -> bool:
        return self._asked is not None and self._asked.refused(listing.number, empty=not listing.articles)

    def _leads_on(self, page: str | Ask) -> bool:
        """Whether a page has not been asked for. One whose request looks like any other is told by its content alone."""
        key = page.key if isinstance(page, Ask) else page
        return key is None or not self._met(self._addresses, key)

    @staticmethod
    def _met(seen: set[int], what: object) -> bool:
        if hash(what) in seen:
            return True
        seen.add(hash(what))
        return False


def frontier(archive: Archive, portal: str, url: str, last_capture: int) -> int:
    """The last crawl that walked the listing to its end, or to where an earlier one had been; 0 when none did.

    `last_capture` is the newest capture before this crawl: crawls can follow each other within one second.

    A crawl that was killed, bounded, or stopped at a page that failed does not count: behind it may stand links that
    nobody has seen, though those before it are known.
    """
    row = archive.db.conn.execute(_FRONTIER, {"portal": portal, "url": url, "last": last_capture}).fetchone()
    return int(row[0])


def all_known(archive: Archive, articles: Sequence[Listed], crawl_id: int) -> bool:
    """Whether every article of a listing page was in the ledger by the end of that crawl."""
    if not articles or not crawl_id:
        return False
    query = _KNOWN.format(", ".join("?" * len(articles)))
    row = archive.db.conn.execute(query, (*(article.url for article in articles), crawl_id)).fetchone()
    return bool(row[0] == len(articles))
