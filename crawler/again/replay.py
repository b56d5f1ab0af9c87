"""Crawls replayed from what they captured: the same links, articles, failures and days, and nothing is asked of a portal.

This follows the spider step by step; where the bytes do not tell what it did (an answer that never came, links that
`--since` left alone), a link stays owed, which the next crawl settles.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from http.client import responses
from itertools import islice
from pathlib import Path
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from archive import Archive
from archive.again import UNDECODABLE, Page, Reading, Unread, open_page, page_of, read_pages
from archive.captures import repeats
from archive.errors import Damaged, Undecodable
from archive.found import Found
from archive.models import Capture, header, moment
from archive.rebuild import Entry, Index, add_capture
from archive.warc import payload_digest
from crawler.again.crawls import Crawls, Replayed
from crawler.again.imports import fail_imported, keep_imported
from crawler.again.pool import Workers, in_order
from crawler.again.readers import failed_on, given_up, read_all, read_bytes
from crawler.crawl import INSTEAD, UNREADABLE
from crawler.files import attach
from crawler.listing import is_home, read_listing
from crawler.reading import Article
from crawler.reading import page as tree

_BATCH = 32
_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MOVED = (301, 302, 303, 307, 308)
_HTML = ("text/html", "application/xhtml+xml")


class Replay:
    """Writes into `archive` what the captures of `index`, whose files are in `folder`, amount to."""

    def __init__(self, archive: Archive, folder: Path, index: Index, jobs: Workers = 1) -> None:
        self._archive, self._folder, self._index, self._jobs = archive, folder.absolute(), index, jobs
        self._crawls = Crawls(archive)
        self._readings: dict[int, Reading] = {}  # of the batch at hand, by the number of the entry
        self.broken: list[str] = []

    def run(self, tell: Callable[[int], None]) -> None:
        """Replays everything; `tell` is called with how many captures were done since the last time."""
        waiting: deque[Sequence[Entry]] = deque()

        def batches() -> Iterator[Sequence[Page]]:
            entries = self._index.ordered()
            while batch := list(islice(entries, _BATCH)):
                waiting.append(batch)
                yield [page for entry in batch if (page := self._to_read(entry))]

        for readings in in_order(partial(read_all, self._folder), batches(), given_up, self._jobs):
            self._readings = {reading.capture_id: reading for reading in readings}
            batch = waiting.popleft()
            with self._archive.db.atomic():
                for entry in batch:
                    self._entry(entry)
            tell(len(batch))
        with self._archive.db.atomic():
            self._crawls.finish_all()

    def _to_read(self, entry: Entry) -> Page | None:
        """The page of an entry that is sure to be read: not a revisit, which may be of a page that was read before."""
        found = entry.found
        imported = found.provenance.imported and found.mime in _HTML
        wanted = found.role == "article" or (found.role == "other" and imported)
        if not wanted or found.status != HTTPStatus.OK or found.refers_to:
            return None
        return Page(entry.number, found.url, found.record_id, found.payload_digest, (found.warc, found.offset))

    def _entry(self, entry: Entry) -> None:
        found = entry.found
        unchanged = not found.provenance.imported and repeats(self._archive.db.conn, found)
        try:
            capture = add_capture(self._archive.db.conn, entry)
        except Damaged as error:
            self.broken.append(str(error).rstrip("."))
            return
        if found.provenance.imported:
            self._imported(entry, capture)
            return
        crawl = self._crawls.of(entry)
        crawl.counts["fetched"] += 1
        asked = crawl.asked_for(found.url)
        crawl.failing.pop(asked, None)
        match found.role:
            case "listing":
                self._listing(crawl, entry, capture, asked)
            case "article":
                self._article(crawl, entry, capture, asked, unchanged=unchanged)
            case "image" | "attachment":
                self._file(crawl, entry, capture, asked)

    # --- what a crawl did ---

    def _listing(self, crawl: Replayed, entry: Entry, capture: Capture, asked: str) -> None:
        found, about = entry.found, entry.found.provenance
        if self._refused(crawl, entry, capture, asked, "listing"):
            return
        content = self._content(crawl, capture, asked)
        if content is None:
            return
        try:
            root = tree.Page.parse(content[0], found.url, content[1]).root
            listing = read_listing(root, found.url, crawl.places.get((about.via, about.section)))
        except Exception as error:  # noqa: BLE001 - as in read_bytes
            crawl.fails(capture, "listing", "unexpected", failed_on(error).reason, asked)
            return
        crawl.places[found.url, about.section] = listing.place
        links = [(article.url, about.section, found.url) for article in listing.articles]
        new = self._archive.ledger.discover(about.portal, links, crawl.id, now=moment(found.fetched_at)).new
        crawl.counts["listings"] += 1
        crawl.counts["links_found"] += new

    def _article(self, crawl: Replayed, entry: Entry, capture: Capture, asked: str, *, unchanged: bool) -> None:
        found, about, ledger = entry.found, entry.found.provenance, self._archive.ledger
        at, moved = moment(found.fetched_at), asked != found.url
        ledger.discover(about.portal, [(asked, about.section, about.via)], crawl.id, now=at)
        ledger.trying(asked, crawl.id)
        if unchanged and not moved and self._archive.seen(asked):
            crawl.counts["unchanged"] += 1
        elif found.status in _ABSENT:
            self._absent(crawl, capture, asked, _answered(found))
        elif not (moved and found.status == HTTPStatus.NOT_MODIFIED) and self._refused(
            crawl, entry, capture, asked, "page"
        ):
            pass
        elif moved and is_home(found.url):
            self._absent(crawl, capture, asked, f"redirects to the home page {found.url}")
        else:
            self._read(crawl, entry, capture, asked)

    def _read(self, crawl: Replayed, entry: Entry, capture: Capture, asked: str) -> None:
        about, result = entry.found.provenance, self._result(entry, capture)
        if isinstance(result, Unread):
            self._unread(crawl, capture, result, asked)
            return
        crawl.read(result, about.section)
        kept = self._archive.keep(
            result, portal=about.portal, section=about.section, capture_id=capture.id, link_url=asked
        )
        crawl.counts[kept.outcome] += 1

    def _unread(self, crawl: Replayed, capture: Capture, why: Unread, asked: str) -> None:
        if why.kind in INSTEAD and self._archive.ledger.has_article(asked):
            self._absent(crawl, capture, asked, why.reason)
            return
        error = why.kind if why.kind == UNDECODABLE else UNREADABLE
        if error == UNREADABLE and not self._attempts(asked):
            crawl.read(None)
        crawl.fails(capture, why.field, error, why.reason, asked, link=True)

    def _file(self, crawl: Replayed, entry: Entry, capture: Capture, asked: str) -> None:
        if not self._refused(crawl, entry, capture, asked, "file") and asked != entry.found.url:
            attach(self._archive, asked, capture.id)

    def _refused(self, crawl: Replayed, entry: Entry, capture: Capture, asked: str, name: str) -> bool:
        """Notes an answer that is no page: a redirect, which counts as failed until it is followed, or a failure."""
        found = entry.found
        if found.status == HTTPStatus.OK:
            return False
        error, message = "status", _answered(found)
        if found.status in _MOVED and found.location:
            target = urljoin(found.url, safe_url_string(found.location))
            crawl.moved.setdefault(target, deque()).append(asked)
            error, message = "off portal", f"redirects to {target}, which was not fetched"
        crawl.fails(capture, name, error, message, asked, link=name == "page")
        return True

    def _absent(self, crawl: Replayed, capture: Capture, asked: str, why: str) -> None:
        if self._archive.ledger.gone(asked, now=moment(capture.fetched_at)):
            crawl.counts["gone"] += 1
        else:
            crawl.fails(capture, "page", "absent", why, asked)

    # --- what an import did ---

    def _imported(self, entry: Entry, capture: Capture) -> None:
        found = entry.found
        page = found.role == "article" or (
            found.role == "other" and found.mime in _HTML and found.status == HTTPStatus.OK
        )
        if not page:
            return
        result = self._result(entry, capture)
        if isinstance(result, Unread):
            fail_imported(self._archive, capture, result)
        else:
            keep_imported(self._archive, capture, result, found.provenance.portal, found.provenance.section)

    # --- reading ---

    def _result(self, entry: Entry, capture: Capture) -> Article | Unread:
        reading = self._readings.get(entry.number)
        if reading is None:
            page = page_of(self._archive.db.conn, capture.id)
            assert page
            [reading] = read_pages(self._folder, [page], read_bytes)
        return reading.result  # type: ignore[return-value] # read_bytes gives our own Article

    def _content(self, crawl: Replayed, capture: Capture, asked: str) -> tuple[bytes, str | None] | None:
        """A listing's bytes and its Content-Type; None, told, when they cannot be had."""
        page = page_of(self._archive.db.conn, capture.id)
        assert page
        try:
            record = open_page(self._folder, page)
            return record.content, header(record.headers, "Content-Type")
        except Damaged as error:
            self.broken.append(f"Capture {capture.id} ({capture.url}): {error}".rstrip("."))
        except Undecodable as error:
            crawl.fails(capture, "listing", UNDECODABLE, str(error).rstrip("."), asked)
        return None

    def _attempts(self, url: str) -> int:
        row = self._archive.db.conn.execute("SELECT attempts FROM links WHERE url = ?", (url,)).fetchone()
        return row[0] if row else 0


def _answered(found: Found) -> str:
    """A failing answer as the spider tells it."""
    said = f"answered {found.status} {responses.get(found.status, '')}".strip()
    return f"{said}, nothing in it" if found.payload_digest == payload_digest(b"") else said
