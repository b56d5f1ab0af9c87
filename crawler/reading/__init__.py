"""Reads a news page: `read(body, url)` gives an Article or raises Unreadable. Knows neither Scrapy, the network nor the database."""

from crawler.reading.article import Article, Attachment, Evidence, Image, Unreadable
from crawler.reading.reader import read

__all__ = ["Article", "Attachment", "Evidence", "Image", "Unreadable", "read"]
