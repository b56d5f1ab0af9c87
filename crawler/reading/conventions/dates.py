"""When an article was published, as Vietnamese pages write it. Days come first; the one offset is +07:00."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from crawler.reading.conventions.furniture import is_furniture

_DAY = r"(?P<d>[0-3]?\d)"
_MONTH = r"(?P<m>[01]?\d)"
_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d(?![\d:]))"
_NUMERIC = (
    rf"(?<![\d/.\-]){_DAY}\s{{0,3}}(?P<sep>[/.\-])\s{{0,3}}{_MONTH}\s{{0,3}}(?P=sep)\s{{0,3}}{_YEAR}"
    r"(?![\d/]|-(?!\d?\d[:h]\d\d)\d|\.\d)"  # a clock may follow: 07/04/2011-10:45
)
_ODD = rf"(?<![\d/.\-]){_DAY}\s?/\s?{_MONTH}\s?-\s?(?P<y>(?:19|20)\d\d)"  # 04/10-2007
_NAMES = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_MONTH_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_SPELT = (
    rf"(?:ngày\s*)?(?<!\d){_DAY}[\s/-]*(?:tháng|[Tt]h(?:g|áng)?\.?)\s*"
    rf"(?P<m>[01]?\d|{_MONTH_NAME})\s*(?:,|năm|/|-)?\s*(?P<y>(?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = rf"\b(?:tháng|th\.?)\s*(?P<m>[01]?\d|{_MONTH_NAME})\s+{_DAY}\s*,\s*(?P<y>(?:19|20)\d\d)(?!\d)"
_AMERICAN = r"(?<![\d/.\-])(?P<m>[01]?\d)/(?P<d>[0-3]\d)/(?P<y>(?:19|20)\d\d)(?=\s+\d?\d:\d\d(?::\d\d)?\s?[AP]M)"  # 12/29/2008 3:15 PM
_ISO = r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>[01]\d)-(?P<d>[0-3]\d)(?!\d)"
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EN_MONTH = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_EN = rf"\b(?:{_EN_MONTH}\s+{_DAY},?\s+|{_DAY.replace('<d>', '<d2>')}\s+{_EN_MONTH.replace('<m>', '<m2>')},?\s+)(?P<y>(?:19|20)\d\d)\b"
_DATES = [re.compile(p, re.IGNORECASE) for p in (_NUMERIC, _SPELT, _ODD, _ISO, _EN, _MONTH_FIRST, _AMERICAN)]

_DIGIT = re.compile(r"\d")
_MAY_BE = re.compile(r"\d\s{0,3}[/.\-]|(?:19|20)\d\d")  # what every one of them has

_AMPM = r"(?:\s?(?P<ap>[ap]\.?m\b\.?|SA\b|CH\b|sáng\b|chiều\b|tối\b|trưa\b|đêm\b))?"
_CLOCK = re.compile(
    rf"(?<![\d/.:])(?P<h>[0-2]?\d)\s?(?:[:h]|giờ|g)\s?(?P<min>[0-5]\d|\d(?='))(?:\s?(?:[:']|phút)\s?(?P<s>[0-5]\d)?(?:\.\d+)?)?(?:phút|')?{_AMPM}(?![\d/])",
    re.IGNORECASE,
)
_ISO_T = re.compile(r"^[T\s]\s*(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(?:Z|([+-]\d\d):?(\d\d))?")
_WEEKDAY = (
    r"(?:\bT[2-7]|thứ\s*(?:[2-7]|hai|ba|tư|năm|sáu|b[ảẩ]y)|chủ\s*nhật|CN|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_BEFORE = re.compile(rf"{_WEEKDAY}\s*,?\s*(?:-|\|)?\s*(?:ngày\s*)?$|^\W*ngày\s*$", re.IGNORECASE)
_ZONE = re.compile(r"^\s*[(\[]?\s*(?:GMT|UTC)?\s*\+\s*0?7(?::?00)?\s*[)\]]?", re.IGNORECASE)
_LABEL_BEFORE = re.compile(r"(?:đăng|tải|nhật|bản|hành|vào)\s*$", re.IGNORECASE)
_JOIN = re.compile(r"^[\s,|\-–—()]*(?:lúc|vào lúc|hồi|at)?[\s,:|\-–—(]*$", re.IGNORECASE)  # between a clock and its day
_LABEL = re.compile(
    r"""^[\s|(•–—-]*(?:(?:ngày|thời\s*gian|giờ|được|đã|tin|bài(?:\s*viết)?|lần)?\s*(?:đăng(?:\s*(?:tải|tin|bài|lúc|ngày))*|cập\s*nhật|xuất\s*bản|phát\s*hành|ban\s*hành|viết|tạo|gửi)
    (?:\s*(?:lúc|ngày|vào|(?:lần\s*)?cuối(?:\s*cùng)?))*|tin\s*phát\s*lúc|publish(?:ed)?(?:\s*(?:date|on|at))?|post(?:ed)?(?:\s*(?:date|on|at))?|updated?(?:\s*(?:on|at))?|
    date|ngày|thời\s*gian|lúc)\s*[:\-]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_UPDATED = re.compile(r"cập\s*nhật|(?:chỉnh\s*)?sửa|updated|modified", re.IGNORECASE)
_PLACE = re.compile(
    r"^\W*[A-ZÀ-ỸĐ][^\W\d_]*(?:\s[A-ZÀ-ỸĐ][^\W\d_]*){0,3},\s"
)  # "Bến Lức, ngày 5 tháng 3 năm 2021, 8 giờ 15"
_COUNTER = re.compile(
    r"(?:(?:số\s*)?(?:lượt|lần)\s*(?:xem|đọc|truy\s*cập)|đã\s*xem|đọc|view(?:s|\s*count|ed)?|hits?|lượt)\s*:?\s*[\d.,]*|[\d.,]+\s*(?:lượt\s*(?:xem|đọc)|views?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Published:
    """A date as read: `at` in ISO 8601 (a day, or a time with +07:00), `raw` as the page wrote it."""

    at: str
    raw: str

    @property
    def day(self) -> str:
        return self.at[:10]


def parse_date(text: str) -> Published | None:
    """The first date of a line of text, with its clock where one stands beside it.

    >>> parse_date("Thứ 2, Ngày 29 / 05 / 2023")
    Published(at='2023-05-29', raw='Thứ 2, Ngày 29 / 05 / 2023')
    >>> parse_date("Ngày đăng 13/05/2016 | 5:07 PM | View count: 674")
    Published(at='2016-05-13T17:07:00+07:00', raw='13/05/2016 | 5:07 PM')
    >>> parse_date("Cập nhật lúc20:10, Thứ Năm, 24/12/2020 (GMT+7)")
    Published(at='2020-12-24T20:10:00+07:00', raw='20:10, Thứ Năm, 24/12/2020 (GMT+7)')
    >>> parse_date("Thứ Tư, 08:30, 22/11/2023").raw
    'Thứ Tư, 08:30, 22/11/2023'
    >>> parse_date("29/05/2023 12:30:00 SA").at
    '2023-05-29T00:30:00+07:00'
    >>> parse_date("Nam Định, mưa to") is None
    True
    """
    if not _MAY_BE.search(text):
        return None
    for pattern in _DATES:
        for match in pattern.finditer(text):
            day = _day(match)
            if day:
                return _with_clock(text, match, day)
    return None


def only_date(text: str, *, slack: int = 3) -> Published | None:
    """The date of a line that holds a date and nothing else worth reading (label, weekday, clock, counter).

    `slack`: how many letters beside these are let pass; beside a headline a name or a share button may stand in the line.

    >>> only_date("Đăng tải: 08/01/2026 - 18:21").at
    '2026-01-08T18:21:00+07:00'
    >>> only_date("Ngày cập nhật: 18/07/2021 | Số lượt xem: 640 | Bản in | Quay lại").at
    '2021-07-18'
    >>> only_date("Ngày 27/11/2015 tại kỳ họp thứ 10, Quốc hội khóa XIII đã thông qua") is None
    True
    """
    if len(text) > 160 or not _DIGIT.search(text):
        return None
    published = parse_date(text)
    if published is None:
        return None
    rest = text.replace(published.raw, " ", 1)
    if _DATES[0].search(rest) and not _UPDATED.search(rest):
        return None  # a span of time: (17/4/1964 - 17/4/2024)
    if "T" in published.at or _COUNTER.search(rest):  # without either it may be the head of a document
        rest = _PLACE.sub("", rest)
    rest = _COUNTER.sub(" ", rest)
    rest = _LABEL.sub(" ", rest.strip())
    if sum(c.isalpha() for c in rest) > slack and "|" in rest:
        rest = "|".join(piece for piece in rest.split("|") if not is_furniture(piece.strip()))
    return published if sum(c.isalpha() for c in rest) <= slack else None


def only_clock(text: str) -> bool:
    """Whether a line is a time of day and nothing else.

    >>> only_clock("| 08:15 SA"), only_clock("08:15 ra đồng")
    (True, False)
    """
    match = _CLOCK.search(text) if len(text) < 24 else None
    return bool(match and _valid(match) and not any(c.isalnum() for c in text[: match.start()] + text[match.end() :]))


def from_iso(value: str) -> Published | None:
    """A machine-written time (`time[datetime]`, JSON-LD, meta), turned to Vietnam's offset.

    >>> from_iso("2025-06-17T06:43:02Z").at
    '2025-06-17T13:43:02+07:00'
    >>> from_iso("2026-01-08").at
    '2026-01-08'
    """
    value = value.strip()
    match = _DATES[3].match(value)
    day = _day(match) if match else None
    return _with_clock(value, match, day) if match and day else parse_date(value)


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    month = (groups.get("m") or groups.get("m2") or "").lower()
    number = int(month) if month.isdigit() else _NAMES.get(" ".join(month.split()), 0) or _english(month)
    year = int(groups["y"])
    year += 0 if year > 99 else (2000 if year < 70 else 1900)
    try:
        return date(year, number, int(groups.get("d") or groups.get("d2") or 0))
    except ValueError:
        return None


def _english(month: str) -> int:
    return _ENGLISH.index(month[:3]) + 1 if month[:3] in _ENGLISH else 0


def _with_clock(text: str, match: re.Match[str], day: date) -> Published:
    start, end = match.span()
    if _LABEL_BEFORE.search(text[:start]) and text[start : start + 4].lower() == "ngày":
        start += 4  # the word belongs to its label: "Đăng ngày", "Cập nhật vào ngày"
    iso = _ISO_T.match(text[match.end() :])
    if match.re is _DATES[3] and iso:
        return Published(_from_offset(day, iso), text[match.start() : match.end() + iso.end()].strip())
    before = _BEFORE.search(text[:start])
    start = before.start() if before else start
    clock = _clock_after(text, end) or _clock_before(text, start)
    if clock is None:
        end += _zone(text, end)
        return Published(day.isoformat(), _raw(text[start:end]))
    start, end = min(start, clock.start()), max(end, clock.end())
    if start == clock.start() and (weekday := _BEFORE.search(text[:start])):
        start = weekday.start()
    end += _zone(text, end)
    raw = _raw(text[start:end])
    return Published(f"{day.isoformat()}T{_time(clock)}+07:00", raw)


def _raw(text: str) -> str:
    text = text.strip(" ,|-–—")
    return text.lstrip("([ ") if ")" not in text and "]" not in text else text


def _zone(text: str, end: int) -> int:
    zone = _ZONE.match(text[end:])
    return zone.end() if zone else 0


def _clock_after(text: str, end: int) -> re.Match[str] | None:
    match = _CLOCK.search(text, end, end + 40)
    return match if match and _valid(match) and _JOIN.match(text[end : match.start()]) else None


def _clock_before(text: str, start: int) -> re.Match[str] | None:
    before = [m for m in _CLOCK.finditer(text, max(0, start - 60), start) if _valid(m)]
    if not before:
        return None
    between = re.sub(rf"{_WEEKDAY}|ngày|GMT\s*\+\s*7", "", text[before[-1].end() : start], flags=re.IGNORECASE)
    return before[-1] if _JOIN.match(between) else None


def _valid(clock: re.Match[str]) -> bool:
    return int(clock["h"]) < 24


def _time(clock: re.Match[str]) -> str:
    hour, half = int(clock["h"]), (clock["ap"] or "").lower().replace(".", "")
    if half in ("pm", "ch", "chiều", "tối") and hour < 12:
        hour += 12
    elif half in ("am", "sa") and hour == 12:
        hour = 0
    return f"{hour:02d}:{clock['min']:0>2}:{clock['s'] or '00'}"


def _from_offset(day: date, iso: re.Match[str]) -> str:
    hour, minute, second, off_h, off_m = iso.groups()
    offset = timedelta(hours=int(off_h), minutes=int(off_h[0] + off_m)) if off_h else None
    if offset is None:
        offset = timedelta(0) if iso[0].rstrip().endswith("Z") else timedelta(hours=7)
    try:
        moment = datetime(
            day.year, day.month, day.day, int(hour), int(minute), int(second or 0), tzinfo=timezone(offset)
        )
        return moment.astimezone(timezone(timedelta(hours=7))).isoformat()
    except (ValueError, OverflowError):
        return day.isoformat()
