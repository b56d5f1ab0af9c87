"""A page: bytes turned into a tree, whatever the portal declared about them."""

import re
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from crawler.reading.conventions.text import clean
from crawler.reading.encodings import decode, utf8

_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_LOCAL = threading.local()
__all__ = ["MAX_BYTES", "Page", "decode", "tree"]
MAX_BYTES = 16 * 1024 * 1024  # a longer page is read as far as this


@dataclass(frozen=True)
class Page:
    """A parsed page. `root` is the html element, `url` where it was fetched, `base` what relative links stand on."""

    url: str
    root: HtmlElement

    @classmethod
    def parse(cls, body: bytes, url: str, content_type: str | None = None) -> "Page":
        """The page of these bytes; an empty tree for bytes that hold no markup, never an error."""
        page = cls(url, tree(utf8(body[:MAX_BYTES], content_type)))
        page.elements  # noqa: B018 - kept alive
        return page

    @cached_property
    def elements(self) -> list[HtmlElement]:
        """All elements. As long as they are held, lxml need not make them anew wherever they are met."""
        return list(self.root.iter())

    @cached_property
    def found(self) -> dict[object, Any]:
        """What was looked up on this page, by who looked."""
        return {}

    @cached_property
    def base(self) -> str:
        bases = (e for e in self.root.iter("base") if next(e.iterancestors("head"), None) is not None)
        href = next((h for e in bases if (h := e.get("href")) and h.strip()), None)
        try:
            return urljoin(self.url, href.strip()) if href else self.url
        except ValueError:
            return self.url

    @cached_property
    def head_title(self) -> str:
        title = next(self.root.iter("title"), None)
        return clean(" ".join(title.itertext())) if title is not None else ""

    @cached_property
    def meta(self) -> dict[str, str]:
        """The page's meta elements by name or property, lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for element in self.root.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = clean(element.get("content") or "")
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found


def _parser() -> etree.HTMLParser:
    """One parser for each thread: making one costs as much as parsing a short page."""
    parser: etree.HTMLParser | None = getattr(_LOCAL, "parser", None)
    if parser is None:
        parser = etree.HTMLParser(
            remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8", collect_ids=False
        )
        parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
        _LOCAL.parser = parser
    return parser


def tree(body: bytes) -> HtmlElement:
    """The tree of a page's text; the html element, possibly empty."""
    declaration = _XML_DECLARATION.match(body)
    text = body[declaration.end() :] if declaration else body
    parser = _parser()
    try:
        return document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError):  # lxml finds no element at all; a more patient parser may
        rescued = str(BeautifulSoup(text.decode("utf-8", "replace"), "html.parser")) if text.strip() else ""
        return document_fromstring(f"<html><body>{rescued}</body></html>", parser=parser)
