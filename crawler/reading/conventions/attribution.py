"""Whom the portal credits for an article: "(Nguồn: Báo Nam Định)", "Theo TTXVN"."""

import re
from dataclasses import dataclass

from crawler.reading.conventions.bylines import is_name

_NGUON = re.compile(
    r"^[(\[]?\s*(?:nguồn(?:\s*(?:tin\s*bài|tin|bài\s*viết|bài|trích(?:\s*dẫn)?))?|(?:theo|dẫn|trích)\s*nguồn|(?:lược\s*)?(?:trích|dẫn)\s*(?:lại\s*)?từ|source)"
    r"\s*(?P<colon>[:：]|\s[-–]\s)?\s*<?(?P<name>.+?)>?\s*[)\]]?\s*\.?$",
    re.IGNORECASE,
)
_THEO = re.compile(
    r"^(?P<open>[(\[])?\s*(?:\((?:lược\s*)?(?:trích|dẫn)\)\s*)?(?:tổng\s*hợp\s*)?theo\s*(?P<colon>:)?\s*(?P<name>.+?)\s*[)\]]?\s*[./]*$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?<=[.!?…/”\"])\s*(?P<raw>[(\[]\s*(?:(?:nguồn|theo)\b)[^()]{2,120}(?:\([^()]*\))?[)\]])\s*\.?$", re.IGNORECASE
)
_WIDGET_TAIL = re.compile(
    r"\s*(?:copy\s*link|lấy\s*link!?|link\s*bài\s*gốc|sao\s*chép\s*liên\s*kết)\s*$", re.IGNORECASE
)
_MAX, _TAIL = 160, 40  # characters of an attribution, and of the widgets that may stand behind it
_FIRST = frozenset("([ntdls")  # the letters with which one begins
_SITE = re.compile(
    r"^(?:https?://)?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info))(?:/\S*)?$", re.IGNORECASE
)

_SENTENCE = re.compile(
    r"""[,;:]\s|\b(?:là|đã|sẽ|đang|được|bị|cho|khi|nếu|quy\s*định|cho\s*biết|thì|do|để|tại|ngày|tháng|năm|đó|số|mẫu|điều|khoản|dấu|kế\s*hoạch|quyết\s*định|
    nghị\s*quyết|chỉ\s*đạo|nhu\s*cầu|hướng\s*dẫn|đề\s*nghị|yêu\s*cầu|từng|các|những|vốn|thu|phát\s*tán|kinh\s*phí|ngân\s*sách|lực|gốc|cung|gửi|danh\s*sách|biểu|
    phụ\s*lục|thông\s*tư|nghị\s*định)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ISSUE = re.compile(
    r"\s*,?\s+(?:số\s+(?:ra\s+)?)?(?:ra\s+)?ngày\s+\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?$", re.IGNORECASE
)  # the day of the newspaper
_PERSON = re.compile(
    r"^(?P<name>[^/(]+?)\s*(?:/|\s[-–]\s|\()\s*(?P<house>[^/()]+)\)?$"
)  # "Thu Hà/Báo Nam Định": who wrote it there
_HYPHENED = re.compile(r"^(?P<name>[^/(-]+)-(?P<house>[^/()-]+)$")
_WAY = re.compile(r"\s*\((?:biên\s*dịch|tổng\s*hợp|lược\s*dịch|dịch|ghi)\)$", re.IGNORECASE)
_KINDS = ("báo ", "đài ", "cổng ", "tạp chí ", "trang ", "thông tấn xã ")
_NOT_NAMES = re.compile(r"^(?:internet|ảnh|sưu tầm|hình)\b", re.IGNORECASE)

# One name per house, whatever address or short form the portal writes for it.
_HOUSES = {
    "Báo Nam Định": "báo nam định|baonamdinh.vn|baonamdinh.com.vn|baonamdinh|báo nam định điện tử|báo nam định online|nam định online",
    "Báo Ninh Bình": "báo ninh bình|baoninhbinh.org.vn|báo ninh bình điện tử",
    "Báo Hà Nam": "báo hà nam|baohanam.com.vn|báo hà nam điện tử",
    "Báo Nhân Dân": "báo nhân dân|nhandan.vn|nhandan.com.vn|nhandan.org.vn|báo nhân dân điện tử|báo điện tử nhân dân",
    "TTXVN": "ttxvn|thông tấn xã việt nam|thông tấn xã việt nam (ttxvn)|ttxvn (thông tấn xã việt nam)",
    "VietnamPlus": "vietnamplus|vietnam+|vietnamplus.vn|www.vietnamplus.vn|báo điện tử vietnamplus",
    "VOV": "vov|vov.vn|vov news|báo điện tử vov",
    "VTV": "vtv|vtv.vn|báo điện tử vtv news|vtv news",
    "Báo Quân đội nhân dân": "báo quân đội nhân dân|qdnd.vn|qđnd|báo qđnd",
    "Báo Điện tử Đảng Cộng sản Việt Nam": "dangcongsan.vn|cpv.org.vn|báo điện tử đảng cộng sản việt nam|báo điện tử đcsvn|báo đcsvn",
    "Báo Điện tử Chính phủ": "baochinhphu.vn|báo điện tử chính phủ|báo chính phủ|baodientu.chinhphu.vn",
    "Chinhphu.vn": "chinhphu.vn|www.chinhphu.vn",
    "VGP": "vgp|vgp news",
    "Tuổi trẻ": "tuổi trẻ|tuoitre.vn|báo tuổi trẻ|tuổi trẻ online|tto",
    "Thanh niên": "thanhnien.vn|báo thanh niên",
    "Lao động": "laodong.vn|báo lao động",
    "Dân trí": "dân trí|dantri.com.vn|báo dân trí",
    "Vietnamnet": "vietnamnet|vietnamnet.vn|báo vietnamnet",
    "VnExpress": "vnexpress|vnexpress.net|báo vnexpress",
    "Hà Nội mới": "hanoimoi.com.vn|hanoimoi.vn|báo hà nội mới|hànộimới|hà nội mới",
    "Kinh tế và Đô thị": "kinh tế và đô thị|kinhtedothi.vn|ktdt.com.vn|báo kinh tế và đô thị|báo kinh tế & đô thị|kinh tế & đô thị",
}  # fmt: skip
_OTHERS = frozenset(  # known too, kept as written
    "tiền phong|người lao động|nlđo|sài gòn giải phóng|sggp|pháp luật tp.hcm|plo|công an nhân dân|cand|dân việt|vtc news|znews|cafef|"
    "kenh14|soha|genk|nông nghiệp việt nam|đại đoàn kết|an ninh thủ đô|gia đình và xã hội|phụ nữ việt nam|nhịp sống kinh tế|"
    "nhịp sống thị trường|thanh niên việt|đời sống pháp luật|tổ quốc|công lý".split("|")
)
_LONGEST = 80  # characters of a house's name, or of two
_SPELLINGS = {spelling: house for house, all_of in _HOUSES.items() for spelling in all_of.split("|")}


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom the article is credited to: `source` normalised, `raw` as written."""

    source: str
    raw: str


def parse_attribution(text: str) -> Attribution | None:
    """The attribution that a line is, or None for an ordinary sentence.

    >>> parse_attribution("(Nguồn: Báo Nam Định)")
    Attribution(source='Báo Nam Định', raw='(Nguồn: Báo Nam Định)')
    >>> parse_attribution("Nguồn: baonamdinh.vn").source, parse_attribution("Theo TTXVN").source
    ('Báo Nam Định', 'TTXVN')
    >>> parse_attribution("Trích từ <cafef.vn>").source, parse_attribution("Theo SJC,SBJ,BTMC").source
    ('cafef.vn', 'SJC,SBJ,BTMC')
    >>> parse_attribution("(Theo: https://www.apec2017.vn/ )").source
    'https://www.apec2017.vn/'
    >>> [parse_attribution(s) for s in ("Theo Bộ NN&PTNT, năm nay lúa được mùa", "(theo dấu bưu điện)", "(nguồn vốn vay ODA)", "Theo đó")]
    [None, None, None, None]
    """
    text = text.strip()
    if len(text) > _MAX + _TAIL or text[:1].lower() not in _FIRST:
        return None
    text = _WIDGET_TAIL.sub("", text)
    if len(text) > _MAX:
        return None
    match = _NGUON.match(text)
    bracketed = text.startswith(("(", "["))
    if match and (match["colon"] or _stands_alone(match["name"])):
        return _found(match["name"], text)
    match = _THEO.match(text)
    if match and (match["colon"] or _stands_alone(match["name"])) and (bracketed or not text.endswith((";", ","))):
        return _found(match["name"], text)
    return None


def parse_signed(text: str) -> tuple[str, Attribution] | None:
    """A signature that names the house it was taken from: (who signed, the attribution).

    >>> parse_signed("Vũ Toàn/VOV.VN")
    ('Vũ Toàn', Attribution(source='VOV', raw='Vũ Toàn/VOV.VN'))
    >>> parse_signed("PV-TTXVN")[1].source, parse_signed("Hồng Hà - Thu Trang")
    ('TTXVN', None)
    """
    text = text.strip()
    plain = _WAY.sub("", text)
    if len(text) > _MAX or "(" in plain:
        return None
    match = _PERSON.match(plain) or _HYPHENED.match(plain)
    house = match["house"].strip() if match else ""
    if not match or not is_name(match["name"]) or not (_known(house) or house.lower().startswith(_KINDS)):
        return None
    return match["name"].strip(), Attribution(normalise_source(house), text)


def trailing_attribution(text: str) -> tuple[str, Attribution] | None:
    """A bracketed attribution that ends a paragraph after its last sentence: (the paragraph without it, the attribution).

    >>> trailing_attribution("Lễ hội diễn ra đến hết tháng./. (Theo TTXVN)")
    ('Lễ hội diễn ra đến hết tháng./.', Attribution(source='TTXVN', raw='(Theo TTXVN)'))
    """
    match = _INLINE.search(text)
    found = parse_attribution(match["raw"]) if match else None
    return (text[: match.start()].rstrip(), found) if match and found else None


def normalise_source(name: str) -> str:
    """The house's one name; an unknown name as written.

    >>> normalise_source("www.baonamdinh.vn"), normalise_source("Trung tâm Văn hóa xã Giao Thịnh")
    ('Báo Nam Định', 'Trung tâm Văn hóa xã Giao Thịnh')
    """
    name = name.strip(" .")
    key = " ".join(name.lower().split())
    site = _SITE.match(key)
    return _SPELLINGS.get(key) or (_SPELLINGS.get(site["host"]) if site else None) or name


def _found(name: str, raw: str) -> Attribution | None:
    name = _ISSUE.sub("", name.strip(" :.-–"))
    name = name[1:-1] if name[:1] + name[-1:] in ('""', "“”") else name
    person = _PERSON.match(name)
    if person and is_name(person["name"]) and normalise_source(person["house"]) in _HOUSES:
        name = person["house"]
    if not name or _NOT_NAMES.match(name) or len(name) > 120:
        return None
    return Attribution(normalise_source(name), raw)


def _stands_alone(name: str) -> bool:
    """A name of a few words, capitalised or an address, and no part of a sentence."""
    first = name.strip(' ("“')[:1]
    person = _PERSON.match(name.strip(" ."))
    if person and is_name(person["name"]) and normalise_source(person["house"]) in _HOUSES:
        return True
    known = normalise_source(name) != name.strip(" .") or bool(_SITE.match(name.strip(" .").lower()))
    if known:
        return True
    if is_name(name):
        return True
    houses = re.split(r",\s*", name)
    if 1 < len(houses) <= 4 and all(
        h[:1].isupper() and len(h.split()) <= 3 and not _SENTENCE.search(h) for h in houses
    ):
        return True
    if name.lower().startswith(_KINDS):
        return len(name.split()) <= 16 and not re.search(r"[,;]\s", name)
    return first.isupper() and len(name.split()) <= 12 and not _SENTENCE.search(name)


def _known(house: str) -> bool:
    return normalise_source(house) in _HOUSES or house.lower() in _OTHERS


def bare_house(text: str) -> Attribution | None:
    """A line that is nothing but the name of a known house.

    >>> bare_house("TTXVN"), bare_house("Hồng Hà")
    (Attribution(source='TTXVN', raw='TTXVN'), None)
    >>> bare_house("(TTXVN/Vietnam+)").source
    'TTXVN/Vietnam+'
    """
    name = text.strip(" ().")
    if not 1 < len(name) <= _LONGEST:
        return None
    houses = [
        _SPELLINGS.get(key) or (part if key in _OTHERS else None)
        for part in re.split(r"\s*/\s*", name)
        for key in [" ".join(part.lower().split())]
    ]
    if not all(houses):
        return None
    return Attribution(houses[0] if len(houses) == 1 and houses[0] else name, text.strip())
