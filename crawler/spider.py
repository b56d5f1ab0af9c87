"""The spider of every portal: listings are walked, links go into the ledger, and what the ledger owes is fetched."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from http import HTTPStatus
from http.client import responses
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.models import Capture, Link
from crawler.alone import crawl_alone
from crawler.answers import Unanswered, read_answer
from crawler.crawl import FORSAKEN, INSTEAD, UNREADABLE, Crawl
from crawler.errors import ARCHIVE_ERRORS, OURS, Stopped, describe
from crawler.files import File, Files, attach
from crawler.forms import Ask
from crawler.items import ReadPage
from crawler.links import host_of
from crawler.listing import Listing, find_sections, is_home, read_listing
from crawler.pace import LONGEST_WAIT, retry_after
from crawler.reading import Article, Unreadable, read
from crawler.reading.page import Page
from crawler.walk import End, Walk, all_known, frontier

BATCH = 50  # links taken from the ledger at a time: what is held in memory
_LISTING, _ARTICLE, _FILE = 100, 0, -100  # priorities
_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class PortalSpider(Spider):
    """A portal is this class with a name, a title, its hosts and its listings; `crawler/portals/` has one file each.

    `hosts` are host names, with a port where it is not the scheme's own; their sub-domains belong to the portal too.
    `listings` maps the name of a section to the first page of its listing; one named by its own address leaves the
    section to its articles. A home page among them stands for the sections of its menu.
    """

    title: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]] = ()
    listings: ClassVar[Mapping[str, str]] = {}
    crawl: Crawl
    walks: list[Walk]  # of the listings
    stopping = False  # whether nothing more may be sent
    _leaving: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """With a `crawl` among the arguments writes through it; under plain `scrapy crawl` opens the archive itself."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if "crawl" not in kwargs:
            spider.crawl = crawl_alone(spider, lambda: spider.walks)
        spider.walks = [
            Walk(url, None if is_home(url) or section == url else section or None)
            for section, url in spider.listings.items()
        ]
        crawler.signals.connect(spider.faulted, signals.spider_error)
        crawler.signals.connect(spider.faulted, signals.item_error)
        return spider

    @classmethod
    def owns(cls, url: str) -> bool:
        """Whether an address is of this portal."""
        host = host_of(url)
        return any(host == own or host.endswith(f".{own}") for own in cls.hosts)

    async def start(self) -> AsyncIterator[Request]:
        """First the listings; then, batch by batch, what the ledger owes and the files that articles lack."""
        self._files = Files(self.crawl.archive, self.name, again=self.crawl.options.recheck)
        for walk in self.walks:
            yield self._listing_request(walk, walk.url, via=None)
        while batch := await self._next_batch():
            for request in batch:
                yield request

    async def _next_batch(self) -> list[Request]:
        """The next requests, once those before are on their way; [] when nothing is left.

        Files come in batches of their own, each after the one before has ended: several articles may show one picture.
        """
        while True:
            await self.crawler.signals.wait_for(signals.scheduler_empty)
            if batch := [self._article_request(link) for link in self.crawl.take(BATCH)]:
                return batch
            if self._idle():
                return self._file_requests()

    def _idle(self) -> bool:
        engine = self.crawler.engine
        assert engine.scheduler is not None
        assert engine.scraper.slot is not None
        under_way = engine.downloader.active or not engine.scraper.slot.is_idle()
        return not (under_way or engine.scheduler.has_pending_requests())

    # --- listings ---

    def parse_listing(self, response: Response, walk: Walk, ask: Ask | None = None) -> Iterator[Request]:
        """Writes a listing page's articles into the ledger and goes on to its next page."""
        assert response.request is not None
        if response.status != HTTPStatus.OK:
            self._refused(response)
        elif _went_home(response) and not is_home(walk.url):
            self._failed(response.request, "moved", f"redirects to the home page {response.url}")
        elif ask and ask.kind != "page":
            yield from self._answered(response, walk, ask)
        else:
            page = Page.parse(response.body, response.url, _content_type(response))
            listing = read_listing(page.root, response.url, walk.place)
            if walk.seed and walk.pages == 0 and (is_home(walk.url) or not (listing.articles or listing.opening)):
                yield from self._sections(page, walk)
            yield from self._turn(walk, listing, response.request, response.url)

    def _answered(self, response: Response, walk: Walk, ask: Ask) -> Iterator[Request]:
        assert response.request is not None
        try:
            listing = read_answer(ask, response.body, _content_type(response), walk.place)
        except Unanswered as error:
            self._failed(response.request, "unanswered", str(error))
        else:
            yield from self._turn(walk, listing, response.request, ask.page)

    def _turn(self, walk: Walk, listing: Listing, request: Request, url: str) -> Iterator[Request]:
        crawl = self.crawl
        if walk.pages == 0 and not crawl.options.full:
            walk.frontier = frontier(crawl.archive, self.name, walk.url, crawl.last_capture)
        known = all_known(crawl.archive, listing.articles, walk.frontier)
        crawl.discover(url, walk.section, listing.articles)
        following = walk.turn(listing, crawl.options.bounds, known=known, enough=crawl.has_enough)
        if following is End.REFUSED:
            self._failed(request, "refused", following.value)
        elif isinstance(following, End):
            crawl.bounded |= not following.complete
        elif isinstance(following, Ask) and following.too_large:
            self._failed(request, "too large", f"{following} wants more state sent than any pager needs")
        else:
            yield self._listing_request(walk, following, via=url)

    def _sections(self, page: Page, home: Walk) -> Iterator[Request]:
        known = {walk.url for seed in self.walks for walk in (seed, *seed.sections)}
        for url, name in find_sections(page.root, page.url):
            if url not in known and self.owns(url):
                home.sections.append(Walk(url, name, seed=False))
                yield self._listing_request(home.sections[-1], url, via=page.url)

    def _listing_request(self, walk: Walk, page: str | Ask, via: str | None) -> Request:
        """By a link, or as the page before says. Each walk has its own cookies: some pagers count in the session."""
        told = {"role": "listing", "section": walk.section, "via": via, "cookiejar": walk.url}
        if isinstance(page, str):
            return self._request(page, self.parse_listing, _LISTING, {"walk": walk}, **told)
        request = self._request(page.url, self.parse_listing, _LISTING, {"walk": walk, "ask": page.light}, **told)
        headers = {"Referer": page.page}
        if page.fields is None:
            return request.replace(headers=headers)
        form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        return request.replace(method="POST", headers=form, body=page.body)

    # --- articles ---

    def parse_article(self, response: Response, link: Link) -> Iterator[ReadPage]:
        """Reads an article, unless the answer is that there is nothing new, or nothing at all."""
        capture = _capture(response)
        if capture.unchanged and not _redirected(response) and self.crawl.seen(link):
            return
        if response.status in _ABSENT:
            self.crawl.absent(link, _status(response)[1], capture)
        elif response.status != HTTPStatus.OK:
            self._refused(response)
        elif _went_home(response):
            self.crawl.absent(link, f"redirects to the home page {response.url}", capture)
        else:
            article = self._read(response, link, capture)
            if article is not None:
                yield ReadPage(article, link, capture)

    def _read(self, response: Response, link: Link, capture: Capture) -> Article | None:
        try:
            return read(response.body, response.url, content_type=_content_type(response))
        except Unreadable as error:
            if error.kind in INSTEAD and self.crawl.has_article(link):
                self.crawl.absent(link, error.reason, capture)
            else:
                self.crawl.fail_article(link, error.field, UNREADABLE, error.reason, capture)
            return None

    def _article_request(self, link: Link) -> Request:
        told = {"role": "article", "section": link.section, "via": link.listing_url}
        return self._request(link.url, self.parse_article, _ARTICLE, {"link": link}, **told)

    # --- pictures and documents ---

    def parse_file(self, response: Response, file: File) -> None:
        """The bytes are kept already; what is left is to say so where they were had at another address, or not at all."""
        if response.status != HTTPStatus.OK or not response.body:
            self._refused(response)
        elif response.url != file.url:
            attach(self.crawl.archive, file.url, _capture(response).id)

    def _file_requests(self) -> list[Request]:
        if not self.crawl.options.images or self.crawl.forsaken:
            return []
        while files := self._files.due(BATCH):
            if own := [file for file in files if self.owns(file.url)]:
                return [self._file_request(file) for file in own]
        return []

    def _file_request(self, file: File) -> Request:
        told = {"role": file.role, "section": file.section, "via": file.article_url}
        return self._request(file.url, self.parse_file, _FILE, {"file": file}, **told)

    # --- what all requests share ---

    def _request(self, url: str, callback: Any, priority: int, about: dict[str, Any], **told: str | None) -> Request:
        """`about` says what for, to callback and errback; `told` is kept beside the capture."""
        return Request(url, callback, errback=self.unreached, cb_kwargs=about, priority=priority, meta=told)

    def unreached(self, failure: Failure) -> None:
        """No response, or one that the archive could not take."""
        assert failure.value is not None
        if isinstance(failure.value, Stopped):
            return
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy puts it there
        error, message = describe(failure.value)
        if error == OURS:
            self._lost(request, failure.value)
        else:
            self._failed(request, error, message)

    def faulted(self, failure: Failure, response: Any, **_: Any) -> None:
        """An exception of our own while a page was read or kept: the page is owed again, and the fault is counted."""
        request = response.request if isinstance(response, Response) else getattr(failure, "request", None)
        assert failure.value is not None
        error, message = describe(failure.value)
        if error == OURS:
            self._lost(request, failure.value)
            return
        self.crawl.fault(failure.value)
        if request is not None:
            self._failed(request, error, message)

    def send_no_more(self) -> None:
        """Drops what waits for its pause; what is under way may come."""
        self.stopping = True
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Stopped())

    def _lost(self, request: Request | None, error: BaseException) -> None:
        """Counts what the archive could not take. A link is owed as it was; a listing was not seen to its end."""
        self.crawl.fault(error)
        walk = request.cb_kwargs.get("walk") if request else None
        if isinstance(walk, Walk):
            walk.broken, self.crawl.bounded = OURS, True
        self._leave_if_forsaken()

    def _refused(self, response: Response) -> None:
        """An answer that is no page. A portal that asks for a longer pause than a crawl should wait is left alone."""
        assert response.request is not None
        if retry_after(response) > LONGEST_WAIT:
            self.crawl.forsaken = (
                f"{host_of(response.url)} asks to be left alone for {retry_after(response):.0f} seconds"
            )
        walk = response.request.cb_kwargs.get("walk")
        if isinstance(walk, Walk) and not walk.seed and not walk.pages and response.status in _ABSENT:
            self.crawl.miss(walk.url, "section", *_status(response), _capture(response))  # menus outlive what they name
        else:
            self._failed(response.request, *_status(response))

    def _failed(self, request: Request, error: str, message: str) -> None:
        """Writes down that a page could not be had or read, by what it was asked for."""
        capture: Capture | None = request.meta.get("capture")
        try:
            match request.cb_kwargs:
                case {"walk": Walk() as walk}:
                    walk.broken = error
                    at = request.cb_kwargs.get("ask") or request.url
                    where = "" if at == walk.url else f" (at {at})"
                    self.crawl.fail_listing(walk.url, error, message + where, capture)
                case {"link": Link() as link}:
                    self.crawl.fail_article(link, "page", error, message, capture)
                case {"file": File() as file}:
                    self.crawl.miss(file.url, "file", error, message, capture)
        except ARCHIVE_ERRORS as fault:
            self.crawl.fault(fault)
        self._leave_if_forsaken()

    def _leave_if_forsaken(self) -> None:
        """Drops what is scheduled; the ledger owes it still."""
        if self.crawl.forsaken and not self._leaving:
            self._leaving = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=FORSAKEN))


def _status(response: Response) -> tuple[str, str]:
    """A failing answer as word and sentence."""
    said = f"answered {response.status} {responses.get(response.status, '')}".strip()
    return "status", said if response.body else f"{said}, nothing in it"


def _capture(response: Response) -> Capture:
    capture = response.meta["capture"]
    assert isinstance(capture, Capture)
    return capture


def _redirected(response: Response) -> bool:
    """Whether the answer is of another address than the one that was asked for: what is unchanged there may be an error page."""
    return bool(response.meta.get("redirect_urls", [response.url])[0] != response.url)


def _went_home(response: Response) -> bool:
    """Whether a redirect led to the portal's front page: what portals do instead of answering 404."""
    return _redirected(response) and is_home(response.url)


def _content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
