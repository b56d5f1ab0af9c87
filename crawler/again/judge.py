"""What a page of unknown kind is: an article, a listing, or neither."""

from dataclasses import dataclass
from http import HTTPStatus

from archive.again import Unread
from archive.codings import decode_body
from archive.errors import Undecodable
from archive.models import Exchange, Role
from crawler.again.readers import failed_on, read_bytes
from crawler.listing import is_home, read_listing
from crawler.reading import Article
from crawler.reading.conventions.addresses import is_document
from crawler.reading.page import Page

_HTML = ("text/html", "application/xhtml+xml")
_LIST = 3  # links that make a page without an article a listing


@dataclass(frozen=True, slots=True)
class Judged:
    """What an exchange is: the role it would have had in a crawl, and the article, or why a page gave none."""

    role: Role
    article: Article | None = None
    unread: Unread | None = None


def judge(exchange: Exchange) -> Judged:
    """What an exchange is. A page that is neither article nor listing has its `unread`; what is no page has not."""
    mime = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    if exchange.method not in ("GET", ""):
        return Judged("other")
    if mime not in _HTML:
        role: Role = "image" if mime.startswith("image/") else "attachment" if is_document(exchange.url) else "other"
        return Judged(role)
    if exchange.status != HTTPStatus.OK or not exchange.body:
        return Judged("other")
    return _page(exchange)


def _page(exchange: Exchange) -> Judged:
    content_type = exchange.header("Content-Type")
    try:
        body = decode_body(exchange.body, exchange.response_headers)
    except Undecodable as error:
        return Judged("other", unread=Unread("page", str(error).rstrip(".")))
    result = read_bytes(body, exchange.url, content_type)
    if not isinstance(result, Unread):
        return Judged("article", result)
    if is_home(exchange.url):
        return Judged("listing")
    try:
        page = Page.parse(body, exchange.url, content_type)
        listed = len(read_listing(page.root, exchange.url).articles)
    except Exception as error:  # noqa: BLE001 - as in read_bytes
        return Judged("other", unread=failed_on(error))
    return Judged("listing") if listed >= _LIST else Judged("other", unread=result)
