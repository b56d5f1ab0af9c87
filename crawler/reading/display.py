"""How what an element holds is displayed: what its name, its style and its classes say, as far as reading wants to know."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.reading.conventions.addresses import is_document

BLOCKS = frozenset(
    """html body p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
    blockquote pre center section article main header aside figure figcaption address hr fieldset details
    summary form""".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD, _ITALIC = frozenset(("b", "strong")), frozenset(("i", "em"))
_HEAVY = _BOLD | HEADINGS | {"th"}
_FRAMES = frozenset(("figure", "figcaption", "table", "caption"))
MARKING = (
    _HEAVY | _ITALIC | _FRAMES | {"center", "pre"}
)  # elements that change how text is displayed without an attribute
_STYLE_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_STYLE_PLAIN = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_STYLE_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_STYLE_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_STYLE_LINES = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGNED = {
    **dict.fromkeys(("text-center", "aligncenter", "rtecenter", "has-text-align-center", "align-center"), "center"),
    **dict.fromkeys(("text-right", "alignright", "rteright", "has-text-align-right", "align-right"), "right"),
}
_CONCEALED = frozenset(
    (
        "attachmentsContainer",
        "attachmentsList",
        "hidden",
        "hide",
        "d-none",
        "visually-hidden",
        "sr-only",
        "screen-reader-text",
        "element-invisible",
    )
)
_DIGITS = 6  # of a size in pixels
_SHORT, _MANY = 400, 4096  # characters of an attribute that is remembered, and how many are


@dataclass(slots=True, eq=False)
class Look:
    """How text is displayed at a place, and in what it stands there."""

    bold: bool = False
    italic: bool = False
    align: str = ""
    link: bool = False
    figure: HtmlElement | None = None
    table: HtmlElement | None = None
    caption: bool = False
    lines: bool = False  # line breaks of the source are shown


@dataclass(slots=True, frozen=True)
class Style:
    """What one attribute says of how an element is displayed; `bold` None: nothing."""

    bold: bool | None = None
    italic: bool = False
    align: str = ""
    hidden: bool = False
    lines: bool = False  # line breaks of the source are shown


class _Remembered(dict[str, Style]):
    """What the values of an attribute say, worked out once each: a portal has few. Long ones are not kept, nor are too many."""

    def __init__(self, parse: Callable[[str], Style]) -> None:
        self.parse = parse

    def __missing__(self, value: str) -> Style:
        style = self.parse(value)
        if len(value) <= _SHORT:
            if len(self) >= _MANY:
                self.clear()
            self[value] = style
        return style


def _of_style(value: str) -> Style:
    bold = bool(_STYLE_BOLD.search(value)) or (False if _STYLE_PLAIN.search(value) else None)
    aligned = _STYLE_ALIGN.search(value)
    align = aligned[1].lower() if aligned else ""
    hidden, lines = bool(_STYLE_HIDDEN.search(value)), bool(_STYLE_LINES.search(value))
    style = Style(bold, bool(_STYLE_ITALIC.search(value)), align, hidden, lines)
    return UNSTYLED if style == UNSTYLED else style


def _of_class(value: str) -> Style:
    names = value.split()
    align = next((_ALIGNED[name] for name in names if name in _ALIGNED), "")
    hidden = not _CONCEALED.isdisjoint(names)
    return Style(align=align, hidden=hidden) if align or hidden else UNNAMED


UNSTYLED, UNNAMED = Style(), Style()
STYLES, CLASSES = _Remembered(_of_style), _Remembered(_of_class)
PLAIN = Look()


def look_of(
    element: HtmlElement,
    tag: str,
    above: Look,
    style: Style = UNSTYLED,
    named: Style = UNNAMED,
    aligned: str = "",
    href: str = "",
) -> Look:
    """How the content of an element is displayed that has attributes, or is displayed otherwise for its name. `aligned` is its `align`."""
    bold = tag in _HEAVY or (above.bold if style.bold is None else style.bold)
    italic = above.italic or style.italic or tag in _ITALIC
    align, link = above.align, above.link
    if tag in BLOCKS:
        align = style.align or aligned or (tag == "center" and tag) or named.align or align
    else:
        link = link or (tag == "a" and leads_away(href))
    lines = above.lines or style.lines or tag == "pre"
    if tag in _FRAMES:
        figure = element if tag == "figure" else above.figure
        table = element if tag == "table" else above.table
        return Look(bold, italic, align, link, figure, table, above.caption or tag in ("figcaption", "caption"), lines)
    same = bold == above.bold and italic == above.italic and align == above.align and link == above.link
    if same and lines == above.lines:
        return above
    return Look(bold, italic, align, link, above.figure, above.table, above.caption, lines)


def leads_away(href: str | None) -> bool:
    """Whether a link goes to another page: not to a document, a place on this page or a script."""
    href = (href or "").lstrip()
    return (
        bool(href)
        and not href[:11].lower().startswith(("#", "javascript:", "mailto:", "tel:"))
        and not is_document(href)
    )


def pixels(size: str | None) -> int | None:
    """How many pixels a `width` or `height` says, None where it says something else.

    >>> pixels(" 640px "), pixels("100%"), pixels("²"), pixels("9" * 5000), pixels(None)
    (640, None, None, None, None)
    """
    plain = size.strip().removesuffix("px") if size else ""
    return int(plain) if plain.isdecimal() and len(plain) <= _DIGITS else None
