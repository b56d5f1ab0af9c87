"""The markup of an article, made harmless: what may be shown inside a page of ours."""

import nh3
from lxml import etree
from lxml.html import HtmlElement

from crawler.reading.conventions.addresses import absolute
from crawler.reading.conventions.text import normalised

_TAGS = {
    "p",
    "br",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "figure",
    "figcaption",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "sub",
    "sup",
    "a",
    "img",
    "div",
    "span",
}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "form",
    "button",
    "select",
    "textarea",
}


class Markup:
    """The markup of an article's text. It is made harmless when it is first asked for: most who read a page never ask."""

    __slots__ = ("_asked", "_base", "_markup")

    def __init__(self, element: HtmlElement | None = None, base: str = "") -> None:
        self._asked = element is None
        self._base = base
        self._markup = _serialised(element) if element is not None else ""

    @property
    def sanitised(self) -> str:
        """With a short list of tags and no style, script, event or foreign scheme; addresses absolute."""
        if not self._asked:
            self._markup, self._asked = _sanitised(self._markup, self._base), True
        return self._markup

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Markup) and self.sanitised == other.sanitised

    def __hash__(self) -> int:
        return hash(self.sanitised)

    def __getstate__(self) -> str:
        return (
            self.sanitised
        )  # so that the process that read a page does the work, not the one that gathers what many read

    def __setstate__(self, sanitised: str) -> None:
        self._asked, self._base, self._markup = True, "", sanitised


def _serialised(element: HtmlElement) -> str:
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def _sanitised(markup: str, base: str) -> str:
    def address(_tag: str, name: str, value: str) -> str | None:
        return absolute(base, value) if name in ("href", "src") else value

    return nh3.clean(
        normalised(markup),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attribute_filter=address,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
