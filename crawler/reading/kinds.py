"""What a page is that no layout claims, when it is no article: a listing, the front page, an error, a log-in page, a map of the site."""

import itertools
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.reading.blocks import Block
from crawler.reading.conventions.addresses import is_document, split
from crawler.reading.conventions.dates import only_date
from crawler.reading.conventions.furniture import is_office_name, is_site_name, opens_furniture
from crawler.reading.conventions.text import clean, text_of, words
from crawler.reading.dating import dated
from crawler.reading.page import Page
from crawler.reading.region import Region
from crawler.reading.structured import Structured

_ERROR = re.compile(
    r"^\W*(?:lỗi|error|http)?\W*(?:40[0-4]|410|50[0-4])\b|\b(?:lỗi|error)\W*(?:40[0-4]|410|50[0-4])\b|not\s*found|không\s*(?:tìm\s*thấy|tồn\s*tại)|đã\s*bị\s*x[óo][áa]|access\s*denied|forbidden|(?:website|trang|hệ\s*thống|cổng)\b.{0,30}\b(?:bảo\s*trì|nâng\s*cấp)|under\s*maintenance"
    r"|runtime\s*error|server\s*error|lỗi\s*(?:hệ\s*thống|máy\s*chủ|trang|kết\s*nối)|hết\s*phiên",
    re.IGNORECASE,
)
_ITSELF = (
    r"đội\s*ngũ.{0,30}|cơ\s*cấu\s*tổ\s*chức|danh\s*bạ.{0,30}|thời\s*kh(?:óa|oá)\s*biểu|liên\s*hệ|giới\s*thiệu(?:\s*chung)?"
    r"|lịch\s*(?:công\s*tác|làm\s*việc|tiếp\s*(?:công\s*)?dân)(?:\s*tuần)?"
)
_DOCUMENTS = r"(?:tra\s*cứu\s*)?(?:hệ\s*thống\s*)?văn\s*bản(?:\s*(?:pháp\s*(?:quy|luật)|quy\s*phạm.{0,20}|chỉ\s*đạo.{0,20}|mới))?"


class Other(NamedTuple):
    """What a page is that is no article, in one word where that is sure, and in a sentence."""

    kind: str
    reason: str


class _Name(NamedTuple):
    """How pages are called that are no articles. `always`: with a date too."""

    pattern: re.Pattern[str]
    other: Other
    always: bool


def _name(pattern: str, kind: str, reason: str, *, always: bool) -> _Name:
    return _Name(re.compile(pattern, re.IGNORECASE), Other(kind, reason), always)


_MAP = "a map of the site: links, and no text of its own"
_NAMED = (
    _name(r"(?:sơ\s*đồ\s*(?:trang|cổng|website|site)|site\s*map)\b", "map", _MAP, always=True),
    _name(r"(?:đăng\s*nhập|log\s*in|sign\s*in)\b.{0,20}$", "login", "a log-in page", always=True),
    _name(
        r"(?:thẻ|tags?|từ\s*kh(?:óa|oá)|category)\s*:\s*\S", "listing", "a listing of what bears one word", always=True
    ),
    _name(r"(?:ý\s*kiến\s*(?:bạn\s*đọc|phản\s*hồi)|bình\s*luận)\W*(?:\d+\W*)?$", "", "what readers wrote", always=True),
    _name(rf"(?:{_DOCUMENTS})$", "documents", "a list of documents, and no text of its own", always=False),
    _name(rf"(?:{_ITSELF})$", "", "a page of the portal about itself", always=False),
)
_LONG = 1000  # characters: no notice of repairs says more
_SEARCH = re.compile(r"^\W*(?:kết\s*quả\s*)?tìm\s*kiếm\b|^search\s*results?\b", re.IGNORECASE)
_FRONT = re.compile(r"^/?(?:(?:default|index|home|trang-?chu)(?:\.\w+)?)?/?$", re.IGNORECASE)
_PAGER = re.compile(
    r"^\W*(?:[\d\s.…|«»‹›<>]+|.{0,20}(?:trang\s*(?:sau|tiếp|cuối|kế)|tiếp\s*theo|next|cuối\s*cùng|showing\s|hiển\s*thị\s).{0,40})\W*$",
    re.IGNORECASE,
)
_DATE = 26  # characters that a date in brackets takes, with its clock
_TEASER = 20  # characters that a headline in a list has at least
_SENTENCE = 60
_ERROR_WORDS = 10  # a headline that speaks of an error is longer
_SHORT = 400  # characters: an error says no more
_SECTION = 6  # words: the names of sections are short
_LINKS = 5  # blocks: a document of fewer links may be an article
_SURE = 3
_SUMMARY = re.compile(r"trích\s*yếu(?:\s*nội\s*dung)?|tên\s*văn\s*bản", re.IGNORECASE)  # a column of lists of documents
_COLUMNS = 8
_MORE = re.compile(r"\W*(?:(?:đọc|xem)\s*(?:thêm|tiếp|chi\s*tiết)|chi\s*tiết|read\s*more)\b", re.IGNORECASE)
_WORDS = 16  # letters of a section's name beside a date
_ENDS = (".", "!", "?", "…", "”", '"')


def other_kind(page: Page, region: Region, structured: Structured) -> Other | None:
    """Why the page is no article, None where it may be one."""
    if _is_front(page.url):
        return Other("front", "the address is the portal's front page")
    text = sum(len(b.text) for b in region.content)
    if error := _error(page, region, text):
        return Other("error", f"an error page: {error}")
    if called := _called(page, region):
        return called
    if region.published is None and not structured.article:
        if text < _SHORT and any((i.get("type") or "").lower() == "password" for i in page.root.iter("input")):
            return Other("login", "a log-in page")
        if len(region.content) >= _LINKS and sum(b.links for b in region.content) >= 0.9 * text:
            return Other("map", _MAP)
    if _SEARCH.match(region.title):
        return Other("search", "a page of search results")
    if _lists_documents(region) and not structured.article:
        return Other("documents", "a list of documents, and no text of its own")
    nameless = region.head is None or region.published is None
    if nameless and is_office_name(region.title) and not structured.article:
        return Other("front", "no headline is displayed, only the portal's name")
    if _listing_score(region, structured) >= _SURE:
        return Other("listing", "a listing: headlines that lead to other pages, and no text of its own")
    unnamed = region.head is not None and not region.named and region.published is None and not structured.article
    if unnamed and sum(b.text.endswith(_ENDS) for b in region.content if _is_sentence(b)) < 2:
        return Other("", "no title, address or date names a headline, and little text follows")
    if _names_a_section(region) and not structured.article:
        return Other("", "no headline is displayed, only a section is named")
    return None


def _error(page: Page, region: Region, text: int) -> str | None:
    """What says that the page is an error's: a title, or one of the few lines that there are."""
    titles = (region.title, page.head_title) if text < (_LONG if region.published is None else _SHORT) else ()
    lines = [b.text for b in region.content] if text < _SHORT // 2 and region.published is None else []
    return next((t for t in (*titles, *lines) if _ERROR.search(t) and len(words(t)) <= _ERROR_WORDS), None)


def _called(page: Page, region: Region) -> Other | None:
    """What a page is by what it is called, in its headline or its only h1, where that stands before the text."""
    headings = list(itertools.islice(page.root.iter("h1"), 2))
    alone = headings if len(headings) == 1 and _stands_before(page, headings[0], region.root) else []
    names = [region.title, *map(text_of, alone)]
    told = (
        name.other
        for name in _NAMED
        if (name.always or region.published is None) and any(map(name.pattern.match, names))
    )
    return next(told, None)


def _stands_before(page: Page, element: HtmlElement, text: HtmlElement | None) -> bool:
    """Whether an element comes before the text's in the page, or stands in it."""
    return next(e for e in page.elements if e is element or e is text) is element or text in element.iterancestors()


def _names_a_section(region: Region) -> bool:
    return (
        region.head is None
        and region.published is None
        and 0 < len(words(region.title)) <= _SECTION
        and not is_site_name(region.title)
    )


def _lists_documents(region: Region) -> bool:
    """A table under a section's name, or with dates, each of whose rows offers a document."""
    if region.root is None:
        return False
    heads = (text_of(cell) for cell in itertools.islice(region.root.iter("th", "td"), _COLUMNS))
    if any(map(_SUMMARY.fullmatch, heads)):
        cells = (clean(cell.text or "") for cell in region.root.iter("td"))
        return sum(only_date(cell) is not None for cell in cells) >= _SURE
    rows = [row for row in region.root.iter("tr") if any(is_document(a.get("href") or "") for a in row.iter("a"))]
    own = sum(len(b.text) for b in region.content if not (b.row or b.table is not None))
    dates = sum(any(only_date(text_of(cell)) for cell in row) for row in rows)
    return len(rows) >= _SURE and own < _SHORT and (len(words(region.title)) <= _SECTION or dates >= _SURE)


def _is_front(url: str) -> bool:
    parts = split(url)
    return not parts.query and bool(_FRONT.match(parts.path))


def _listing_score(region: Region, structured: Structured) -> int:
    """How much speaks for a list of articles, less what speaks for one article."""
    below = _of_one(region.below)
    if len(words(region.title)) <= _SECTION and _dated_headings(below) >= _SURE and not structured.article:
        return _SURE
    every = (*region.below, *region.beyond)
    linked = [i for i, b in enumerate(every) if b.is_heading and b.links * 2 > len(b.text)]
    more = sum(_MORE.match(b.text) is not None for b in every)
    if len(linked) > 1 and more > 1 and not _tells_before(every, linked[0]) and not structured.article:
        return _SURE
    teasers = [i for i, b in enumerate(below) if _is_teaser(b)]
    if len(teasers) < 3:
        return 0
    own = [b for b in below[: teasers[0]] if b.text]
    if sum(_is_sentence(b) for b in own) > 1:
        return 0
    score = 1 + (len(words(region.title)) <= _SECTION)
    score += 2 * (sum(dated(b) is not None for b in below) >= 3)
    score += any(_PAGER.match(b.text) for b in below if b.links) + 2 * _alternates(below, teasers)
    score -= 2 * any(dated(b, slack=30) for b in own)
    return score - 2 * bool(structured.article)


def _dated_headings(below: Sequence[Block]) -> int:
    """How many headings have a date of their own right above or below: those of a list, whether they are links or not. None where more
    than a sentence stands before the first."""
    days = [i for i, b in enumerate(below) if not b.is_heading and len(b.text) < _TEASER * 2 and dated(b, slack=_WORDS)]
    beside = [day for day in days if any(b.is_heading for b in below[max(0, day - 2) : day + 2])]
    return 0 if not beside or _tells_before(below, beside[0]) else len(beside)


def _tells_before(blocks: Sequence[Block], index: int) -> bool:
    """Whether more than one sentence stands before a place: an article's own."""
    return sum(_is_sentence(b) and not b.is_heading for b in blocks[:index]) > 1


def _of_one(below: Sequence[Block]) -> Sequence[Block]:
    """The blocks up to a line that opens the portal's own, where a date and a sentence stand before it: those are an article's."""
    end = next((i for i, b in enumerate(below) if opens_furniture(b.text)), 0)
    own = below[:end]
    return own if any(map(_is_sentence, own)) and any(dated(b, slack=30) for b in own) else below


def _is_teaser(block: Block) -> bool:
    beside = len(block.text) - block.links
    return block.links >= _TEASER and beside <= max(0.2 * len(block.text), _DATE)


def _is_sentence(block: Block) -> bool:
    return len(block.text) >= _SENTENCE and block.links * 2 < len(block.text)


def _alternates(below: Sequence[Block], teasers: Sequence[int]) -> bool:
    """Whether the headlines stand apart, each with its summary, all the way."""
    gaps = [b - a for a, b in pairwise(teasers)]
    told = [i for i in teasers if any(_is_sentence(b) for b in below[i + 1 : i + 4])]
    return len(told) >= 3 and len(told) * 2 > len(teasers) and max(gaps, default=0) <= 8
