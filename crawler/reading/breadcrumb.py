"""The section of an article: the last name of the breadcrumb, else what stands between headline and site in the page's title."""

import re

from lxml.html import HtmlElement

from crawler.reading.conventions.furniture import is_site_name
from crawler.reading.conventions.text import clean, same_sentence
from crawler.reading.page import Page

_HOME = re.compile(r"^(?:trang\s*chủ|home(?:\s*page)?|trang\s*nhất|trangchu)$", re.IGNORECASE)
_MARKS = re.compile(r"[»›>/|\\→❯•:]+")
_MAX_NAMES = 6  # more names than this are a menu
_MAX_TEXT = 200


def section_of(page: Page, title: str) -> tuple[str, str] | None:
    """(name, where it stood), None where the page names no section."""
    for link in page.root.iter("a"):
        text = link.text if link.text and not link.text.isspace() else " ".join(link.itertext())
        if len(text) > 60 or not _HOME.match(clean(text)):
            continue
        if name := _crumb(link, title):
            return name, "breadcrumb"
    rest = page.head_title.removeprefix(title)
    parts = [p for p in re.split(r"\s+[-|–]\s+", rest) if p.strip()]
    if rest != page.head_title and len(parts) == 2 and not is_site_name(parts[0]):
        return parts[0].strip(), "title"
    name = page.meta.get("article:section")
    return (name, "meta article:section") if name else None


def _crumb(home: HtmlElement, title: str) -> str | None:
    """The last name beside the link to the home page, within a few levels of it."""
    element: HtmlElement | None = home.getparent()
    for _ in range(4):
        if element is None:
            return None
        names = _names(element)
        if names is None:
            return None
        names = [n for n in names if not same_sentence(n, title)]
        if len(names) > 1 and _HOME.match(names[0]):
            return names[-1]
        element = element.getparent()
    return None


def _names(element: HtmlElement) -> list[str] | None:
    """The texts of an element, None where they are too many or too long for a breadcrumb."""
    names: list[str] = []
    length = 0
    for text in element.itertext():
        if text.isspace():
            continue
        if name := clean(_MARKS.sub(" ", text)):
            names.append(name)
            length += len(name)
        if len(names) > _MAX_NAMES + 2 or length > 2 * _MAX_TEXT:
            return None
    return names
