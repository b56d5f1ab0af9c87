"""The links of a page, as its list, its pager and its menus need them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import html

from crawler.reading.conventions.addresses import absolute, canonical
from crawler.reading.conventions.text import clean

_NO_PAGE = re.compile(r"\.(jpe?g|png|gif|webp|svg|bmp|ico|mp[34]|avi|flv|wmv|css|js|xml|rss)$", re.IGNORECASE)
_OWN_PORT = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Anchor:
    """An `a[href]` that leads to a page of the same portal, with the elements around it from the inside out."""

    url: str  # canonical
    text: str  # clean; "" for a picture without words
    element: html.HtmlElement
    above: tuple[html.HtmlElement, ...]

    @property
    def chain(self) -> tuple[html.HtmlElement, ...]:
        return (self.element, *self.above)

    @property
    def label(self) -> str:
        """What the link says: its text, else what it says to those who point at it or have it read out."""
        return self.text or clean(self.element.get("title") or self.element.get("aria-label") or "")


def anchors(root: html.HtmlElement, url: str) -> list[Anchor]:
    """Every link of a page to a page of the same host, in page order; script, mail, pictures and fragments left out."""
    base, found = base_of(root, url), []
    origin = urljoin(base, "/")
    for element in root.iter("a"):
        href = (element.get("href") or "").strip()
        rooted = href.startswith(("/", "http:", "https:"))  # then the page it stands on makes no difference
        address = _resolved(origin if rooted else base, href) if href and not href.startswith("#") else None
        if address:
            found.append(Anchor(address, clean(element.text_content()), element, tuple(element.iterancestors())))
    return found


@lru_cache(maxsize=4096)  # a portal's menu stands on every page of it
def _resolved(base: str, href: str) -> str | None:
    """The canonical address of a link, when it leads to a page of the host it stands on."""
    address = absolute(base, href)
    if address and same_host(address, base) and not _NO_PAGE.search(urlsplit(address).path):
        return canonical(address)
    return None


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one host and port; `www.` makes no difference, http or https neither.

    >>> same_host("https://www.a.vn/tin", "http://a.vn/"), same_host("http://a.vn:8000/", "http://a.vn/")
    (True, False)
    """
    return host_of(one) == host_of(other)


def host_of(url: str) -> str:
    """Host and port of an address, in lower case, without `www.` and without the scheme's own port.

    >>> host_of("https://WWW.NamDinh.gov.vn:443/tin"), host_of("http://127.0.0.1:8000/")
    ('namdinh.gov.vn', '127.0.0.1:8000')
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    return host.removesuffix(_OWN_PORT.get(parts.scheme.lower(), "\0"))


def marks(element: html.HtmlElement) -> str:
    """What an element calls itself: its tag, classes and id, in lower case."""
    return f"{element.tag} {element.get('class') or ''} {element.get('id') or ''}".lower()


def base_of(root: html.HtmlElement, url: str) -> str:
    """What the links of a page are relative to."""
    stated = root.find(".//base[@href]")
    return (absolute(url, stated.get("href") or "") if stated is not None else None) or url
