"""Captions and the credits that end them."""

import re

from crawler.reading.conventions.bylines import is_name

_LABEL = (
    r"(?:(?:bài|tin|video|clip)\s*(?:,|và|&|-|/)\s*)?"
    r"(?:nguồn\s*(?:ảnh|hình)?|ảnh(?:\s*(?:tư\s*liệu|minh\s*h(?:ọa|oạ)|chụp|tl))?|minh\s*h(?:ọa|oạ)|hình(?:\s*ảnh)?|photo|đồ\s*họa|đồ\s*hoạ|infographic|video|clip)"
)
_BRACKETED = re.compile(
    rf"[(\[]\s*({_LABEL})\s*(?P<mark>[:;.]|\s(?=[^\W\d_]))\s*(?P<name>[^()]*(?:\([^()]*\)[^()]*)*)[)\]]\s*[.…]*$",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"[(\[]\s*(?P<name>ảnh\s*tư\s*liệu\b[^()]*)[)\]]\s*\.?$", re.IGNORECASE)
_BARE = re.compile(
    rf"(?:^|(?<=[.!?…”\"')\]])\s*|\s[-–—|/]\s*|[/_]|\s(?=(?-i:[A-ZẢĐ])))({_LABEL})\s*(?P<mark>:)\s*(?P<name>(?:(?-i:[A-ZĐ][a-zđ]{{0,2}}\.\s)){{0,2}}[^.:;!?]{{1,70}}?(?:\.[^.:;!?\s]{{1,30}})*)\s*\.?$",
    re.IGNORECASE,
)
_UNMARKED = re.compile(r"(?<=[.!?…”\"')\]])\s+Ảnh\s+(?P<name>[^.:;!?]{5,40})\.?$")  # "… đến xem. Ảnh Trọng Đức."
_CODE = re.compile(r"\(\s*(?P<name>[A-ZĐ](?:\.?[A-ZĐ&+]){1,9}\.?)\s*\)\s*\.?$")
_NUMBERED = re.compile(
    r"[(\[]\s*ảnh\s*\d{1,2}\s*[-–:.]\s*(?P<name>[^()]+?)\s*[)\]]\s*\.?$", re.IGNORECASE
)  # (Ảnh 1 - Huy Kiên)
_INITIALS = re.compile(r"(?:^|\s)(?:[A-ZĐ]\.){1,3}[A-ZĐ]$")  # T.T.D.
_SOURCE_IN = re.compile(r"(?:^|[;,.\s])nguồn\s*(?:ảnh)?\s*:\s*", re.IGNORECASE)
_NO_NAME = re.compile(r"^(?:minh\s*h(?:ọa|oạ)|trên|dưới|trái|phải|giữa|bên|chụp|tư\s*liệu)\b", re.IGNORECASE)
_FROM_FILES = re.compile(r"^tư\s*liệu\b", re.IGNORECASE)
_CREDIT_LINE = re.compile(rf"^[(\[]?\s*{_LABEL}\s*:", re.IGNORECASE)


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Caption and credit of the text under a picture; None for what it does not have.

    >>> split_credit("Thành phố Nam Định hôm nay. (Ảnh: Viết Dư)")
    ('Thành phố Nam Định hôm nay.', 'Viết Dư')
    >>> split_credit("Các đại biểu tại hội nghị. Ảnh: Phú Khánh - ANTĐ")
    ('Các đại biểu tại hội nghị.', 'Phú Khánh - ANTĐ')
    >>> split_credit("Ảnh minh họa (Nguồn: Internet)")
    ('Ảnh minh họa', 'Internet')
    >>> split_credit("Toàn cảnh buổi lễ (Ảnh Lê Hải).")
    ('Toàn cảnh buổi lễ', 'Lê Hải')
    >>> split_credit("Bến cũ (Ảnh tư liệu; nguồn: http://a.vn/x)")
    ('Bến cũ', 'http://a.vn/x')
    >>> split_credit("Lãnh đạo xã thăm mô hình (ảnh trên)")
    ('Lãnh đạo xã thăm mô hình (ảnh trên)', None)
    >>> split_credit("Hang đá thu hút nhiều người đến xem. Ảnh Trọng Đức.")
    ('Hang đá thu hút nhiều người đến xem.', 'Trọng Đức')
    >>> split_credit("Chờ rút tiền từ máy ATM_Ảnh: H.THÚY"), split_credit("Chợ Bến Thành - Ảnh: T.T.D.")
    (('Chờ rút tiền từ máy ATM', 'H.THÚY'), ('Chợ Bến Thành', 'T.T.D.'))
    >>> split_credit("Ảnh: TTXVN")
    (None, 'TTXVN')
    >>> split_credit("Ảnh: Lãnh đạo huyện trao cờ lưu niệm cho các đoàn")
    ('Lãnh đạo huyện trao cờ lưu niệm cho các đoàn', None)
    """
    text = text.strip()
    for pattern in (_ARCHIVE, _NUMBERED, _BRACKETED, _BARE, _UNMARKED, _CODE):
        match = pattern.search(text)
        if match and (name := _name(match)):
            caption = _caption(text[: match.start()])
            if caption is None and match.re is _BARE and not _may_credit(name):
                return name, None  # "Ảnh: Quang cảnh buổi lễ" tells what it shows
            return caption, name
    return text or None, None


def _may_credit(name: str) -> bool:
    """Whether what stands behind a label names somebody: capitals throughout, a house, an address, a word or two."""
    plain = name.lower()
    house = "." in name or plain.startswith(
        ("báo ", "đài ", "ttxvn", "internet", "tư liệu", "sưu tầm", "facebook", "cổng ")
    )
    words = [w for w in re.split(r"[\s,&/+–-]+", name) if w and w != "và"]
    return (
        house
        or len(words) <= 2
        or all(w[0].isupper() or w[0].isdigit() for w in words)
        or "do " in plain
        or "cung cấp" in plain
    )


def is_credit_line(text: str) -> bool:
    """Whether a line is nothing but a credit.

    >>> is_credit_line("Ảnh: Hồng Hà"), is_credit_line("Ảnh hưởng của bão số 3")
    (True, False)
    """
    return bool(_CREDIT_LINE.match(text)) and split_credit(text)[0] is None


def _caption(text: str) -> str | None:
    text = text.strip()
    while text.endswith((" -", " –", " |", " /", " (")) or text in ("-", "–", "("):
        text = text[:-1].rstrip()
    return text or None


def _name(match: re.Match[str]) -> str | None:
    name = match["name"].strip(" .;,")
    if _INITIALS.search(name) and match.string[match.end("name") :].startswith("."):
        name += "."
    source = _SOURCE_IN.search(name)
    if source:
        name = name[source.end() :].strip()
    if match.re is _BRACKETED and match["mark"].isspace():
        return name if _reads_as_name(name) else None
    if match.re is _UNMARKED:
        return name if is_name(name) else None
    no_name = _NO_NAME.match(name) and not (source or (":" in match[0] and _FROM_FILES.match(name)))
    return None if no_name else name or None


def _reads_as_name(name: str) -> bool:
    return (
        bool(name)
        and (name[0].isupper() or name.lower().startswith(("sưu tầm", "internet")))
        and not _NO_NAME.match(name)
    )
