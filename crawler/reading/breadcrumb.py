"""The section of an article: the last name of the breadcrumb, else what stands between headline and site in the page's title."""

import itertools
import re
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult

from lxml.html import HtmlElement

from crawler.reading.conventions.addresses import split
from crawler.reading.conventions.furniture import is_detail, is_furniture, is_site_name
from crawler.reading.conventions.text import clean, same_sentence, text_of, texts_in
from crawler.reading.display import leads_away
from crawler.reading.page import Page
from crawler.reading.region import names_of
from crawler.reading.structured import Structured

_HOME = re.compile(r"^(?:trang\s*chủ|home(?:\s*page)?|trang\s*nhất|trangchu)$", re.IGNORECASE)
_MAY_BE_HOME = frozenset("tThH\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")  # how its name begins
_MARKS = re.compile(r"[»›>/|\\→❯•:]+")
_MENU = re.compile(
    r"^(?:liên\s*hệ|giới\s*thiệu|hỏi\s*đáp|lịch\s*(?:tiếp|công)|sơ\s*đồ|thư\s*viện|đăng\s*(?:nhập|ký)|tìm\s*kiếm|rss|english|góp\s*ý|dịch\s*vụ\s*công)",
    re.IGNORECASE,
)
_HERE = re.compile(r"^(?:(?:bạn\s*)?đang\s*(?:ở|xem)|vị\s*trí|you\s*are\s*here)", re.IGNORECASE)
_CRUMB = re.compile(
    r"bread-?c|crumb|duong-?dan|pathway|categor|chuyen-?muc|title[-_]?cate|cate?[-_]?(?:title|name)", re.IGNORECASE
)
_PAPER = re.compile(r"(?:báo|tạp\s*chí|đài)\s", re.IGNORECASE)
_FILE = re.compile(r"(?:default|pages?|index)(?:\.\w+)?$", re.IGNORECASE)  # SharePoint's names of pages
_TODAY = re.compile(r"\d\d?\s+\d\d?\s+\d{4}$")  # a date whose marks are taken for the breadcrumb's
_MAX_NAMES = 4  # more names than this are a menu
_MAX_TEXT = 200
_MAX_HOME = 60
_MAX_NAME = 40
_FILED = re.compile(
    r"^\W*(?:[Cc]huyên\s*mục|[Dd]anh\s*mục|[Tt]hể\s*loại)\s*:?\s*(?P<name>[A-ZÀ-ỸĐ][^:|]{1,38}[^:|.\s])$"
)


def section_of(
    page: Page, structured: Structured, title: str, head: HtmlElement | None = None
) -> tuple[str, str] | None:
    """(name, where it stood), None where the page names no section."""
    crumbs = [names for home in _homes(page) if (names := _crumb(home, title))]
    if crumbs:
        return min(reversed(crumbs), key=len)[-1], "breadcrumb"
    told = [n for n in structured.breadcrumb() if not _HOME.match(n) and not same_sentence(n, title)]
    if told and not is_site_name(told[-1]):
        return told[-1], "JSON-LD BreadcrumbList"
    if head is not None and (name := _above(page, head)):
        return name, "the link above the headline"
    rest = page.head_title.removeprefix(title)
    parts = [p for p in re.split(r"\s+[-|–]\s+", rest) if p.strip() and not is_detail(p.strip(" -|–"))]
    if rest != page.head_title and len(parts) > 1 and not (is_site_name(parts[0]) or _PAPER.match(parts[0])):
        return " - ".join(p.strip() for p in parts[:-1]), "title"
    name = page.meta.get("article:section", "").partition(",")[0].strip()
    if name:
        return name, "meta article:section"
    if head is not None and (name := _heading_above(page, head)):
        return name, "the heading above the headline"
    return _by_address(page) or _written(page, title)


def filed_under(lines: Iterable[str]) -> str | None:
    """The section that a line beside the headline names: "Chuyên mục: Tin trong tỉnh".

    >>> filed_under(["08:15 29/05/2023", "Danh mục: Hoạt động Đoàn"]), filed_under(["Danh mục văn bản mới"])
    ('Hoạt động Đoàn', None)
    """
    return next((match["name"] for line in lines if (match := _FILED.match(line))), None)


def _heading_above(page: Page, head: HtmlElement) -> str | None:
    """A heading right above the headline that the menu names too: a portlet's."""
    for heading in reversed(head.xpath("preceding::*[self::h1 or self::h2 or self::h3 or self::h4][position() <= 2]")):
        name = text_of(heading)
        if is_site_name(name):
            continue
        if 2 <= len(name) <= _MAX_NAME and any(
            text_of(a).lower() == name.lower() for a in page.root.iter("a") if heading not in a.iterancestors()
        ):
            return name
    return None


def _written(page: Page, title: str) -> tuple[str, str] | None:
    """The last name of a breadcrumb that is written out without links: "Trang chủ > Tin hoạt động > Tình nguyện hè"."""
    for element in page.root.iter("div", "p", "td", "span", "li", "h2", "h3", "h4"):
        text = element.text
        if not text or text.lstrip()[:1] not in _MAY_BE_HOME:
            continue
        text = " ".join(texts_in(element)) if len(element) else text
        if len(text) > _MAX_TEXT or "|" in text:
            continue
        names = [name for part in _MARKS.split(text) if (name := clean(part)) and not same_sentence(name, title)]
        if 1 < len(names) <= _MAX_NAMES and _HOME.match(names[0]):
            return names[-1], "breadcrumb"
    return None


def _above(page: Page, head: HtmlElement) -> str | None:
    """The nearest link before the headline, where it stands in what is named a breadcrumb or is one of the menu's too."""
    for link in reversed(head.xpath("preceding::a[position() <= 3]")):
        name = text_of(link)
        if is_site_name(name):
            continue
        leads = leads_away(link.get("href"))
        if not (leads and 2 <= len(name) <= _MAX_NAME) or _HOME.match(name) or _MENU.match(name) or is_furniture(name):
            continue
        if _begins(link.get("href") or "", split(page.url)) or _behind_mark(link) or _below_another(link):
            return name
        if "category" in (link.get("rel") or "").split() or any(
            _CRUMB.search(names_of(e)) for e in itertools.islice(link.iterancestors(), 3)
        ):
            return name
        if _alone(link):
            same = [a for a in page.root.iter("a") if a is not link and a.get("href") == link.get("href")]
            if any(text_of(a).lower() == name.lower() for a in same):
                return name
    return None


def _below_another(link: HtmlElement) -> bool:
    """Whether a link leads to a part of where the one before it leads, and few stand beside them: "Thể thao", "Bóng đá"."""
    box = next((e for e in link.iterancestors() if next(e.iter("a"), link) is not link), None)
    beside = list(box.iter("a")) if box is not None else []
    at = beside.index(link) if link in beside else 0
    if not at or len(beside) > _MAX_NAMES:
        return False
    above, below = (re.sub(r"\.\w+$|/$", "", split(a.get("href") or "").path) for a in (beside[at - 1], link))
    return len(above) > 1 and below.startswith(above + "/")


def _behind_mark(link: HtmlElement) -> bool:
    """Whether a link stands behind a mark in its line: "TIN TỨC » Thông báo"."""
    before, parent = link.getprevious(), link.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else None
    return (text or "").rstrip().endswith(("»", "›"))


def _alone(link: HtmlElement) -> bool:
    """No entry of a list of links."""
    item = next((a for a in link.iterancestors("li")), None)
    return item is None or len(item.getparent() if item.getparent() is not None else ()) <= 2


def _by_address(page: Page) -> tuple[str, str] | None:
    """The link whose address is the longest beginning of the page's own: /channel/5087/ for /channel/5087/202003/ten-bai-2537711/."""
    own = split(page.url)
    best, found = 1, None
    for link in page.root.iter("a"):
        href = (link.get("href") or "").strip()
        path = split(href).path.rstrip("/")
        if len(path) <= best or not _begins(href, own):
            continue
        name = text_of(link)
        if 2 <= len(name) <= _MAX_NAME and not (_HOME.match(name) or is_site_name(name)):
            best, found = len(path), name
    return (found, "the link whose address begins the page's own") if found else None


def _begins(href: str, own: SplitResult) -> bool:
    """Whether the address of a link is the beginning of the page's own."""
    path = split(href).path.rstrip("/") if href.startswith(("/", f"{own.scheme}://{own.netloc}/")) else ""
    return bool(path) and own.path.startswith(path + "/")


def _homes(page: Page) -> Iterator[HtmlElement]:
    """Where the page names its home page."""
    for element in page.root.iter("a", "span", "li"):
        text = element.text
        begins = text.lstrip()[:1] if text else ""
        inner = not begins and element.tag == "a" and len(element) > 0
        if inner:
            begins = _first_letter(element)
        if begins in _MAY_BE_HOME:
            text = " ".join(element.itertext()) if inner else element.text or ""
            if len(text) <= _MAX_HOME and _HOME.match(clean(text)):
                yield element


def _first_letter(element: HtmlElement) -> str:
    """Of the text inside an element that has none of its own before its children."""
    child = element[0]
    own: str = (child.text or child.tail or "").lstrip()[:1]
    if own or (child.tag == "img" and len(element) == 1):
        return own
    return next((first for t in element.itertext() if (first := t.lstrip()[:1])), "")


def _crumb(home: HtmlElement, title: str) -> list[str] | None:
    """The names that follow the home page's within a few levels of it, None where they are a menu."""
    element: HtmlElement | None = home.getparent()
    for _ in range(4):
        if element is None:
            return None
        names = _names(element)
        if names is None:
            return None
        if len(names) > _MAX_NAMES:
            return None
        if len(names) > 1 and _HERE.match(names[0]):
            names = names[1:]
        names = [
            n for n in names if not (same_sentence(n, title) or is_detail(n) or _TODAY.search(n) or _FILE.match(n))
        ]
        if len(names) > 1 and _HOME.match(names[0]):
            barred = len(names) > 2 and "|" in "".join(element.itertext())
            return (
                None
                if any(map(_MENU.match, names)) or barred or (len(names) > 2 and _is_menu(element))
                else [name for name in names[1:] if not _HOME.match(name)]
            )
        element = element.getparent()
    return None


def _is_menu(element: HtmlElement) -> bool:
    """A list of links that lead side by side, not one below the other, and that nothing names a breadcrumb."""
    if element.tag not in ("ul", "nav") or _CRUMB.search(f"{names_of(element)} {element.get('aria-label') or ''}"):
        return False
    links = [item if item.tag == "a" else item.find(".//a") for item in element if item.tag in ("li", "a")]
    paths = [(a.get("href") or "").rstrip("/") if a is not None else None for a in links]
    if len(paths) < 3 or None in paths or not all(paths[1:]):
        return False
    return not any(str(later).startswith(f"{path}/") for path, later in itertools.pairwise(paths[1:]))


def _names(element: HtmlElement) -> list[str] | None:
    """The texts of an element, None where they are too many or too long for a breadcrumb."""
    names: list[str] = []
    length = 0
    for text in element.itertext():
        if text.isspace():
            continue
        parts = _MARKS.split(text)  # one name, unless it is the home page's: "Trang chủ / Tin tức /"
        for name in filter(None, map(clean, parts if _HOME.match(parts[0].strip()) else (" ".join(parts),))):
            names.append(name)
            length += len(name)
        if len(names) > _MAX_NAMES + 2 or length > 2 * _MAX_TEXT:
            return None
    return names
