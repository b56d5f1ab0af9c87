"""How fast a host may be asked: Crawl-delay and Retry-After, on top of our own pause and AutoThrottle."""

from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.identity import PRODUCT
from crawler.waiting import seconds_of

LONGEST_WAIT = 300.0  # seconds; a portal that asks for more is left alone until the next crawl


class Pace:
    """Sets the pause of each host: the longest of `--delay`, its Crawl-delay, AutoThrottle's and its last Retry-After.

    It listens where AutoThrottle does and after it, right before the downloader looks whether the pause is over.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.delay: float = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.throttled: bool = crawler.settings.getbool("AUTOTHROTTLE_ENABLED")
        self.crawl_delays: dict[str, float] = {}  # host → seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pace = cls(crawler)
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(pace.before, signals.request_reached_downloader)
        crawler.signals.connect(pace.after, signals.response_downloaded)
        return pace

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        host = self.crawler.engine.downloader.get_slot_key(request)
        self.crawl_delays[host] = robotparser.crawl_delay(PRODUCT) or 0.0
        self._slow(request, self.crawl_delays[host])

    def before(self, request: Request) -> None:
        self._slow(request, self.crawl_delays.get(request.meta["download_slot"], 0.0))

    def after(self, request: Request, response: Response) -> None:
        slot = self._slot(request)
        if slot is None:
            return
        own = slot.delay if self.throttled else self.delay
        asked = retry_after(response)
        if asked > LONGEST_WAIT:  # the spider takes its leave instead
            return
        waited = request.meta.get("download_latency", 0.0) if asked else 0.0  # the pause counts from the request on
        slot.delay = max(own, self.crawl_delays.get(request.meta["download_slot"], 0.0), asked + waited)

    def _slow(self, request: Request, delay: float) -> None:
        slot = self._slot(request)
        if slot is not None:
            slot.delay = max(slot.delay, delay)

    def _slot(self, request: Request) -> Slot | None:
        downloader = self.crawler.engine.downloader
        return downloader.slots.get(downloader.get_slot_key(request))


def retry_after(response: Response) -> float:
    """Seconds for which a 429 or 503 asks to be left alone; 0 when it does not say."""
    stated = (response.headers.get("Retry-After") or b"").decode("latin-1")
    return seconds_of(stated) if response.status in (429, 503) else 0.0
