"""What happens to an article once it is read: it is kept."""

from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.items import ReadPage
from crawler.spider import PortalSpider


class KeepArticle:
    """Keeps every article in one transaction; an exception goes to the spider, which counts it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        assert isinstance(self.crawler.spider, PortalSpider)
        if isinstance(item, ReadPage):
            self.crawler.spider.crawl.keep(item)
        return item
