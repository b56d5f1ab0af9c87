"""A stored page to be looked at: as it was captured, with its pictures out of the archive and its links into it.

It is shown in the sandbox of every capture, which alone keeps it harmless. What is taken out here would only be refused
there, and complained of in the browser's console, or ask for a connection that no policy forbids (`preconnect`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from archive.models import header
from archive.room.visit import in_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.warc import Record

    Picture = Callable[[str], tuple[str, bytes] | None]  # address → media type and bytes, None for what is not there

_GONE = "script noscript link base iframe frame frameset object embed applet audio video source track template".split()
_LOADING = {"srcset", "background", "poster", "ping", "action", "formaction", "data", "manifest", "lowsrc", "autofocus"}
_DEAD = {"target"}  # the sandbox opens no window: a link to one of its own would lead nowhere
_LINKS_OUT = re.compile(r"url\s*\(|@import|image-set|\\", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
STAMP = "%Y%m%d%H%M%S"  # a moment, UTC, as web archives write it in their addresses
_ROOM = 24_000_000  # bytes of pictures in one page


def replayed(record: Record, url: str, picture: Picture, banner: Any) -> bytes:
    """The page in UTF-8, its pictures inside it, `banner` (an element) above it. `picture` finds what was captured at an
    address; links lead to what was captured nearest to the page's own time.
    """
    root = _tree(record)
    base = _base(root, url)
    for element in list(root.iter(*_GONE, "meta", etree.Comment, etree.ProcessingInstruction)):
        element.drop_tree()
    for style in list(root.iter("style")):
        if _LINKS_OUT.search(style.text or ""):
            style.drop_tree()
    shown, near = _Pictures(base, picture), f"/near/{record.fetched_at:{STAMP}}/"
    for element in root.iter("*"):
        _still(element, base, near, shown)
    _begin(root, banner)
    body: bytes = html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>" if _standard(root) else None)
    return body


def _tree(record: Record) -> Any:
    told = _CHARSET.search(header(record.headers, "Content-Type") or "")
    try:
        parser = html.HTMLParser(encoding=told[1] if told else None, huge_tree=True)
    except LookupError:
        parser = html.HTMLParser(huge_tree=True)
    try:
        return html.document_fromstring(record.content, parser=parser)
    except (etree.ParserError, ValueError):
        return html.document_fromstring("<p></p>")


def _base(root: Any, url: str) -> str:
    href = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return _joined(url, href) or url


def _standard(root: Any) -> bool:
    """Whether a browser would lay the page out by the standards, and not as in 1998."""
    doctype: str = root.getroottree().docinfo.doctype or ""
    return doctype != "" and "transitional" not in doctype.lower()


class _Pictures:
    """The pictures of one page as data in their addresses: a page in a sandbox may fetch nothing, not even from us."""

    def __init__(self, base: str, find: Picture) -> None:
        self._base, self._find, self._left = base, find, _ROOM

    def address(self, src: str) -> str | None:
        found = self._find(_joined(self._base, src) or "")
        if found is None or len(found[1]) > self._left:
            return None
        self._left -= len(found[1])
        return f"data:{found[0]};base64,{b64encode(found[1]).decode()}"


def _begin(root: Any, banner: Any) -> None:
    """Puts the banner before all that is displayed."""
    body = root.find("body")
    body = etree.SubElement(root, "body") if body is None else body
    banner.tail, body.text = body.text, None
    body.insert(0, banner)


def _still(element: Any, base: str, near: str, pictures: _Pictures) -> None:
    """Takes from an element what would run, load or leave."""
    for name in list(element.attrib):
        wrong = (
            name in _LOADING | _DEAD
            or name.startswith("on")
            or (name == "style" and _LINKS_OUT.search(element.get(name)))
        )
        if wrong or (name in ("src", "xlink:href") and element.tag != "img"):
            del element.attrib[name]
    if element.tag in ("a", "area") and element.get("href"):
        _lead(element, base, near)
    if element.tag == "img" and element.get("src") is not None:
        address = pictures.address(element.attrib.pop("src"))
        if address:
            element.set("src", address)


def _lead(element: Any, base: str, near: str) -> None:
    """A link goes to what the archive has of its address; one within the page, or to no page at all, stays or goes."""
    href = element.get("href").strip()
    target = _joined(base, href)
    if href.startswith("#"):
        return
    del element.attrib["href"]
    if target and urlsplit(target).scheme in ("http", "https"):
        element.set("href", near + in_path(target.partition("#")[0]))


def _joined(base: str, address: str) -> str | None:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return None
