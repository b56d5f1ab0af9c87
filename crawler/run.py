"""Running crawls: one process, one archive, one lock, and a spider for each portal."""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
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
        process = _Process(settings, progress)
        _quieten(verbose=verbose)
        endings: Endings = {}
        with process.listening():
            for spider, one in zip(spiders, crawls, strict=True):
                _add(process, spider, one, endings)
            with progress.following(crawls):
                process.start()
        return [
            conclude(one, *endings.get(one.portal, ([], "shutdown"))) for one in crawls
        ]  # torn away by a second Ctrl-C


class _Process(CrawlerProcess):
    """Scrapy's, but it answers Ctrl-C, and sends nothing more. One that comes before the reactor runs is kept for it: as an
    exception it would be lost among the crawlers that are being started.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        super().__init__(settings)
        self._progress = progress
        self._early = 0  # the signal

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Has Ctrl-C and SIGTERM, and gives them back to whoever had them: Scrapy keeps them, also when there is nothing left to
        stop.
        """
        before = {number: signal.signal(number, self._keep) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _keep(self, number: int, _: Any) -> None:
        self._early = number

    def _setup_reactor(self, install_signal_handlers: bool) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - installs one where there is none

        super()._setup_reactor(install_signal_handlers)
        reactor.callWhenRunning(self._stop_early)

    def _stop_early(self) -> None:
        if self._early:
            self._signal_shutdown(self._early, None)

    def _signal_shutdown(self, signum: int, _: Any) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - see above

        reactor.callFromThread(self._send_no_more)
        super()._signal_shutdown(signum, _)

    def _send_no_more(self) -> None:
        self._progress.warn("Stopping; Ctrl-C again stops at once.")
        for crawler in self.crawlers:
            if crawler.crawling and isinstance(crawler.spider, PortalSpider):
                crawler.spider.send_no_more()


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
