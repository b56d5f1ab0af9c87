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
        if link.text is None or len(link.text) > 30 or not _HOME.match(clean(" ".join(link.itertext()))):
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
        if element is None or len("".join(element.itertext())) > 4 * _MAX_TEXT:
            return None
        texts = [t for t in (clean(_MARKS.sub(" ", s)) for s in element.itertext()) if t]
        names = [t for t in texts if not same_sentence(t, title)]
        if len(names) > _MAX_NAMES or sum(map(len, names)) > _MAX_TEXT:
            return None
        if len(names) > 1 and _HOME.match(names[0]):
            return names[-1]
        element = element.getparent()
    return None
