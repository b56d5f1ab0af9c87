"""Running crawls: one process, one archive, one lock, and a spider for each portal."""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from twisted.python.failure import Failure

from archive import Archive
from crawler.alone import recover, warcinfo
from crawler.crawl import Crawl, Options, Summary
from crawler.progress import Progress
from crawler.spider import PortalSpider
from crawler.targets import scrapy_settings, spiders_for
from crawler.verdict import conclude
from crawler.walk import Walk

Endings = dict[str, tuple[list[Walk], str]]  # portal → its walks, and why its spider was closed

# What these tell of a page that cannot be had stands in the ledger and in `failures`, in one sentence each.
_TOLD_ELSEWHERE = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.core.downloader.handlers.http11")


def crawl(
    targets: Sequence[str],
    place: str | Path,
    options: Options | None = None,
    *,
    delay: float | None = None,
    verbose: bool = False,
    progress: Progress | None = None,
) -> list[Summary]:
    """Crawls portals and listing addresses into the archive at `place`, made when it is not there. Blocks.

    `delay` in seconds replaces the pause of the settings; 0 also turns AutoThrottle off. Since Twisted's reactor cannot
    be started twice, a process can do this once. Raises BadInput, and writes nothing, for what cannot be crawled;
    NoArchive when something else is at `place`; Busy when another crawl runs there.
    """
    spiders = spiders_for(targets)
    with Archive(place, create=True) as archive, archive.lock():
        progress = progress or Progress()
        recover(archive, progress)
        settings = scrapy_settings(**_overrides(delay, verbose=verbose))
        crawls = [
            Crawl(archive, spider.name, warcinfo(settings["USER_AGENT"]), options or Options()) for spider in spiders
        ]
        process = CrawlerProcess(settings)
        _quieten(verbose=verbose)
        endings: Endings = {}
        for spider, one in zip(spiders, crawls, strict=True):
            _add(process, spider, one, endings)
        with progress.following(crawls), _signals_kept():
            process.start()
        return [
            conclude(one, *endings.get(one.portal, ([], "shutdown"))) for one in crawls
        ]  # torn away by a second Ctrl-C


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Gives Ctrl-C back to whoever had it: Scrapy keeps it, also when there is nothing left to stop."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _overrides(delay: float | None, *, verbose: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"LOG_LEVEL": "DEBUG" if verbose else "WARNING"}
    if delay is not None:
        told |= {"DOWNLOAD_DELAY": delay, "AUTOTHROTTLE_START_DELAY": delay, "AUTOTHROTTLE_ENABLED": delay > 0}
    return told


def _add(process: CrawlerProcess, spider: type[PortalSpider], crawl: Crawl, endings: Endings) -> None:
    crawler: Crawler = process.create_crawler(spider)

    def closed(spider: PortalSpider, reason: str) -> None:
        endings[crawl.portal] = spider.walks, reason
        conclude(crawl, spider.walks, reason)

    def failed(failure: Failure) -> None:
        assert failure.value is not None
        crawl.fault(failure.value)
        endings[crawl.portal] = [], "start_error"

    crawler.signals.connect(closed, signals.spider_closed, weak=False)
    process.crawl(crawler, crawl=crawl).addErrback(failed)


def _quieten(*, verbose: bool) -> None:
    if not verbose:
        logging.getLogger("scrapy").setLevel(logging.WARNING)  # else every line is made before it is thrown away
        for name in _TOLD_ELSEWHERE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
