"""A page's text as a flow of blocks: paragraphs, rows and pictures in the order in which they are displayed.

Everything that reads an article works on this flow, so that a portal's choice of elements matters in one place only.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.reading.conventions.addresses import is_document
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.text import clean

SKIPPED = frozenset(
    """script style noscript template iframe object embed svg canvas button input select textarea audio
    video nav footer map head title""".split()
)
BLOCKS = frozenset(
    """html body p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
    blockquote pre center section article main header aside figure figcaption address hr fieldset details
    summary form""".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD, _ITALIC = frozenset(("b", "strong")), frozenset(("i", "em"))
_MARKING = _BOLD | _ITALIC  # inline elements that change how text is displayed without an attribute
_STYLE_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_STYLE_PLAIN = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_STYLE_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_STYLE_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGNED = {
    **dict.fromkeys(("text-center", "aligncenter", "rtecenter", "has-text-align-center", "align-center"), "center"),
    **dict.fromkeys(("text-right", "alignright", "rteright", "has-text-align-right", "align-right"), "right"),
}
_LABELLED = re.compile(
    r"\s*(?:tác\s*giả|người\s*viết|nguồn(?:\s*tin)?|ảnh|bài|bài(?:\s*,|\s*và)\s*ảnh|tin(?:\s*,|\s*và)\s*ảnh|thực\s*hiện|lượt\s*xem)\s*:",
    re.IGNORECASE,
)
_CONCEALED = frozenset(
    ("hidden", "hide", "d-none", "visually-hidden", "sr-only", "screen-reader-text", "element-invisible")
)
_DATE = 60  # characters: no line that is only a date is longer
_TEASER = 700  # characters: a longer box is text
_LONG_CELL = 1500  # characters: no cell of data holds as many
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "”", '"', ")")
_MARKED = re.compile(r"^\s*(?:[-+*•–—]\s|[-+*•]\w|\d{1,2}[.)]\s|[a-zđ][.)]\s)")


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
    weight: int = -1  # kept by locate.py, once it is known

    @property
    def is_heading(self) -> bool:
        return self.tag in _HEADINGS


@dataclass(slots=True)
class _State:
    """How the text at this place is displayed."""

    bold: bool = False
    italic: bool = False
    align: str = ""
    link: bool = False
    block: HtmlElement | None = None
    figure: HtmlElement | None = None
    table: HtmlElement | None = None
    caption: bool = False
    is_p: bool = False  # the block is a paragraph


class _Text(NamedTuple):
    """A piece of inline text and how it is displayed."""

    text: str
    bold: bool
    italic: bool
    link: bool


class _Run:
    """The inline content of one paragraph while it is being gathered: texts, "br", pictures."""

    __slots__ = ("empty_line", "filled", "parts", "state")

    def __init__(self, state: _State) -> None:
        self.state = state
        self.parts: list[_Text | str | HtmlElement] = []
        self.filled = False  # it holds text or a picture
        self.empty_line = False  # it holds what displays as an empty line

    def add(self, text: str, state: _State) -> None:
        if not text.isspace():
            self.filled = True
        elif not self.filled:
            self.empty_line = self.empty_line or "\xa0" in text
            return
        self.parts.append(_Text(text, state.bold, state.italic, state.link))

    def turn(self, state: _State) -> "_Run":
        """Begins anew in another state what holds nothing yet."""
        self.state = state
        return self

    def clear(self) -> None:
        self.parts.clear()
        self.filled = self.empty_line = False

    def add_break(self) -> None:
        self.empty_line = True
        self.parts.append("br")

    def add_picture(self, image: HtmlElement) -> None:
        self.filled = True
        self.parts.append(image)


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
        self._element(self.root, _State(block=self.root), _Run(_State(block=self.root, is_p=self.root.tag == "p")))
        return self.blocks

    def _element(self, element: HtmlElement, state: _State, run: _Run) -> None:
        """Iterative, since a hostile page nests as deep as it likes."""
        open_elements: list[tuple[Iterator[HtmlElement], HtmlElement, _State, bool]] = []
        root, blocks = element, self.blocks
        while True:
            inner, is_block = self._enter(element, state, run)
            if inner is not None:
                if is_block:
                    run = self._flush(run, inner) if run.parts or run.empty_line or run.state.is_p else run.turn(inner)
                if (text := element.text) and (run.filled or not text.isspace() or "\xa0" in text):
                    run.add(text, inner)
                if len(element):
                    open_elements.append((iter(element), element, state, is_block))
                    element, state = element[0], inner
                    next(open_elements[-1][0])
                    continue
            while True:  # close it, and all that end with it
                if is_block:
                    run = self._flush(run, state) if run.parts or run.empty_line or run.state.is_p else run.turn(state)
                if element is root or len(blocks) >= self._enough:
                    self._flush(run, state)
                    return
                if (text := element.tail) and (run.filled or not text.isspace() or "\xa0" in text):
                    run.add(text, state)
                following = next(open_elements[-1][0], None)
                if following is not None:
                    element = following
                    break
                _, element, state, is_block = open_elements.pop()

    def _enter(self, element: HtmlElement, state: _State, run: _Run) -> tuple[_State | None, bool]:
        """How an element's content is displayed, None where it is not or was read already; whether it is a block."""
        tag = element.tag
        if element in self.drop:
            self._pass(element, state, run)
            return None, False
        if tag == "br":
            run.add_break()
            return None, False
        if tag in SKIPPED and not (tag == "footer" and next(element.iterancestors("article"), None) is not None):
            return None, False
        own = dict(element.items())
        if own and _hidden(own):
            return None, False
        if tag == "img":
            run.add_picture(element)
            return None, False
        if self.tables:
            if tag in ("aside", "article") and element is not self.root and _is_teaser(element):
                return None, False
            if tag in ("ul", "ol") and _is_contents(element):
                return None, False
            if tag == "table" and (rows := data_rows(element)) is not None:
                self._flush_rows(run, state, element, rows)
                return None, False
        if tag in BLOCKS:
            return _block_state(element, tag, own, state), True
        return (_inline_state(tag, own, state) if own or tag in _MARKING else state), False

    def _pass(self, element: HtmlElement, state: _State, run: _Run) -> None:
        self._flush(run, state)
        run.clear()
        self.passed[element] = len(self.blocks)
        if self.until and self.until[0] <= self.passed.keys():
            self._enough = max(self.passed[e] for e in self.until[0]) + self.until[1]

    def _flush_rows(self, run: _Run, state: _State, table: HtmlElement, rows: list[str]) -> None:
        self._flush(run, state)
        run.clear()
        for text in rows:
            self.blocks.append(Block(text, table, tag="tr", table=table, row=True, run=self._runs))

    def _flush(self, run: _Run, state: _State) -> _Run:
        """Turns the gathered run into blocks and gives an empty one."""
        if run.filled:
            self._runs += 1
            for block in self._split(run):
                block.gap, self._gap = self._gap, False
                self.blocks.append(block)
        else:
            if run.empty_line or run.state.is_p:
                self._gap = True
            if not run.parts and not run.empty_line:
                return run.turn(state)
        return _Run(state)

    def _split(self, run: _Run) -> Iterator[Block]:
        """Paragraphs and pictures of one run. Two line breaks part paragraphs; one does where a list mark, a picture, or a line
        wholly in bold stands; elsewhere it is white space."""
        if len(run.parts) == 1 and isinstance(run.parts[0], _Text):
            yield from self._paragraph([run.parts[0]], run, broken=False)
            return
        line: list[_Text] = []
        breaks, first = 0, True
        for part in run.parts:
            if part == "br":
                breaks += 1
            elif isinstance(part, _Text):
                if not part.text.strip():
                    line.append(part)
                    continue
                if breaks and self._parts_here(breaks, line, part):
                    yield from self._paragraph(line, run, broken=not first)
                    line, first = [], False
                line.append(part._replace(text=" " + part.text) if breaks else part)
                breaks = 0
            elif not isinstance(part, str):
                if breaks or _ends_sentence(line):
                    yield from self._paragraph(line, run, broken=not first)
                    line = []
                yield self._block("", run, image=part)
                breaks, first = 0, False
        yield from self._paragraph(line, run, broken=not first)

    @staticmethod
    def _parts_here(breaks: int, line: list["_Text"], part: "_Text") -> bool:
        shown = [p for p in line if p.text.strip()]
        return (
            breaks >= 2
            or not shown
            or bool(_MARKED.match(part.text))
            or (part.bold != shown[-1].bold and all(p.bold == shown[-1].bold for p in shown))
            or shown[-1].text.rstrip().endswith("/.")
            or bool(_LABELLED.match(part.text))
            or _is_date(part.text)
            or _is_date(shown[-1].text)
        )

    def _paragraph(self, parts: list["_Text"], run: _Run, *, broken: bool) -> Iterator[Block]:
        text = clean("".join(p.text for p in parts))
        if not text:
            return
        block = self._block(text, run)
        if len(parts) == 1:
            (part,) = parts
            block.bold, block.italic, block.links = part.bold, part.italic, len(text) if part.link else 0
        else:
            plain = [p for p in parts if any(map(str.isalnum, p.text))] or parts
            block.bold, block.italic = all(p.bold for p in plain), all(p.italic for p in plain)
            block.links = sum(len(p.text.strip()) for p in parts if p.link)
        block.broken = broken
        yield block

    def _block(self, text: str, run: _Run, image: HtmlElement | None = None) -> Block:
        state = run.state
        element = state.block if state.block is not None else self.root
        return Block(
            text,
            element,
            align=state.align,
            image=image,
            tag=str(element.tag),
            figure=state.figure,
            table=state.table,
            is_caption=state.caption,
            run=self._runs,
        )


def _block_state(element: HtmlElement, tag: str, own: dict[str, str], state: _State) -> _State:
    style = own.get("style") or ""
    return _State(
        _bold(tag, style, state.bold) or tag in _HEADINGS or tag == "th",
        state.italic or ("italic" in style and bool(_STYLE_ITALIC.search(style))),
        _align(own, tag, style, state.align),
        state.link,
        element,
        element if tag == "figure" else state.figure,
        element if tag == "table" else state.table,
        state.caption or tag in ("figcaption", "caption"),
        tag == "p",
    )


def _align(own: dict[str, str], tag: str, style: str, inherited: str) -> str:
    if "align" in style and (found := _STYLE_ALIGN.search(style)):
        return str(found[1]).lower()
    if align := own.get("align"):
        return align.lower()
    if tag == "center":
        return "center"
    if names := own.get("class"):
        return next((_ALIGNED[c] for c in names.split() if c in _ALIGNED), inherited)
    return inherited


def _bold(tag: str, style: str, inherited: bool) -> bool:
    if tag in _BOLD:
        return True
    if not style or "font-weight" not in style:
        return inherited
    return bool(_STYLE_BOLD.search(style)) or (inherited and not _STYLE_PLAIN.search(style))


def _inline_state(tag: str, own: dict[str, str], state: _State) -> _State:
    style = own.get("style") or ""
    bold = _bold(tag, style, state.bold)
    italic = state.italic or tag in _ITALIC or ("italic" in style and bool(_STYLE_ITALIC.search(style)))
    link = state.link or (tag == "a" and _leads_away(own.get("href")))
    if (bold, italic, link) == (state.bold, state.italic, state.link):
        return state
    return _State(bold, italic, state.align, link, state.block, state.figure, state.table, state.caption, state.is_p)


def _hidden(own: dict[str, str]) -> bool:
    """Whether an element with these attributes is not displayed."""
    style = own.get("style")
    if style and ("none" in style or "hidden" in style) and _STYLE_HIDDEN.search(style):
        return True
    names = own.get("class")
    return (names is not None and not _CONCEALED.isdisjoint(names.split())) or "hidden" in own


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


def _is_date(text: str) -> bool:
    return len(text) < _DATE and any(map(str.isdigit, text)) and only_date(clean(text)) is not None


def _ends_sentence(parts: list[_Text]) -> bool:
    return "".join(p.text for p in parts).rstrip().endswith(_SENTENCE_END)


def _leads_away(href: str | None) -> bool:
    """Whether a link goes to another page: not to a document, a place on this page or a script."""
    href = (href or "").lstrip()
    return bool(href) and not href.lower().startswith(("#", "javascript:", "mailto:", "tel:")) and not is_document(href)


def _is_contents(element: HtmlElement) -> bool:
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
    links = sum(len(clean("".join(a.itertext()))) for a in element.iter("a") if _leads_away(a.get("href")))
    return text < _TEASER and links > 15 and links * 5 > text
