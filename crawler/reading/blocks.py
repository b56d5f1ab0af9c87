"""A page's text as a flow of blocks: paragraphs, rows and pictures in the order in which they are displayed.

Everything that reads an article works on this flow, so that a portal's choice of elements matters in one place only.
"""

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from crawler.reading.conventions.attribution import parse_attribution
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.text import clean
from crawler.reading.display import (
    BLOCKS,
    CLASSES,
    HEADINGS,
    MARKING,
    PLAIN,
    STYLES,
    UNNAMED,
    UNSTYLED,
    Look,
    leads_away,
    look_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED = frozenset(
    """script style noscript template iframe object embed svg canvas button input select textarea audio
    video nav footer map head title""".split()
)
_BOXES = frozenset(("aside", "article", "ul", "ol", "table"))  # what may be no text of the article it stands in
_IMAGES = frozenset(("img", "amp-img"))
_SPECIAL = SKIPPED | _BOXES | _IMAGES | {"br"}
_LABELLED = re.compile(
    r"\s*(?:tác\s*giả|người\s*viết|nguồn(?:\s*tin)?|ảnh|bài|bài(?:\s*,|\s*và)\s*ảnh|tin(?:\s*,|\s*và)\s*ảnh|thực\s*hiện|lượt\s*xem)\s*:",
    re.IGNORECASE,
)
_LINED = 200  # characters of a text that is told by its blank lines
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_LINE, _PIECES = 160, 12  # characters and pieces of a line that is kept in pieces too
_DATE = 60  # characters: no line that is only a date is longer
_TEASER = 700  # characters: a longer box is text
_LONG_CELL = 1500  # characters: no cell of data holds as many
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "”", '"', ")")
_MARKED = re.compile(r"^\s*(?:[-+*•–—>»]\s|[-+*•]\w|\d{1,2}[.)]\s|[a-zđ][.)]\s)")


@dataclass(slots=True, eq=False)
class Block:
    """A paragraph or a picture (then `image` is its element and `text` empty)."""

    text: str
    element: HtmlElement  # the block element it stands in
    bold: bool = False  # all of it
    italic: bool = False
    align: str = ""
    links: int = 0  # how many of its characters stand in links to other pages; documents do not count
    image: HtmlElement | None = None
    gap: bool = False  # an empty paragraph stands before it
    tag: str = ""
    figure: HtmlElement | None = None  # the figure it stands in
    table: HtmlElement | None = None  # the innermost table it stands in
    is_caption: bool = False  # it stands in a figcaption
    broken: bool = False  # a line break or a picture parts it from what stands before it in its paragraph
    run: int = 0  # blocks of one run stood in one paragraph
    row: bool = False  # a row of a data table
    pieces: tuple[str, ...] = ()  # the texts of a short line: its elements may stand apart though nothing parts them
    weight: int = -1  # kept by weighing.py, once it is known

    @property
    def is_heading(self) -> bool:
        return self.tag in HEADINGS


_Text = tuple[str, Look]  # a piece of inline text and how it is displayed
_BREAK = "br"


class _Run:
    """The inline content of one paragraph while it is being gathered: texts, breaks, pictures; the block that it stands in."""

    __slots__ = ("block", "empty_line", "filled", "is_p", "look", "parted", "parts")

    def __init__(self, block: HtmlElement, look: Look, *, is_p: bool) -> None:
        self.block, self.look, self.is_p = block, look, is_p
        self.parts: list[_Text | str | HtmlElement] = []
        self.filled = False  # it holds text or a picture
        self.empty_line = False  # it holds what displays as an empty line
        self.parted = False  # it holds breaks or pictures

    def clear(self) -> None:
        self.parts.clear()
        self.filled = self.empty_line = self.parted = False

    def add(self, text: str, look: Look) -> None:
        if not text.isspace():
            self.filled = True
        elif not self.filled:
            self.empty_line = self.empty_line or "\xa0" in text
            return
        if "\n" in text and (look.lines or _has_lines(text)):
            self._add_lines(text, look)
        else:
            self.parts.append((text, look))

    def _add_lines(self, text: str, look: Look) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.add_break()
            if line and not line.isspace():
                self.parts.append((line, look))

    def add_break(self) -> None:
        self.empty_line = self.parted = True
        self.parts.append(_BREAK)

    def add_picture(self, image: HtmlElement) -> None:
        self.filled = self.parted = True
        self.parts.append(image)


def _has_lines(text: str) -> bool:
    """Whether a text is parted into paragraphs by blank lines alone, which some style sheet shows: each ends a sentence."""
    if len(text) < _LINED or "\n\n" not in text.replace("\r", "").replace(" ", ""):
        return False
    ends = [before.rstrip()[-1:] for before in _BLANK_LINE.split(text)[:-1] if before.strip()]
    return len(ends) >= 2 and all(end in _SENTENCE_END for end in ends)


class Flow:
    """Walks an element and gives its blocks. `tables`: rows of data tables become one block each (wanted inside an article only). The
    elements of `drop` are passed over; `until`: the walk may end this many blocks after all of these, each one of `drop`."""

    def __init__(
        self,
        root: HtmlElement,
        *,
        tables: bool = True,
        drop: frozenset[HtmlElement] = frozenset(),
        until: tuple[frozenset[HtmlElement], int] | None = None,
    ) -> None:
        self.root, self.tables, self.drop, self.until = root, tables, drop, until
        self.blocks: list[Block] = []
        self.passed: dict[HtmlElement | None, int] = {}  # how many blocks there were when one of `drop` was passed over
        self._enough = sys.maxsize
        self._gap = False
        self._runs = 0

    def walk(self) -> list[Block]:
        """Iterative, since a hostile page nests as deep as it likes; and written out, since most of a reading's time goes here."""
        element = block = root = self.root
        look, blocks = PLAIN, self.blocks
        run = _Run(root, look, is_p=root.tag == "p")
        above: list[tuple[Iterator[HtmlElement], HtmlElement, HtmlElement, Look, bool]] = []  # the open elements
        while True:
            tag = element.tag
            is_block = False
            if (inner := self._enter(element, tag, look, run)) is not None:
                holder = block
                if tag in BLOCKS:
                    if run.parts or run.empty_line or run.is_p:
                        self._flush(run)
                    is_block, holder = True, element
                    run.block, run.look, run.is_p = element, inner, tag == "p"
                if (text := element.text) and (run.filled or not text.isspace() or "\xa0" in text):
                    run.add(text, inner)
                if inside := element[:]:
                    children = iter(inside)
                    above.append((children, element, block, look, is_block))
                    element, block, look = next(children), holder, inner
                    continue
            while True:  # close it, and all that end with it
                if is_block:
                    if run.parts or run.empty_line or run.is_p:
                        self._flush(run)
                    run.block, run.look, run.is_p = block, look, block.tag == "p"
                if element is root or len(blocks) >= self._enough:
                    self._flush(run)
                    return blocks
                if (text := element.tail) and (run.filled or not text.isspace() or "\xa0" in text):
                    run.add(text, look)
                if (following := next(above[-1][0], None)) is not None:
                    element = following
                    break
                _, element, block, look, is_block = above.pop()

    def _enter(self, element: HtmlElement, tag: str, look: Look, run: _Run) -> Look | None:
        """How an element's content is displayed, None where it is not or was read already."""
        if self.drop and element in self.drop:
            self._pass(element, run)
            return None
        special = tag in _SPECIAL
        if special and tag not in _BOXES and tag not in _IMAGES:
            if tag == "br":
                run.add_break()
                return None
            if tag != "footer" or not _is_of_article(element):
                return None
        items = element.items()
        if not items:
            if special and self._taken(element, tag, run):
                return None
            return look_of(element, tag, look) if tag in MARKING else look
        style, named, align, href = UNSTYLED, UNNAMED, "", ""
        for name, value in items:  # no dict of them: it would hash every name anew
            if name == "class":
                named = CLASSES[value]
            elif name == "style":
                style = STYLES[value]
            elif name == "href":
                href = value
            elif name == "align":
                align = value.lower()
            elif name == "hidden":
                return None
        if style.hidden or named.hidden or (special and self._taken(element, tag, run)):
            return None
        if tag in MARKING or tag == "a" or style is not UNSTYLED or named is not UNNAMED or align:
            return look_of(element, tag, look, style, named, align, href)
        return look

    def _taken(self, element: HtmlElement, tag: str, run: _Run) -> bool:
        """Whether an element was read here as a whole: a picture, a table of data, what is no text of the article it stands in."""
        if tag in _IMAGES:
            run.add_picture(element)
            return True
        if not self.tables:
            return False
        if tag == "table" and (rows := data_rows(element)) is not None:
            self._flush_rows(run, element, rows)
            return True
        if tag in ("aside", "article"):
            return element is not self.root and _is_teaser(element)
        return tag in ("ul", "ol") and is_contents(element)

    def _pass(self, element: HtmlElement, run: _Run) -> None:
        self._flush(run)
        self.passed[element] = len(self.blocks)
        if self.until and self.until[0] <= self.passed.keys():
            self._enough = max(self.passed[e] for e in self.until[0]) + self.until[1]

    def _flush_rows(self, run: _Run, table: HtmlElement, rows: list[str]) -> None:
        self._flush(run)
        for text in rows:
            self.blocks.append(Block(text, table, tag="tr", table=table, row=True, run=self._runs))

    def _flush(self, run: _Run) -> None:
        """Turns the gathered run into blocks and empties it."""
        if run.filled:
            self._runs += 1
            first = len(self.blocks)
            if run.parted:
                self.blocks.extend(self._split(run))
            else:
                self._paragraph(run.parts, run, self.blocks, broken=False)  # type: ignore[arg-type]
            if len(self.blocks) > first:
                self.blocks[first].gap, self._gap = self._gap, False
        elif run.empty_line or run.is_p:
            self._gap = True
        if run.parts or run.empty_line:
            run.clear()

    def _split(self, run: _Run) -> list[Block]:
        """Paragraphs and pictures of one run. Two line breaks part paragraphs; one does where a list mark, a picture, or a line
        wholly in bold stands; elsewhere it is white space."""
        found: list[Block] = []
        line: list[_Text] = []
        last: _Text | None = None  # the last piece of the line that displays something
        breaks, first, uniform = 0, True, True
        for part in run.parts:
            if part is _BREAK:
                breaks += 1
            elif isinstance(part, tuple):
                text, look = part
                if not text.strip():
                    line.append(part)
                    continue
                split = last is None or self._parts_here(breaks, last, part, uniform=uniform)
                if breaks and run.block.tag not in HEADINGS and split:
                    self._paragraph(line, run, found, broken=not first)
                    line, first, last, uniform = [], False, None, True
                line.append((" " + text, look) if breaks else part)
                uniform = uniform and (last is None or last[1].bold == look.bold)
                last, breaks = part, 0
            elif not isinstance(part, str):
                if breaks or (last and last[0].rstrip().endswith(_SENTENCE_END)):
                    self._paragraph(line, run, found, broken=not first)
                    line, last, uniform = [], None, True
                found.append(self._block("", run, image=part))
                breaks, first = 0, False
        self._paragraph(line, run, found, broken=not first)
        return found

    @staticmethod
    def _parts_here(breaks: int, last: _Text, part: _Text, *, uniform: bool) -> bool:
        """Whether line breaks before a piece part paragraphs. `uniform`: all that is displayed before it is as bold as the `last`."""
        text, look = part
        return breaks > 0 and (
            breaks >= 2
            or bool(_MARKED.match(text))
            or (uniform and look.bold != last[1].bold)
            or last[0].rstrip().endswith("/.")
            or bool(_LABELLED.match(text))
            or (len(text) <= _DATE and parse_attribution(clean(text)) is not None)
            or _is_date(text)
            or _is_date(last[0])
        )

    def _paragraph(self, parts: list[_Text], run: _Run, found: list[Block], *, broken: bool) -> None:
        if not parts:
            return
        text = clean(parts[0][0] if len(parts) == 1 else "".join([part[0] for part in parts]))
        if not text:
            return
        block = self._block(text, run)
        look = parts[0][1]
        if len(parts) == 1 or all(part[1] is look for part in parts):
            block.bold, block.italic = look.bold, look.italic
        else:
            plain = [look for text, look in parts if any(map(str.isalnum, text))] or [look for _, look in parts]
            block.bold, block.italic = all(look.bold for look in plain), all(look.italic for look in plain)
        if len(parts) == 1:
            block.links = len(text) if look.link else 0
        else:
            block.links = sum([len(text.strip()) for text, look in parts if look.link])
            if len(text) <= _LINE and len(parts) <= _PIECES:
                block.pieces = tuple([text for text, _ in parts])
        block.broken = broken
        found.append(block)

    def _block(self, text: str, run: _Run, image: HtmlElement | None = None) -> Block:
        look, element = run.look, run.block
        return Block(
            text, element, False, False, look.align, 0, image, False,  # in the order of the class: so it is made soonest
            element.tag, look.figure, look.table, look.caption, False, self._runs,
        )  # fmt: skip


def outer(element: HtmlElement) -> HtmlElement:
    """The outermost element that holds a paragraph and nothing beside it: editors box paragraphs one by one."""
    while element.getnext() is None and element.getprevious() is None:
        parent = element.getparent()
        if parent is None or parent.tag == "body" or parent.getparent() is None:
            break
        element = parent
    return element


def holder(element: HtmlElement) -> HtmlElement | None:
    """The element in which a paragraph stands with others."""
    return outer(element).getparent()


def data_rows(table: HtmlElement) -> list[str] | None:
    """The rows of a table of data, cells joined by " | "; None for a frame (one column, pictures, tables or long text inside)."""
    if next(table.iter("img"), None) is not None or next(table.iterdescendants("table"), None) is not None:
        return None
    rows = []
    wide = 0
    for tr in table.iter("tr"):
        texts = [" ".join(b.text for b in Flow(c, tables=False).walk() if b.text) for c in tr if c.tag in ("td", "th")]
        if any(len(t) > _LONG_CELL for t in texts):
            return None
        wide += sum(map(bool, texts)) >= 2
        if any(texts):
            rows.append(" | ".join(t for t in texts if t))
    return rows if wide >= 2 or wide == len(rows) == 1 else None


def _is_of_article(footer: HtmlElement) -> bool:
    """Whether a footer is an article's, where a signature stands, or a quotation's, and not the site's."""
    if next(footer.iterancestors("article", "blockquote"), None) is not None:
        return True
    parent = footer.getparent()
    inside = parent is not None and parent.tag not in ("body", "main", "form")
    return inside and next(footer.iter("a", "img"), None) is None and len(clean("".join(footer.itertext()))) <= _LINE


def _is_date(text: str) -> bool:
    return len(text) < _DATE and any(map(str.isdigit, text)) and only_date(clean(text)) is not None


def is_contents(element: HtmlElement) -> bool:
    """A table of contents: a list of links to places on the page, and nothing else."""
    links = [
        a for a in element.iter("a") if (a.get("href") or "").strip().startswith("#") and len(a.get("href").strip()) > 1
    ]
    if len(links) < 2:
        return False
    return sum(len(clean("".join(a.itertext()))) for a in links) >= 0.8 * len(clean("".join(element.itertext())))


def _is_teaser(element: HtmlElement) -> bool:
    """A box inside an article that leads to another one: short, with a link as its headline."""
    text = len(clean("".join(element.itertext())))
    links = sum(len(clean("".join(a.itertext()))) for a in element.iter("a") if leads_away(a.get("href")))
    return text < _TEASER and links > 15 and links * 5 > text
