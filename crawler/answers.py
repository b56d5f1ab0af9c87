"""What an `Ask` is answered with: markup of a list without its page, or JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from lxml.html import Element

from crawler.forms import Ask
from crawler.links import same_host
from crawler.listing import Listed, Listing, read_listing
from crawler.loaders import following
from crawler.reading.conventions.addresses import absolute, canonical
from crawler.reading.conventions.dates import parse_date
from crawler.reading.conventions.text import clean
from crawler.reading.page import Page


class Unanswered(Exception):  # noqa: N818 - named like archive.errors
    """The answer is not what was asked for."""


def read_answer(ask: Ask, body: bytes, content_type: str | None, place: str | None) -> Listing:
    """The page of a listing that was asked for by anything but a link or a postback. Raises Unanswered."""
    if ask.kind == "fragment":
        return _fragment(ask, body, content_type, place)
    told = _json(body)
    rows = told.get("items" if ask.kind == "items" else "data") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise Unanswered(f"the answer to {ask} is JSON without a list of articles")
    listed = list(_listed(ask, (row for row in rows if isinstance(row, dict))))
    if rows and not listed:
        raise Unanswered(f"the answer to {ask} lists {len(rows)} articles and none of their addresses")
    return Listing(listed, _next(ask, len(rows), _count(told.get("totalPageNum"))), None)


def _fragment(ask: Ask, body: bytes, content_type: str | None, place: str | None) -> Listing:
    if body.lstrip()[:1] == b"{":  # ASP.NET wraps what a method of a page returns
        told = _json(body)
        if not isinstance(told, dict) or not isinstance(told.get("d"), str):
            raise Unanswered(f"the answer to {ask} is JSON without markup")
        body, content_type = told["d"].encode(errors="replace"), "text/html; charset=utf-8"
    page = Page.parse(body, ask.page, content_type)
    page.root.insert(0, Element("base", href=ask.base))
    listing = read_listing(page.root, ask.page, place)
    return replace(listing, next_pages=_next(ask, len(listing.articles)))


def _next(ask: Ask, shown: int, last: int | None = None) -> list[str | Ask]:
    after = following(ask, shown=shown, last=last)
    return [after] if after else []


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unanswered(f"the answer is no JSON ({type(error).__name__})") from error


def _listed(ask: Ask, rows: Iterable[dict[str, Any]]) -> Iterator[Listed]:
    for row in rows:
        url = absolute(ask.base, address) if (address := _address(ask, row)) else None
        if url and same_host(url, ask.page):
            title = clean(str(row.get("title") or row.get("Title") or "").replace("##", " "))
            dated = parse_date(str(row.get("createdDate") or row.get("CreatedDate") or ""))
            yield Listed(canonical(url), title, dated.day if dated else None)


def _address(ask: Ask, row: dict[str, Any]) -> str:
    """Where an article stands; "" when the row does not say it."""
    if ask.kind == "items":
        return str(row.get("urlDetail") or "")
    of = dict(ask.fields or ())["UrlList"].rstrip("/")
    return f"{quote(of)}/View_Detail.aspx?ItemID={row['ID']}" if row.get("ID") else ""


def _count(told: Any) -> int | None:
    return int(told) if str(told).isdecimal() else None
