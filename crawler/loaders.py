"""Listings that a script of their page loads: what the script says of how, put into the first request for it.

UIArticle (ninhbinh.gov.vn, namdinh.gov.vn) loads every page but the first as markup; Bắc Ninh and Vĩnh Phúc load all of
them as JSON.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from lxml import html

from crawler.forms import Ask
from crawler.links import base_of, same_host
from crawler.reading.conventions.addresses import absolute

_LITERAL = r"""["']?\b{}["']?\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|(-?\d+|true\b|false\b|True\b|False\b))"""
_UIARTICLE = re.compile(r"""["']([^"'\s]*ArticleInMenuPagination\.aspx/LoadArticle)["']""")
_UIARTICLE_PATH = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
_MOST_PAGES = re.compile(r"""\bmaxPage\s*=\s*(?:parseInt\(\s*)?["']?(\d{1,6})""")
_FIELDS = (  # of UIArticle's request, with what its own script sends where the page states nothing else
    ("article_category_id", ""),
    ("categoryIds", ""),
    ("site_id", ""),
    ("page", ""),
    ("page_size", "10"),
    ("keyword", ""),
    ("date_begin", ""),
    ("date_end", ""),
    ("show_no", "False"),
    ("show_post_date", "True"),
    ("num_of_text", "0"),
    ("show_view_count", "False"),
    ("filter_order_in_list", "False"),
    ("is_default", "False"),
    ("new", "False"),
    ("number_of_day", "3"),
    ("no", ""),
    ("articlelang", "vi-VN"),
    ("is_authenticated", "False"),
)
_LOAD_PAGE = re.compile(
    r"""loadPageURL["']?\s*[:=]\s*["']([^"'\n]+)["']|["']([^"'\n]+p_p_resource_id=loadPage[^"'\n]*)["']"""
)
_ITEMS, _ROWS = 20, 20  # articles a page where the page does not say how many
_QUERY_DATA = re.compile(r"""["']([^"'\s]*/api/DSTinTuc/QUERYDATA)["']""", re.IGNORECASE)
_LIST = re.compile(r"^.*?/Lists/[^/]+", re.IGNORECASE)
Loader = Callable[[str, str, str], Ask | None]


def find_loaders(root: html.HtmlElement, url: str) -> list[tuple[html.HtmlElement, Ask]]:
    """What the scripts of a listing page load of it: the next page, or all from the first on; with each its script."""
    found, base = [], base_of(root, url)
    for script in root.iter("script"):
        text = script.text or ""
        asks = (loader(text, url, base) for word, loader in _LOADERS if word in text)
        found += [(script, ask) for ask in asks if ask and same_host(ask.url, url)]
    return found


def following(ask: Ask, *, shown: int, last: int | None = None) -> Ask | None:
    """What comes after a page with so many articles, of so many pages if the answer says it; None after the last.

    Where nothing says how many pages there are, one without articles is the last: fewer than asked for may be a limit.
    """
    last, number = last or ask.last, (ask.number or 1) + 1
    if number > last if last else not shown:
        return None
    changes = tuple((name, str(number if name == "page" else int(at) + shown)) for name, at in ask.changes)
    url = re.sub(r"(?<=[?&]pageNum=)\d+", str(number), ask.url) if ask.kind == "items" else ask.url
    return replace(ask, url=url, changes=changes, number=number, last=last, opens=False)


def _uiarticle(text: str, url: str, base: str) -> Ask | None:
    category, site, most = _stated(text, "article_category_id"), _stated(text, "site_id"), _MOST_PAGES.search(text)
    last = int(most[1]) if most else None
    if not (category and site) or (last is not None and last < 2):
        return None
    stated = {name: value for name, _ in _FIELDS if (value := _stated(text, name)) is not None}
    size = stated.setdefault("page_size", "10")
    stated.setdefault("no", f"-{size}")
    fields = tuple((name, stated.get(name, usual)) for name, usual in _FIELDS)
    endpoint = _UIARTICLE.search(text)
    address = absolute(base, endpoint[1] if endpoint else _UIARTICLE_PATH)
    if not address:
        return None
    return Ask(address, url, "fragment", fields, changes=(("page", "2"),), number=2, last=last, base=base)


def _bacninh(text: str, url: str, base: str) -> Ask | None:
    stated = _LOAD_PAGE.search(text)
    address = absolute(base, _unescaped(stated[1] or stated[2])) if stated else None
    if not address:
        return None
    size = int(_stated(text, "recordPerPage") or 0) or _ITEMS
    address = re.sub(r"[?&](?:pageNum|recordPerPage|keyword)=[^&#]*|#.*", "", address)
    address += f"{'&' if '?' in address else '?'}pageNum=1&recordPerPage={size}&keyword="
    return Ask(address, url, "items", number=1, base=base, opens=True)


def _vinhphuc(text: str, url: str, base: str) -> Ask | None:
    endpoint, place = _QUERY_DATA.search(text), _LIST.match(unquote(urlsplit(url).path))
    address = absolute(base, endpoint[1]) if endpoint else None
    of = _stated(text, "UrlList") or (place and place[0])
    if not address or not of:
        return None
    fields = (
        ("do", "QUERYDATA"),
        ("fieldOrder", "CreatedDate"),
        ("ascending", "desc"),
        ("UrlList", of),
        ("start", "0"),
    )
    sized = (*fields, ("length", str(_ROWS)))
    return Ask(address, url, "rows", sized, changes=(("start", "0"),), number=1, base=base, opens=True)


def _stated(text: str, name: str) -> str | None:
    """What a script gives a name as a literal; None for what it computes."""
    found = re.search(_LITERAL.format(name), text)
    return next((value for value in found.groups() if value is not None), "") if found else None


def _unescaped(address: str) -> str:
    """An address as it stands in a script's string.

    >>> _unescaped(r"https:\\/\\/a.vn\\/tin?a=1\\x26b=2&amp;c=3")
    'https://a.vn/tin?a=1&b=2&c=3'
    """
    address = re.sub(r"\\(?:x|u00)([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), address)
    return address.replace("\\/", "/").replace("&amp;", "&")


_LOADERS: tuple[tuple[str, Loader], ...] = (
    ("article_category_id", _uiarticle),
    ("loadPage", _bacninh),
    ("DSTinTuc", _vinhphuc),
)
