"""An article's paragraphs as they are to be set: headings, lists, tables, and pictures where the page had them.

The text is the article's `body`, which is plain text; the page's markup only tells what each paragraph was, so that nothing
of it reaches the browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["text", "heading", "list", "table", "picture"]
Row = dict[str, Any]
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_LONGEST_HEADING = 160  # letters; more in bold is emphasis
_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Block:
    """What is set together: a paragraph or a heading (one line), a list (its items), a table (its rows), a picture."""

    kind: Kind
    lines: list[str] = field(default_factory=list)
    picture: Row | None = None

    @property
    def rows(self) -> list[list[str]]:
        return [line.split(_CELLS) for line in self.lines]


@dataclass(slots=True)
class _Markup:
    """What a page's markup tells: its text on one line, where in it each picture stood, and what some lines were."""

    text: str = ""
    pictures: dict[str, int] = field(default_factory=dict)
    headings: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)


def typeset(paragraphs: Sequence[str], images: Sequence[Row], markup: str) -> list[Block]:
    """The blocks of an article, in order. A picture that the markup does not place stands before the text."""
    told = _markup(markup)
    places = _places(paragraphs, told)
    blocks: list[Block] = []
    pictures = {
        at: [image for image in images if _after(image, told, places) == at] for at in range(-1, len(paragraphs))
    }
    blocks += [Block("picture", picture=image) for image in pictures[-1]]
    kinds = [(_kind(paragraph, told), paragraph, pictures[at]) for at, paragraph in enumerate(paragraphs)]
    for kind, run in groupby(kinds, key=lambda told: told[0]):
        blocks += _set(kind, [(text, images) for _, text, images in run])
    return blocks


def _set(kind: Kind, run: list[tuple[str, list[Row]]]) -> Iterator[Block]:
    """Lines of one kind: a list or a table goes on until a picture breaks it."""
    lines: list[str] = []
    for text, images in run:
        lines.append(text)
        if images or kind in ("text", "heading"):
            yield Block(kind, lines)
            lines = []
        yield from (Block("picture", picture=image) for image in images)
    if lines:
        yield Block(kind, lines)


def _kind(paragraph: str, told: _Markup) -> Kind:
    if paragraph in told.headings:
        return "heading"
    if _CELLS in paragraph and paragraph in told.rows:
        return "table"
    return "list" if paragraph in told.items else "text"


def _places(paragraphs: Sequence[str], told: _Markup) -> list[int]:
    """Where each paragraph begins in the page's text; one that is not found stands with the one before."""
    places, at = [], 0
    for paragraph in paragraphs:
        found = told.text.find(_line(paragraph.partition(_CELLS)[0]), at)
        at = found if found >= 0 else at
        places.append(at)
    return places


def _after(image: Row, told: _Markup, places: list[int]) -> int:
    """The number of the paragraph that a picture follows, -1 for none."""
    at = told.pictures.get(image["url"], -1)
    return sum(place < at for place in places) - 1


def _markup(markup: str) -> _Markup:
    told = _Markup()
    if not markup.strip():
        return told
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return told
    pieces: list[str] = []
    at = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            _note(element, told, at)
        words = "".join(f"{word} " for word in ((element.text if event == "start" else element.tail) or "").split())
        at += len(words)
        pieces.append(words)
    told.text = "".join(pieces)
    return told


def _note(element: Any, told: _Markup, at: int) -> None:
    """What this element is, and where it stands."""
    match element.tag:
        case "img":
            told.pictures.setdefault(element.get("src") or "", at)
        case "li":
            told.items.add(_line(element.text_content()))
        case "tr":
            told.rows.add(_CELLS.join(_line(cell.text_content()) for cell in element.iterchildren("td", "th")))
        case tag if tag in _HEADINGS or (tag == "p" and _is_bold(element)):
            told.headings.add(_line(element.text_content()))


def _is_bold(paragraph: Any) -> bool:
    """Whether it is a heading by its look: all of it in bold, on one line, and no sentence."""
    text = _line(paragraph.text_content())
    bold = _line(
        "".join(part.text_content() for part in paragraph.xpath(".//*[self::b or self::strong][not(ancestor::b)]"))
    )
    return bool(text) and bold == text and len(text) <= _LONGEST_HEADING and not text.endswith((".", "./.", ",", ";"))


def _line(text: str) -> str:
    return " ".join(text.split())
