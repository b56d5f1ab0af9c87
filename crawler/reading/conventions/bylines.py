"""Who signed: names, desks, roles; and the portal's own accounts, which sign nothing."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

_LABEL = re.compile(
    r"""^(?P<label>(?:(?:tin|bài|tin\s*bài|ảnh|hình|clip|video|bài\s*viết|tin\s*,?\s*bài)\s*(?:,|và|&|-|\+|/)?\s*)+
    |tác\s*giả(?:\s*bài\s*viết)?|người\s*viết(?:\s*bài)?|nội\s*dung|tổng\s*hợp|thực\s*hiện|viết\s*bài|biên\s*soạn|biên\s*tập|người\s*đăng\s*tin|nhóm\s*(?:pv|phóng\s*viên)|pv|phóng\s*viên|ctv)\s*:\s*(?P<rest>.*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_BY = re.compile(
    r"^(?:(?:(?:phóng|ký)\s*sự|(?:bút|du)\s*ký|ghi\s*chép|tản\s*văn|tạp\s*(?:bút|văn)|(?:tùy|tuỳ)\s*bút|truyện\s*ngắn|thơ|bài)(?:\s*:|\s+của(?=\s))"
    r"|(?:(?:được\s*)?(?:viết|đăng|gửi)\s*)?bởi|written\s*by|posted\s*by|by)\s*:?\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_TRANSLATED = re.compile(r"^(?:translated\s*by|(?:người|biên)?\s*dịch\s*:)\s*\S", re.IGNORECASE)
_TRANSLATOR = re.compile(r"(?<=\S)\s*[-–—|,;/]?\s*(?:translated\s*by|(?:người|biên)\s*dịch\s*:)\s*\S.*$", re.IGNORECASE)
_BARE_LABEL = re.compile(r"^(?P<label>(?:bài|tin)\s*(?:,|và|&|-)\s*(?:ảnh|hình))\s+(?P<rest>.+)$", re.IGNORECASE)
_OTHER_WORK = re.compile(
    r"\s*[-–—;,|]\s*(?:ảnh|đồ\s*h(?:ọa|oạ)|video|clip|thiết\s*kế|trình\s*bày|kỹ\s*thuật|infographic)\s*:", re.IGNORECASE
)
_OTHER_WORK_ALONE = re.compile(
    r"^(?:(?:trình\s*bày|thiết\s*kế|đồ\s*h(?:ọa|oạ)|kỹ\s*thuật|dựng(?:\s*phim)?|video|clip|infographics?)(?:\s*(?:,|và|&|-|/)\s*)?)+\s*:\s*(?P<name>.+)$",
    re.IGNORECASE,
)
_DESKS = re.compile(
    r"""^(?:đảng\s*(?:ủy|uỷ|bộ)|phòng|ban|sở|văn\s*phòng|trung\s*tâm|chi\s*cục|cục|vụ|hội|đoàn|đài|công\s*an|tòa|toà|viện|ubnd|ub\s*mttq|nhóm|tổ|ủy\s*ban|trường|trạm|đội|hạt|bộ|ttyt|thanh\s*tra|tòa\s*soạn|toà\s*soạn
    |chi\s*đoàn|liên\s*đoàn|(?:tỉnh|huyện|thành|thị|quận|xã)\s*(?:đoàn|ủy|uỷ|hội)|thư\s*viện|bảo\s*tàng|bệnh\s*viện|mặt\s*trận|kho\s*bạc|cổng\s*(?:tt|thông))\s+\S""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_BRACKETS = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<role>[^()]{2,160})\)\s*\.?$")
_ABBREVIATED = re.compile(  # Nguyễn Văn Thành – TTKN; CCVH – Nguyễn Thị Nhàn
    r"^(?:(?P<name>[^()–—-]+?)\s[-–—]\s(?P<office>[A-ZĐ][A-ZĐ&]{3,9})|(?P<first>[A-ZĐ][A-ZĐ&]{3,9})\s[-–—]\s(?P<last>[^()–—-]+))$"
)
_BEHIND_DASH = re.compile(r"^(?P<name>[^()]+?)\s[-–—]\s*(?P<role>.{3,200})$")
_WAYS = re.compile(
    r"^(?:tổng\s*hợp|t/h|th|st|sưu\s*tầm|lược\s*(?:dịch|ghi|thuật)|ghi|biên\s*(?:dịch|tập|soạn)|dịch|thực\s*hiện|theo\b.*|trích\b.*)$",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"""\b(?:bí\s*thư|chủ\s*tịch|phó|trưởng|giám\s*đốc|ủy\s*viên|uỷ\s*viên|tuv|tvtu|uv|chánh|thư\s*ký|chuyên\s*viên|công\s*chức|viên\s*chức|giáo\s*viên|(?:tổng\s*)?phụ\s*trách|cộng\s*tác\s*viên|ctv|cán\s*bộ|phóng\s*viên|thạc\s*sĩ|tiến\s*sĩ|ths|ts|pgs|gs|
    đảng\s*ủy|sở|ban|phòng|trung\s*tâm|hội|đoàn|báo|đài|trường|công\s*an|ubnd|hđnd|huyện|tỉnh|xã|thành\s*phố|vụ|cục|văn\s*phòng|học\s*viện|viện|bệnh\s*viện|cdc)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ACCOUNT = re.compile(
    r"""^(?:admin|ad\smin|administrator|admin\sadmin|quan\stri(?:\svien|\she\sthong)?|quản\strị(?:\sviên)?|pho\sban\sbien\stap|ban\sbien\stap|bien\stap\svien|host|portal
    |editor|super\s?admin|test(?:\stest)?|user\d*|webmaster)$""",
    re.VERBOSE,
)
_SPOKEN_OF = re.compile(r"^(?:ông|bà)\s|^(?:anh|chị|em|cô|chú|bác|cụ)(?:\s\S+){3}", re.IGNORECASE)  # nobody signs so
_MAX_NAMES = 160
_MAX_LINE = 400
_MAX_ACCOUNT = 60  # characters
_NO_BYLINE = re.compile(
    r"\b(?:xem|chi\s*tiết|tại\s*đây|đính\s*kèm|file|tải|văn\s*bản|trân\s*trọng|hotline|điện\s*thoại|website|email|kèm\s*theo)\b",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(r"^(?:nguồn(?:\s*(?:tin|bài))?|source)\s*:\s*\S", re.IGNORECASE)
_PLACE_OR_DAY = re.compile(
    r"""^(?:(?:tp\.?|thành\s*phố|tỉnh)\s*)?(?:an\s*giang|bà\s*rịa(?:\s*-\s*vũng\s*tàu)?|bắc\s*(?:giang|kạn|ninh)|bạc\s*liêu|bến\s*tre|bình\s*(?:định|dương|phước|thuận)|cà\s*mau
    |cần\s*thơ|cao\s*bằng|đà\s*nẵng|đắk\s*(?:lắk|nông)|điện\s*biên|đồng\s*(?:nai|tháp)|gia\s*lai|hà\s*(?:giang|nam|nội|tĩnh)|hải\s*(?:dương|phòng)|hậu\s*giang|hồ\s*chí\s*minh
    |hòa\s*bình|hoà\s*bình|hưng\s*yên|khánh\s*hòa|khánh\s*hoà|kiên\s*giang|kon\s*tum|lai\s*châu|lâm\s*đồng|lạng\s*sơn|lào\s*cai|long\s*an|nam\s*định|nghệ\s*an
    |ninh\s*(?:bình|thuận)|phú\s*(?:thọ|yên)|quảng\s*(?:bình|nam|ngãi|ninh|trị)|sóc\s*trăng|sơn\s*la|tây\s*ninh|thái\s*(?:bình|nguyên)|thanh\s*hóa|thanh\s*hoá|huế
    |thừa\s*thiên\s*(?:-\s*)?huế|tiền\s*giang|trà\s*vinh|tuyên\s*quang|vĩnh\s*(?:long|phúc)|vũng\s*tàu|yên\s*bái|việt\s*nam|sài\s*gòn|thứ\s*(?:hai|ba|tư|năm|sáu|bảy|\d)|chủ\s*nhật)$""",
    re.IGNORECASE | re.VERBOSE,
)
_PICTURES = re.compile(  # a second signature, for the pictures: "Tin: X; Ảnh: Y"
    r"^(?P<text>.+?)\s*(?P<mark>[,;.]|\s[-–—|/])\s*(?:ảnh|hình)(?:\s*,?\s*(?:clip|video))?\s*:\s*(?P<pictures>[^:;]{2,60}?)(?:\s*;\s*[^:;]+:[^:;]+)*$",
    re.IGNORECASE,
)
_GATHERED = re.compile(
    r"^(?P<name>.+?)\s+(?P<way>tổng\s*hợp|sưu\s*tầm|thực\s*hiện|lược\s*(?:dịch|ghi|thuật)|biên\s*(?:dịch|soạn)|ghi)$",
    re.IGNORECASE,
)
_TEAM = re.compile(r"^nhóm\s*(?:pv|phóng\s*viên|ctv|cộng\s*tác\s*viên)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|;|&|\+|/|\s[-–—]\s|\bvà\b|(?<=\w)-(?=[^\W\d_]+\s))\s*")  # names that sign together
_SHORTENED = re.compile(
    r"^(?:[A-ZĐ][a-zđ]{0,2}\.\s?){1,2}[A-ZÀ-ỸĐ][^\W\d_]{1,7}(?:\s[A-ZÀ-ỸĐ][^\W\d_]{0,6}){0,2}$"
)  # Tr.Hằng, Q. Hưng
_HIGHLAND = re.compile(r"^(?:Y|H|K|[A-Z][a-z]?)['’]\s?[A-ZÀ-Ỹ][^\W\d_]+(?:\s[A-ZÀ-Ỹ][^\W\d_]+){0,2}$")  # K'Hoàng
_BRACKETS = re.compile(r"\(([^()]+)\)$")
_LONG = 10  # words: a longer line that tells something is a sentence
_PART = re.compile(  # of a document or a series: "Chương I", "Kỳ 2"
    r"^(?:chương|mục|phần|phụ\s*lục|điều|khoản|tiểu\s*mục|kỳ|bài|tập|số|hồi)\s+(?:[IVXLC]+|\d+|[A-Z])\b[.:]?",
    re.IGNORECASE,
)
_OF_MENU = re.compile(  # two words in capitals, as names are
    r"liên\s*hệ|giới\s*thiệu|trang\s*chủ|danh\s*mục|chuyên\s*mục|bài\s*viết|tin\s*tức|thông\s*(?:báo|tin)|dịch\s*vụ|sản\s*phẩm|hỏi\s*đáp"
    r"|tìm\s*kiếm|đăng\s*(?:nhập|ký)|bình\s*luận|hỗ\s*trợ|thư\s*viện|văn\s*bản|sự\s*kiện|thể\s*thao|giải\s*trí|kinh\s*tế|xã\s*hội|văn\s*hóa|pháp\s*luật",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"^(?:báo|đài|tạp\s*chí|cổng|trang|bản\s*tin|website|trường|sở|ubnd|hđnd|công\s*ty|phòng|trung\s*tâm|bệnh\s*viện|ủy\s*ban|uỷ\s*ban|huyện|tỉnh|xã|phường|thị\s*trấn|thành\s*phố)\s",
    re.IGNORECASE,
)  # no person, whatever its capitals
_VERB = re.compile(
    r"\b(?:đã|sẽ|đang|cho\s*biết|cho\s*hay|khẳng\s*định|nhấn\s*mạnh|phát\s*biểu|chia\s*sẻ|được|trước\s*khi|sau\s*khi|để)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(r'[:“"”]|\S(?:\s+\S+){15}')  # no office: who speaks, or a sentence's length
_DOTTED = re.compile(r"(?:[A-ZĐ]\.){2,4}$")  # H.V.
_END = re.compile(r"\s*\.?/\.?\s*$|\s*[.;]\s*$")
_DEGREES = re.compile(r"^(?:(?:tskh|pgs|gs|ts|ths|ncs|bs|ks)\s*[.,]\s*)+(?=\S)", re.IGNORECASE)  # PGS, TS. TRẦN VĂN ĐỨC
_TITLED = re.compile(
    r"""^(?:(?:đại|thượng|trung|thiếu|hạ)\s*(?:tướng|tá|úy|uý|sĩ)|phóng\s*viên|luật\s*sư|kỹ\s*sư|dược\s*sĩ|bác\s*sĩ|thạc\s*sĩ|tiến\s*sĩ|nghệ\s*nhân|nhà\s*(?:báo|văn|thơ|giáo)
    |(?:thầy|cô)\s*giáo|cựu\s*chiến\s*binh|đồng\s*chí|đ/c|ths|ts|pgs|gs|bs|ks|ls|pgs\.\s*ts)\.?\s+""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who signed; `text` tells that the author wrote the text, `credit` is whom the line names for the pictures."""

    author: str | None
    role: str | None = None
    text: bool = True
    credit: str | None = None


@lru_cache(maxsize=256)
def parse_byline(text: str, *, set_apart: bool) -> Byline | None:
    """The byline that a line is, or None. `set_apart`: the line is right-aligned or bold, so that a bare name is enough.

    >>> parse_byline("Bài, ảnh: Hồng Hà, Thu Trang", set_apart=False)
    Byline(author='Hồng Hà, Thu Trang', role=None, text=True, credit='Hồng Hà, Thu Trang')
    >>> parse_byline("Tin: Hồng Hà; Ảnh: Thu Trang", set_apart=False)
    Byline(author='Hồng Hà', role=None, text=True, credit='Thu Trang')
    >>> parse_byline("Phạm Linh (tổng hợp)", set_apart=True)
    Byline(author='Phạm Linh', role='tổng hợp', text=True, credit=None)
    >>> parse_byline("Vũ Văn A - TUV, Bí thư Đảng ủy Khối", set_apart=False).role
    'TUV, Bí thư Đảng ủy Khối'
    >>> parse_byline("Chi tiết xem file đính kèm./.", set_apart=True) is None
    True
    """
    if len(text) > _MAX_LINE:
        return None
    text = _bare(text)
    inner = _BRACKETS.match(text)
    if inner and (set_apart or is_name(inner[1])):
        text, set_apart = inner[1].strip(), True
    if not text or len(text) > 220 or is_account(text) or text.lower().startswith("theo "):
        return None
    two = _PICTURES.match(text)
    if two and (":" in two["text"] or (two["mark"] != "." and not _LABEL.match(f"{two['text']}:"))):
        byline = parse_byline(two["text"], set_apart=set_apart)
        if byline and byline.text:
            return replace(byline, credit=two["pictures"].strip(" ."))
    labelled = _LABEL.match(text)
    if labelled is None and (bare := _BARE_LABEL.match(text)) and bare["rest"].isupper() and is_name(bare["rest"]):
        labelled = bare
    if labelled:
        return _labelled(labelled["label"], labelled["rest"])
    return _unlabelled(text, set_apart=set_apart)


def _unlabelled(text: str, *, set_apart: bool) -> Byline | None:
    text = _TRANSLATOR.sub("", text)
    if _TRANSLATED.match(text):
        return Byline(None, text=False)
    if by := _BY.match(text):
        return Byline(by["rest"]) if is_name(by["rest"]) else None
    if _NO_BYLINE.search(text) or (not set_apart and len(text.split()) > _LONG and _VERB.search(text)):
        return None
    gathered = _GATHERED.match(text)
    if gathered and is_name(gathered["name"]):
        return Byline(gathered["name"], gathered["way"])
    name, role = _split_role(text)
    if role and len(text.split()) > _LONG and _VERB.search(role):
        return None
    if _signs(name, set_apart=set_apart or (role is not None and is_name(name))):
        return Byline(name, role)
    return None


def _bare(text: str) -> str:
    """A line without the marks round it; the dots of initials are theirs."""
    text = text.strip(" `'\"*•|/")
    return text if _DOTTED.match(text) else _END.sub("", text).strip()


def is_other_work(text: str) -> bool:
    """Whether a line signs neither text nor pictures: layout, drawings, film.

    >>> is_other_work("Trình bày: Hữu Lộc"), is_other_work("Ảnh: Hữu Lộc"), is_other_work("Video: người dân dọn bùn sau lũ")
    (True, False, False)
    """
    work = _OTHER_WORK_ALONE.match(text)
    return work is not None and is_name(work["name"].strip(" ."))


def has_label(text: str) -> bool:
    """Whether a line begins with the label of a signature or an attribution.

    >>> has_label("Tác giả: Hồng Hà"), has_label("Nguồn tin : TTXVN"), has_label("Hồng Hà")
    (True, True, False)
    """
    return bool(_LABEL.match(text) or _SOURCE_LABEL.match(text))


def is_desk(text: str) -> bool:
    """Whether a line names a department, a desk or a station.

    >>> is_desk("Ban Thời sự"), is_desk("Trạm Y tế xã"), is_desk("Hồng Hà")
    (True, True, False)
    """
    return bool(_DESKS.match(text)) and len(text.split()) <= 14 and not re.search(r"[.:;!?]", text)


def is_office(text: str) -> bool:
    """Whether a line tells an office: "TUV, Bí thư Đảng ủy Khối", "Chi cục Thú y".

    >>> is_office("Phó Giám đốc Sở Y tế"), is_office("Hồng Hà"), is_office("Chủ tịch tỉnh cho biết đã họp.")
    (True, False, False)
    """
    told = _TELLS.search(text) or _VERB.search(text) or text.endswith((".", ";", ":"))
    return text[:1].isupper() and not told and bool(_OFFICE.search(text) or is_desk(text))


def is_way(role: str) -> bool:
    """Whether what stands behind a name tells how the text was made: "tổng hợp", "lược dịch"."""
    return bool(_WAYS.match(role.strip()))


def is_account(text: str) -> bool:
    """Whether a line is the account that entered the article: it signs nothing.

    >>> is_account("admin admin"), is_account("Pho Ban bien tap"), is_account("Ad Min"), is_account("Thu Lan")
    (True, True, True, False)
    """
    return len(text) <= _MAX_ACCOUNT and bool(_ACCOUNT.match(text.strip(" .:-").lower()))


def is_place_or_day(text: str) -> bool:
    """Capitalised words that are no person: provinces and cities, weekdays.

    >>> is_place_or_day("Hà Nội"), is_place_or_day("Thứ Năm"), is_place_or_day("Hồng Hà")
    (True, True, False)
    """
    return bool(_PLACE_OR_DAY.match(text.strip(" ,.-")))


def is_name(text: str) -> bool:
    """Whether a text reads as personal names: two to five capitalised syllables each, separated by commas, dashes or "và".

    >>> [is_name(t) for t in ("Hồng Hà, Thu Trang", "THỦY THANH - MAI QUANG", "Nguyễn Thị Thanh Nga", "P.Y")]
    [True, True, True, True]
    >>> is_name("PGS, TS. TRẦN VĂN ĐỨC"), is_name("TS. Trường Đại học Vinh")
    (True, False)
    >>> is_name("Phát biểu tại hội nghị"), is_name("Hà")
    (False, False)
    """
    text = _DEGREES.sub("", text)
    if len(text) > _MAX_NAMES or not text[:1].isupper() or _HOUSE.match(text) or _SPOKEN_OF.match(text):
        return False
    if _PART.match(text) or _OF_MENU.fullmatch(text):
        return False
    if text.isupper() and _OFFICE.search(text):
        return False
    parts = [p.strip() for p in _BETWEEN.split(text) if p.strip()]
    return 0 < len(parts) <= 6 and all(map(_one_name, parts)) and (len(parts) > 1 or len(parts[0]) > 1)


def _one_name(part: str) -> bool:
    if _initials(part) or _TEAM.match(part) or _SHORTENED.match(part):
        return True
    if _HIGHLAND.match(part):
        return True
    syllables = _TITLED.sub("", part).split()
    if not 2 <= len(syllables) <= 5 or len(part) > 40:
        return False
    return all(_syllable(s) for s in syllables)


def _initials(part: str) -> bool:
    letters = part.replace(".", "").replace(" ", "")
    return letters.isalpha() and letters.isupper() and len(letters) <= 4 and max(map(len, part.split())) <= 4


def _syllable(word: str) -> bool:
    letters = [c for c in word if c not in ".-'’"]
    return (
        bool(letters)
        and letters[0].isupper()
        and all(unicodedata.category(c)[0] == "L" for c in letters)
        and len(letters) <= 8
    )


def _split_role(text: str) -> tuple[str, str | None]:
    if abbreviated := _ABBREVIATED.match(text):
        name, office = abbreviated["name"] or abbreviated["last"], abbreviated["office"] or abbreviated["first"]
        if is_name(name) and not name.isupper():
            return name, office
    bracketed = _IN_BRACKETS.match(text)
    match = bracketed or _BEHIND_DASH.match(text)
    if _DESKS.match(text) and not text.endswith(")") and not (match and is_name(match["name"])):
        return text, None
    if not match:
        name, comma, rest = text.partition(", ")
        office = comma and is_name(name) and not is_name(rest) and _OFFICE.search(rest) and not _TELLS.search(rest)
        return (name, rest) if office else (text, None)
    role = match["role"]
    if is_name(text) and not bracketed:
        return text, None
    if _WAYS.match(role.strip()) or _OFFICE.search(role) or bracketed:
        return match["name"].strip(), role.strip()
    return text, None


def _signs(name: str, *, set_apart: bool) -> bool:
    if is_name(name):
        return set_apart or len(name.split()) <= 8
    return set_apart and bool(_DESKS.match(name)) and len(name.split()) <= 14 and not re.search(r"[.:;!?]\s", name)


def _labelled(label: str, rest: str) -> Byline | None:
    label = " ".join(label.lower().split())
    pictures = bool(re.search(r"ảnh|hình", label))
    text = bool(re.search(r"bài|tin|tác|người|nội|tổng|thực|viết|biên|nhóm|pv|phóng|ctv", label))
    rest = rest.strip(" .;")
    if not pictures:
        rest = _OTHER_WORK.split(rest)[0].strip()
    if not rest or len(rest) > 120 or is_account(rest):
        return Byline(None, None, text=text) if is_account(rest) or not rest else None
    name, role = _split_role(rest)
    if len(name.split()) > 14:
        return None
    return Byline(name, role, text=text, credit=name if pictures else None)
