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


def sanitise(element: HtmlElement | None, base: str) -> str:
    """The element's markup with a short list of tags and no style, script, event or foreign scheme; addresses absolute."""
    if element is None:
        return ""
    markup = normalised(etree.tostring(element, encoding="unicode", method="html", with_tail=False))

    def address(_tag: str, name: str, value: str) -> str | None:
        return absolute(base, value) if name in ("href", "src") else value

    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attribute_filter=address,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
