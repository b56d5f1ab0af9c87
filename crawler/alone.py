"""What a crawl needs of its archive before the first request, and a spider's archive when nobody has opened one for it."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version

from scrapy import Spider, signals

from archive import Archive
from crawler.crawl import Crawl
from crawler.progress import Progress
from crawler.verdict import conclude
from crawler.walk import Walk


def crawl_alone(spider: Spider, walks: Callable[[], list[Walk]]) -> Crawl:
    """The crawl of a spider that plain `scrapy crawl` started: in $CONGTIN_ARCHIVE, else ./congtin-archive. It ends with the spider,
    by the `walks` that it then has made."""
    stack = ExitStack()
    place = spider.settings.get("CONGTIN_ARCHIVE") or os.environ.get("CONGTIN_ARCHIVE") or "congtin-archive"
    archive = stack.enter_context(Archive(place, create=True))
    stack.enter_context(archive.lock())
    recover(archive, Progress())
    crawl = Crawl(archive, spider.name, warcinfo(spider.settings["USER_AGENT"]))

    def close(reason: str) -> None:
        with stack:
            conclude(crawl, walks(), reason)

    spider.crawler.signals.connect(close, signals.spider_closed, weak=False)
    return crawl


def warcinfo(user_agent: str) -> dict[str, str]:
    """What the first record of every WARC file says of the crawl."""
    return {
        "software": f"congtin/{version('congtin')} Scrapy/{version('scrapy')}",
        "http-header-user-agent": user_agent,
        "operator": os.environ.get("CONGTIN_CONTACT", "").strip() or "not stated",
        "robots": "obey",
    }


def recover(archive: Archive, progress: Progress) -> None:
    """Closes what a crawl that was cut short left open, and says so."""
    for found in archive.recover():
        progress.say(
            f"Closed {found.warc}, left open by a crawl that was cut short ({found.cut_bytes} torn bytes cut off)."
        )
