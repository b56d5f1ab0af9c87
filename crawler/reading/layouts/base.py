"""A layout: one family of content-management systems, what tells that a page is its, and where each field stands."""

import itertools
from functools import cached_property
from typing import ClassVar

from lxml.html import HtmlElement

from crawler.reading.blocks import Block, Flow
from crawler.reading.conventions.bylines import is_name
from crawler.reading.conventions.dates import Published, parse_date
from crawler.reading.conventions.text import text_of
from crawler.reading.layouts.selector import Selector
from crawler.reading.page import Page
from crawler.reading.region import Region, place_of

_FILLED = 20  # characters that a text has at least
_AROUND = 12  # blocks before and after the text that are looked at


Selectors = tuple[Selector, ...]


def css(*selectors: str) -> Selectors:
    """Compiled selectors, tried in order: the first that finds anything counts."""
    return tuple(map(Selector, selectors))


class Layout:
    """Selectors of one family. A sibling on the same system overrides only what differs.

    `mark` must match for the layout to claim a page. `content` is the element of the text; the other fields are read
    wherever their selector finds them and left to the conventions where it does not.
    """

    name: ClassVar[str]
    mark: ClassVar[Selectors]
    title: ClassVar[Selectors] = ()
    date: ClassVar[Selectors] = ()
    lead: ClassVar[Selectors] = ()
    lead_image: ClassVar[Selectors] = ()
    content: ClassVar[Selectors] = ()
    author: ClassVar[Selectors] = ()
    source: ClassVar[Selectors] = ()
    section: ClassVar[Selectors] = ()
    after: ClassVar[Selectors] = ()
    drop: ClassVar[Selectors] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """Classes and ids of which a page must have one to be the layout's; empty where it may have none."""
        needs = [selector.names for selector in self.mark]
        return frozenset().union(*needs) if all(needs) else frozenset()

    def claims(self, page: Page) -> bool:
        return first(self.mark, page) is not None

    def locate(self, page: Page) -> Region | None:
        """The article's place, None where its text is not where the layout has it. The title stays empty where only the conventions
        know its place."""
        title, content = first(self.title, page, filled=True), self.find_content(page)
        if content is None or (self.title and title is None):
            return None
        region = Region(root=content, layout=self.name)
        if title is not None:
            region.title, region.head = text_of(title), title
            region.witness("title", f"layout {self.name}", place_of(title))
        region.witness("body", f"layout {self.name}", place_of(content))
        self.fill(region, page)
        return region

    def find_content(self, page: Page) -> HtmlElement | None:
        """Where several elements match, the longest: side boxes share the article's classes. An empty one counts where no other is."""
        empty = None
        for selector in self.content:
            if found := selector(page):
                longest = max(found, key=_length) if len(found) > 1 else found[0]
                if _holds_text(longest) or next(longest.iter("img"), None) is not None:
                    return longest
                empty = longest if empty is None else empty
        return empty

    def fill(self, region: Region, page: Page) -> None:
        assert region.root is not None
        named = frozenset(e for s in (*self.drop, *self.date, *self.lead, *self.title) for e in s(page))
        region.content = Flow(region.root, drop=named).walk()
        self.look_around(region, page, named)
        for name in ("lead", "author", "source", "section"):
            element = first(getattr(self, name), page, filled=True)
            if element is not None:
                setattr(region, name, _authors(self.author, page) if name == "author" else text_of(element))
                region.witness(name, f"layout {self.name}", place_of(element))
        region.published = self.find_date(region, page)

    def look_around(self, region: Region, page: Page, named: frozenset[HtmlElement]) -> None:
        """What stands round the text in the article's own frame: pictures and names before it, signatures after it."""
        content = region.root
        assert content is not None
        frame = _frame(region.head, content)
        if frame is not None:
            own = {e for s in (*self.author, *self.source) for e in s(page)}
            dropped = named | own | {content}
            ends = {content, region.head} & dropped if region.head in dropped else {content}
            flow = Flow(frame, tables=False, drop=dropped, until=(frozenset(ends), _AROUND))
            blocks = flow.walk()
            start, end = flow.passed.get(region.head, 0), flow.passed.get(content, 0)
            region.before = [b for b in blocks[start:end] if b.links * 2 <= len(b.text) + 2][-_AROUND:]
            region.near = [b for b in blocks[start:end] if b.text]
            region.after = blocks[end : end + _AROUND]
        seen = {b.image for b in (*region.before, *region.content)}
        pictures = [i for i in every(self.lead_image, page) if i not in seen]
        region.before += [Block("", parent, image=i) for i in pictures if (parent := i.getparent()) is not None]
        region.after += [b for e in every(self.after, page) for b in Flow(e, tables=False).walk()]

    def find_date(self, region: Region, page: Page) -> Published | None:
        for element in every(self.date, page):
            if found := parse_date(text_of(element)):
                region.witness("published_at", f"layout {self.name}", place_of(element))
                return found
        return None


def _authors(selectors: Selectors, page: Page) -> str:
    """What the first selector that finds text finds; several names with commas between them."""
    texts = next(texts for s in selectors if (texts := [text for e in s(page) if (text := text_of(e))]))
    names = list(dict.fromkeys(texts))
    return ", ".join(names) if all(map(is_name, names)) else texts[0]


def _holds_text(element: HtmlElement) -> bool:
    lengths = itertools.accumulate(len(text) for text in element.itertext() if not text.isspace())
    return any(length >= _FILLED for length in lengths)


def _length(element: HtmlElement) -> int:
    return sum(len(text) for text in element.itertext() if not text.isspace())


def _frame(head: HtmlElement | None, content: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds headline and text, None where one holds the other."""
    if head is None:
        return content.getparent()
    above = set(head.iterancestors())
    if content in above:
        return None
    return next((e for e in content.iterancestors() if e in above and e.tag != "html"), None)


def every(selectors: Selectors, page: Page) -> list[HtmlElement]:
    return [e for s in selectors for e in s(page)]


def first(selectors: Selectors, page: Page, *, filled: bool = False) -> HtmlElement | None:
    """The first element that any of the selectors finds; `filled`: the first that holds text."""
    return next((e for s in selectors for e in s(page) if not filled or text_of(e)), None)
