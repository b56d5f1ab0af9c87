"""What a listing page offers: articles, the next page, and, when it is a home page, the sections of the portal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import html

from crawler.forms import Ask, Press, find_postbacks, nearness, presses
from crawler.links import Anchor, anchors, marks
from crawler.loaders import find_loaders
from crawler.mainlist import HEADINGS, Group, looks_like_article, main_group, trail
from crawler.pager import Run, is_pager_link, next_pages, numbered_runs, runs_of
from crawler.reading.conventions.addresses import canonical, is_document
from crawler.reading.conventions.dates import parse_date
from crawler.reading.conventions.text import clean

_NO_SECTION = re.compile(
    r"""^(?:trang\s*(?:chủ|nhất)|home(?:\s*page)?|giới\s*thiệu.*|liên\s*hệ.*|đăng\s*(?:nhập|ký|xuất)|sơ\s*đồ.*|site\s*map|hỏi\s*đáp.*|
    góp\s*ý.*|tìm\s*kiếm.*|rss.*|english|tiếng\s*(?:việt|anh)|vie?|en|thư\s*điện\s*tử|email|webmail|video.*|thư\s*viện.*|lịch.*|
    đường\s*dây\s*nóng.*|dịch\s*vụ\s*công.*|thủ\s*tục.*|cơ\s*cấu.*|chức\s*năng.*|lãnh\s*đạo.*|bộ\s*máy.*|danh\s*bạ.*|bản\s*đồ.*|
    xem\s*(?:thêm|tất\s*cả|tiếp).*|chi\s*tiết.*|skip.*|truy\s*cập.*|về\s*đầu.*|công\s*báo.*|liên\s*kết.*|quảng\s*cáo.*)[.\s…»]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_NEWS = re.compile(r"tin|sự kiện|hoạt động|thời sự|chỉ đạo|kinh tế|văn hó?a|xã hội", re.IGNORECASE)
_HOME = re.compile(r"(?:(?:default|index|home|main|trang-?chu)(?:\.\w+)?)?", re.IGNORECASE)
_ID = re.compile(r"\d{4,}")
_SECTIONS = 60
_FEATURED = 3


class Listed(NamedTuple):
    """An article as a listing shows it."""

    url: str  # canonical
    text: str  # the longest text of its links: the headline
    day: str | None = None  # ISO 8601, when a date stands beside it


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing."""

    articles: list[Listed]
    next_pages: list[str | Ask]  # the surest first; empty on the last page
    place: str | None  # where the list stands, for reading the later pages of the same listing
    number: int | None = None  # of this page, where a pager without links says it

    @property
    def opening(self) -> Ask | None:
        """How the first page of the list is asked for, where this page only loads it."""
        first = self.next_pages[0] if self.next_pages else None
        return first if isinstance(first, Ask) and first.opens else None


def read_listing(root: html.HtmlElement, url: str, place: str | None = None) -> Listing:
    """Reads one page of a listing. `place` is that of an earlier page of it: a last page with a single article is
    then read where the list stood before, and not in a side box that is longer.
    """
    found, pressed = anchors(root, url), presses(root, url)
    pager = _Pager(root, url, found, numbered_runs(found, root), pressed, runs_of(pressed, root))
    own = canonical(url)
    able = [a for a in found if _may_be_article(a, own)]
    main = main_group(able, pager.runs, place)
    following, number = pager.following(main.box if main else None)
    if main is None:
        return Listing([], following, place, number)
    articles = _merged([*_featured(able, main), *_inside(able, main)], main)
    return Listing(articles, following, place or trail(main.box), number)


@dataclass(frozen=True, slots=True)
class _Pager:
    """Everything on a page that may turn it: links, postbacks, scripts."""

    root: html.HtmlElement
    url: str
    links: Sequence[Anchor]
    linked: Sequence[Run]  # numbered links
    presses: Sequence[Press]
    pressed: Sequence[Run]  # numbered postbacks

    @property
    def runs(self) -> list[Run]:
        return sorted([*self.linked, *self.pressed], key=lambda run: -len(run.pages))

    def following(self, box: html.HtmlElement | None) -> tuple[list[str | Ask], int | None]:
        """The next pages of the list in `box`, and the number of this one where a postback pager says it.

        Where several kinds of pagers are on the page, the one nearest to the list turns it; of links and others at the same
        distance, links.
        """
        near = nearness(box)
        following = next_pages(self.links, self.linked, self.root, self.url)
        turning = [run.block for run in self.linked] + [a.element for a in self.links if a.url in following]
        at = max((near(element) for element in turning), default=0 if following else -1)
        if any(near(press.element) > at for press in self.presses):
            asks, number = find_postbacks(self.presses, self.pressed, self.root, near)
            if asks or number:
                return [*asks], number
        loaders = [(near(script), ask) for script, ask in find_loaders(self.root, self.url)]
        depth, loader = max(loaders, key=lambda pair: pair[0], default=(-1, None))
        return ([loader] if loader and depth > at else [*following]), None


def find_articles(root: html.HtmlElement, url: str) -> list[Listed]:
    """The articles of a listing page's main list, in page order; [] when the page lists none."""
    return read_listing(root, url).articles


def find_sections(root: html.HtmlElement, url: str) -> list[tuple[str, str]]:
    """The pages that a home page's menus and box headings name and that may be listings: (address, name), news first."""
    found: dict[str, str] = {}
    own = canonical(url)
    for anchor in anchors(root, url):
        if _may_be_section(anchor, own):
            found.setdefault(anchor.url, anchor.text)
    return sorted(found.items(), key=lambda pair: not _NEWS.search(pair[1]))[:_SECTIONS]


def is_home(url: str) -> bool:
    """Whether an address is that of a portal's front page.

    >>> [is_home("http://a.vn" + p) for p in ("", "/", "/Pages/default.aspx", "/trang-chu", "/web/guest/home", "/tin-tuc")]
    [True, True, True, True, True, False]
    """
    parts = urlsplit(url)
    return not parts.query and bool(_HOME.fullmatch(parts.path.rstrip("/").rpartition("/")[2]))


def _may_be_article(anchor: Anchor, own: str) -> bool:
    """A page, neither a document, nor this listing (`own`) on another page, nor the portal's front."""
    return (
        not is_document(anchor.url)
        and not is_home(anchor.url)
        and not is_pager_link(anchor)
        and not _is_same_listing(anchor.url, own)
    )


def _is_same_listing(url: str, listing: str) -> bool:
    """Whether an address is the listing again, on another page or sorted otherwise: one path, no id of its own.

    >>> _is_same_listing("http://a.vn/tin?page=2", "http://a.vn/tin"), _is_same_listing("http://a.vn/tin?id=48151", "http://a.vn/tin")
    (True, False)
    """
    one, other = urlsplit(url), urlsplit(listing)
    own_ids = set(_ID.findall(one.query)) - set(_ID.findall(other.query))
    return one.path == other.path and not own_ids


def _inside(able: Sequence[Anchor], main: Group) -> list[Anchor]:
    """Every link inside the list's box that leads to one of its articles, or to an address of the same form."""
    shapes = {_shape(url) for url in main.items}
    within = [a for a in able if main.box in a.above]
    return [a for a in within if a.url in main.items or (_shape(a.url) in shapes and len(a.text) >= 20)]


def _featured(able: Sequence[Anchor], main: Group) -> list[Anchor]:
    """The one or few articles that stand larger, in other markup, with their summaries, right before the list."""
    shapes = {_shape(url) for url in main.items if looks_like_article(url)}
    before = set(main.box.itersiblings(preceding=True))
    found = [a for a in able if _shape(a.url) in shapes and not before.isdisjoint(a.above)]
    headlines = {a.url: a.text for a in found if len(a.text) >= 20}
    said = sum(len(clean(e.text_content())) for e in before)
    told = said > 60 + sum(map(len, headlines.values()))
    return [a for a in found if a.url in headlines] if told and len(headlines) <= _FEATURED else []


def _merged(found: Sequence[Anchor], main: Group) -> list[Listed]:
    """One entry an article, with the longest text of its links, in page order."""
    texts: dict[str, str] = {}
    for anchor in found:
        texts[anchor.url] = max(texts.get(anchor.url, ""), anchor.label, key=len)
    return [Listed(url, text, _day(main.items.get(url), text)) for url, text in texts.items()]


def _day(item: html.HtmlElement | None, headline: str) -> str | None:
    """The day that an item shows, outside its headline and its summary."""
    texts = (clean(t) for t in item.itertext()) if item is not None else ()
    dated = (parse_date(t) for t in texts if 6 <= len(t) <= 60 and t not in headline)
    return next((d.day for d in dated if d is not None), None)


def _shape(url: str) -> tuple[object, ...]:
    """The form of an address: depth, ending, whether it has an id, and the names of its parameters."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    last = segments[-1] if segments else ""
    names = tuple(sorted(p.partition("=")[0] for p in parts.query.split("&") if p))
    return len(segments), last.rpartition(".")[2] if "." in last else "", bool(_ID.search(last)), names


def _may_be_section(anchor: Anchor, own: str) -> bool:
    return (
        2 < len(anchor.text) <= 60
        and not _NO_SECTION.match(anchor.text)
        and _may_be_article(anchor, own)
        and not _ID.search(urlsplit(anchor.url).path.rpartition("/")[2])
        and (_in_menu(anchor) or _is_box_heading(anchor))
    )


def _in_menu(anchor: Anchor) -> bool:
    above = (e for e in anchor.above if e.tag not in ("body", "html"))
    return any(e.tag == "nav" or re.search(r"menu|\bnavi?\b|navbar", marks(e)) for e in above)


def _is_box_heading(anchor: Anchor) -> bool:
    headed = (e.tag in HEADINGS or "title" in marks(e) or "heading" in marks(e) for e in anchor.chain[:3])
    return len(anchor.text) < 40 and any(headed)
