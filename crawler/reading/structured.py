"""What a page says of itself to machines: JSON-LD, OpenGraph, meta elements. A witness, never the first word."""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from typing import Any

from crawler.reading.conventions.bylines import is_name
from crawler.reading.conventions.dates import Published, from_iso
from crawler.reading.conventions.furniture import is_site_name
from crawler.reading.conventions.text import clean
from crawler.reading.page import Page

_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Report", "ReportageNewsArticle", "WebPage")
_TITLES = ("og:title", "twitter:title", "title", "dc.title", "headline")
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "pubdate", "publishdate", "publish-date",
    "dc.date.issued", "dc.date", "date", "dc.created", "its_publication", "article:modified_time",
)  # fmt: skip
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_ANY = re.compile(  # what templates and sections are called
    r"(?:document|untitled|home|news|index|trang\s*chủ|tin\s*tức(?:\s*(?:[-–&]|và)?\s*sự\s*kiện)?|sự\s*kiện|thông\s*báo|bài\s*viết)$",
    re.IGNORECASE,
)
_SEPARATORS = (" | ", " - ", " – ", " — ", " » ", " :: ", " / ")
_MAX_PIECES = 6
_MAX_JSON = 200_000
_MAX_CRUMBS = 8


class Structured:
    """The structured data of one page, read when it is asked for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.url = page.url

    @cached_property
    def article(self) -> dict[str, Any]:
        """The first JSON-LD object that describes an article, {} when there is none."""
        found = [o for o in self._objects() if _kind(o) in _ARTICLES and ("headline" in o or "datePublished" in o)]
        return next((o for o in found if _kind(o) != "WebPage"), found[0] if found else {})

    def _objects(self) -> Iterator[dict[str, Any]]:
        for script in self._page.root.iter("script"):
            if "ld+json" in (script.get("type") or "") and script.text and len(script.text) < _MAX_JSON:
                try:
                    yield from _flatten(json.loads(script.text, strict=False))
                except (ValueError, RecursionError):
                    continue

    @cached_property
    def titles(self) -> list[str]:
        """What the headline may be, likeliest first; the site's suffix taken away bit by bit."""
        return [piece for title in self.named for piece in _pieces(title, behind=False)]

    def endings(self) -> Iterator[str]:
        """What the headline may be where the page's title begins with the site's name."""
        for title in self.named:
            yield from _pieces(title, behind=True)

    @cached_property
    def named(self) -> list[str]:
        """The page's titles as they stand, that of JSON-LD first; none that any page might have."""
        named = [self._page.meta[n] for n in _TITLES if n in self._page.meta]
        if isinstance(self.article.get("headline"), str):
            named.insert(0, _spelt(self.article["headline"]))
        return [title for title in (*named, self._page.head_title) if not _ANY.match(title)]

    def author(self) -> str | None:
        """Who wrote the article; a name that stands nowhere on the page signs nothing."""
        author = self.article.get("author")
        author = author[0] if isinstance(author, list) and author else author
        name = author.get("name") if isinstance(author, dict) else author
        return spelt if isinstance(name, str) and is_name(spelt := _spelt(name)) else None

    def breadcrumb(self) -> list[str]:
        """The names of the JSON-LD breadcrumb, the home page's first; [] when there is none."""
        for found in self._objects():
            items = found.get("itemListElement")
            if _kind(found) == "BreadcrumbList" and isinstance(items, list):
                return [name for item in items[:_MAX_CRUMBS] if (name := _item_name(item))]
        return []

    def published(self) -> tuple[Published, str] | None:
        """(date, where it stood)."""
        value = self.article.get("datePublished")
        if isinstance(value, str) and (found := from_iso(value)):
            return found, "JSON-LD datePublished"
        for name in _DATES:
            if (value := self._page.meta.get(name)) and (found := from_iso(value)):
                return found, f"meta {name}"
        return None

    def descriptions(self) -> list[str]:
        return [self._page.meta[n] for n in _DESCRIPTIONS if n in self._page.meta]


def _item_name(item: Any) -> str | None:
    """The name of one entry of a BreadcrumbList, which may stand in the entry or in its `item`."""
    if not isinstance(item, dict):
        return None
    inner = item.get("item")
    name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return _spelt(name) if isinstance(name, str) else None


def _spelt(text: str) -> str:
    """A string of JSON-LD, in which some systems write letters as entities."""
    return clean(unescape(text))


def _kind(value: dict[str, Any]) -> str:
    kind = value.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind)


def _flatten(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth < 4:
        for item in value[:50]:
            yield from _flatten(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _flatten(value.get("@graph"), depth + 1)


def _pieces(title: str, *, behind: bool) -> Iterator[str]:
    """A title without the names before it (`behind`) or after it, the longest piece first."""
    if title and not behind and not is_site_name(title):
        yield title
    for separator in _SEPARATORS:
        parts = title.split(separator)
        if _ANY.match(parts[0]) and not behind:
            continue
        for cut in range(1, len(parts)):
            text = separator.join(parts[cut:] if behind else parts[:-cut]).strip()
            if text and not is_site_name(text):
                yield text
        if behind and 2 < len(parts) <= _MAX_PIECES:  # the site, the headline, and once more without diacritics
            yield from (text for part in parts[1:-1] if (text := part.strip()) and not is_site_name(text))
