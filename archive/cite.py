"""An article as a bibliography takes it: biblatex, RIS, CSL-JSON. A Vietnamese name is one string in all of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from archive import articles, captures
from archive.vietnamese import WORD, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from sqlite3 import Connection

    from archive.models import Capture

LANGUAGE = "vi"
PORTALS = "congtin.portals"  # entry points: functions that return portals by name, each with a `title`
_PRESS = ("Báo ", "Tạp chí ")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says. `published` as in FIELDS.md; `captured_at` and `digest` are those of the bytes it was read from.

    `newspaper`: `portal` is the name of a newspaper or a journal, and not of an office.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    published: str | None
    portal: str
    newspaper: bool
    section: str | None
    source: str | None
    url: str
    captured_at: str
    digest: str

    @property
    def note(self) -> str:
        """What lets anyone tell, years later, whether a copy is the one that was cited."""
        credited = f"; credited to {self.source}" if self.source and self.source != self.portal else ""
        return f"Archived capture {self.captured_at}, {self.digest}{credited}"


def cite(conn: Connection, wanted: Iterable[int | str], style: str = "bibtex", version: int | None = None) -> str:
    """The citations of articles, by id or address, in one of STYLES; with `version` as they were then. Raises NotFound."""
    rows = (articles.article(conn, id_or_url) for id_or_url in wanted)
    cited = {row["id"]: row if version is None else articles.version(row, version) for row in rows}
    return STYLES[style]([reference(row, captures.get(conn, row["capture_id"])) for row in cited.values()])


def reference(row: dict[str, Any], capture: Capture) -> Reference:
    """What to cite of an article, or a version of it, and the capture that it was read from."""
    portal, newspaper = _portal(row)
    return Reference(
        key=_key(row),
        authors=authors(row["author"]),
        title=_line(row["title"]),
        published=row["published_at"],
        portal=portal,
        newspaper=newspaper,
        section=_line(row["section"]) or None,
        source=_line(row["source"]) or None,
        url=address(row["url"]),
        captured_at=capture.fetched_at,
        digest=capture.payload_digest,
    )


def _key(row: dict[str, Any]) -> str:
    """A name for the entry; an earlier version has one of its own, so that both can stand in one bibliography."""
    earlier = f"-v{row['revision']}" if row["revision"] < len(row["revisions"]) else ""
    return re.sub(r"[^A-Za-z0-9.-]", "_", f"{row['portal']}-{row['id']}{earlier}")


def _portal(row: dict[str, Any]) -> tuple[str, bool]:
    """The name of the portal, and whether it is a newspaper: by its title, else because it credits itself in its own name."""
    host = urlsplit(row["url"]).hostname or row["portal"]
    named = "." not in row["portal"]  # one crawled by its address alone is named by its host
    title, source = _titles().get(row["portal"]) if named else None, _line(row["source"])
    if title:
        return title, title.startswith(_PRESS)
    if source.startswith(_PRESS) and "".join(WORD.findall(fold(source))).lower() in host.split("."):
        return source, True
    return host, False


def portal_title(name: str) -> str:
    """What the portal of this name calls itself, where it is known; else the name."""
    return _titles().get(name, name)


@cache
def _titles() -> dict[str, str]:
    """The titles of the portals that are known by name, from whoever knows portals; the archive does not."""
    found = (point.load()() for point in entry_points(group=PORTALS))
    return {name: portal.title for portals in found for name, portal in portals.items()}


# How desks, offices and agencies begin their names; where a pen name may begin so too, the next syllable decides.
_DESK = re.compile(
    r"(?:ban(?! mai\b)|bộ|báo|bệnh viện|chi (?:bộ|cục|đoàn|hội|nhánh)|cổng|công an|công ty|cục|đài (?:phát|pt\w*|truyền)"
    r"|đảng|đoàn (?:đại|khối|thanh|tncs)|hội|huyện|kho bạc|liên (?:đoàn|hiệp|minh)|mặt trận|nhóm|phòng|quỹ|sở|tạp chí"
    r"|thanh tra|thành (?:đoàn|phố|ủy|uỷ)|tỉnh|tòa|toà|tổ|trung tâm|trường (?:cao|chính|đại|mầm|thcs|thpt|tiểu|trung)"
    r"|ủy ban|uỷ ban|ubnd|hđnd|mttq|văn phòng|viện|xã)\b",
    re.IGNORECASE,
)
# What a person is: after a comma it belongs to the name before it.
_ROLE = re.compile(
    r"(?:(?:phó|quyền|nguyên|tổng) )*(?:bộ |cục |chi cục |hiệu |thứ |viện )?"
    r"(?:giám đốc|chủ (?:nhiệm|tịch)|bí thư|biên tập|chánh (?:án|thanh|văn)|trưởng\b)"
    r"|(?:tỉnh )?(?:ủy|uỷ) viên|phóng viên|cộng tác viên|đại biểu",
    re.IGNORECASE,
)
# Where someone writes from, at the end of a byline; some are names of people too, but not after another name and a dash.
_PLACES = frozenset(
    """an giang|bà rịa vũng tàu|bạc liêu|bắc giang|bắc kạn|bắc ninh|bến tre|bình định|bình dương|bình phước|bình thuận|cà mau
    |cần thơ|cao bằng|đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương
    |hải phòng|hậu giang|hòa bình|huế|hưng yên|khánh hòa|kiên giang|kon tum|lai châu|lâm đồng|lạng sơn|lào cai|long an|nam định
    |nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng|sơn la|tây ninh
    |thái bình|thái nguyên|thanh hóa|thừa thiên huế|tiền giang|hồ chí minh|trà vinh|tuyên quang|vĩnh long|vĩnh phúc|yên bái
    """.replace("\n", "")
    .replace("  ", "")
    .split("|")
)
_OF_PLACE = re.compile(r"^(?:tp|thành phố|tỉnh)\b\.?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+[-–—]\s+|\s+và\s+")


def authors(byline: str | None) -> tuple[str, ...]:
    """Those who signed, each name whole. Several only where the byline itself sets them apart; a desk is one author.

    >>> authors("Hồng Hà, Thu Trang"), authors("Nguyễn Văn A - Trần Thị B và Lê C"), authors("Vũ Hữu Thi")
    (('Hồng Hà', 'Thu Trang'), ('Nguyễn Văn A', 'Trần Thị B', 'Lê C'), ('Vũ Hữu Thi',))
    >>> authors("Trung tâm Văn hóa, Thể thao và Du lịch"), authors("Phòng Quản lý Báo chí – Xuất bản"), authors(None)
    (('Trung tâm Văn hóa, Thể thao và Du lịch',), ('Phòng Quản lý Báo chí – Xuất bản',), ())
    """
    whole = _line(byline)
    listed: list[str] = []
    for piece in filter(None, (part.strip() for part in re.split("[,;]", whole))):
        names = _names(piece)
        if names or not listed:
            listed += names or [piece]
        else:
            listed[-1] += f", {piece}"
    return tuple(listed) if all(map(_names, listed)) else (whole,)


def _names(piece: str) -> list[str]:
    """The names between two commas; none when it is no name at all, like a role, or the rest of an office's."""
    parts = [piece] if _DESK.match(piece) else _BETWEEN.split(piece)
    if parts[1:] and _OF_PLACE.sub("", parts[-1]).lower() in _PLACES:
        return []
    return parts if all(_is_name(part) for part in parts) else []


def _is_name(text: str) -> bool:
    words = text.split()
    if _ROLE.match(text):
        return False
    return bool(_DESK.match(text)) or (0 < len(words) <= 6 and all(word[0].isupper() for word in words))


def is_person(author: str) -> bool:
    """Whether a name out of `authors` is that of a person, and not of an office, an agency or a desk.

    >>> [is_person(name) for name in ("Hồng Hà", "Sở Y tế", "TTXVN", "theo lời kể của ông A")]
    [True, False, False, False]
    """
    return _is_name(author) and not _DESK.match(author) and (" " in author or not author.isupper())


def address(url: str) -> str:
    """The address with what would end a field, or a line, written as percent signs and digits."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def _line(text: str | None) -> str:
    """The text on one line, without control characters: no field of a title may begin another one."""
    folded = " ".join((text or "").split())
    return "".join(letter for letter in folded if letter >= " " and not "\x7f" <= letter <= "\x9f")


_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    **{letter: f"\\{letter}" for letter in "%&$#_"},
}
_LONE = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # BibTeX counts braces, escaped ones too
_LIGATURE = re.compile(r"([-'<>,?!])(?=\1)")  # two of them become another letter in TeX


def bibtex(references: Sequence[Reference]) -> str:
    """Entries for biblatex, UTF-8: @article where a newspaper published it, else @online."""
    return "\n".join(map(_bibtex, references))


def _bibtex(cited: Reference) -> str:
    where = "journaltitle" if cited.newspaper else "organization"
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in cited.authors),
        "title": f"{{{_latex(cited.title)}}}",  # in two pairs of braces no style changes its capitals
        "date": cited.published,
        where: f"{{{_latex(cited.portal)}}}",
        "url": cited.url.replace("{", "%7B").replace("}", "%7D"),
        "urldate": cited.captured_at[:10],
        "language": LANGUAGE,
        "langid": "vietnamese",
        "note": _latex(cited.note),
    }
    lines = "".join(f"  {name:12} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'article' if cited.newspaper else 'online'}{{{cited.key},\n{lines}}}\n"


def _latex(text: str) -> str:
    letters = _LATEX if _is_balanced(text) else _LATEX | _LONE
    escaped = "".join(letters.get(letter, letter) for letter in text)
    return _LIGATURE.sub(r"\1{}", escaped)


def _is_balanced(text: str) -> bool:
    depths = list(accumulate((letter == "{") - (letter == "}") for letter in text))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def ris(references: Sequence[Reference]) -> str:
    """RIS records; lines end in CR LF, as the format wants."""
    return "".join(f"{tag}  - {value}\r\n" for cited in references for tag, value in _ris(cited))


def _ris(cited: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS" if cited.newspaper else "ELEC"
    yield "ID", cited.key
    for name in cited.authors:
        yield "AU", name.replace(", ", " – ")  # after a comma readers look for a given name
    yield "TI", cited.title
    yield "T2", cited.portal
    if cited.published:
        yield "PY", cited.published[:4]
        yield "DA", cited.published[:10].replace("-", "/") + "/" + cited.published[11:]
    yield "UR", cited.url
    yield "Y2", cited.captured_at[:10].replace("-", "/") + "/" + cited.captured_at[11:]
    yield "LA", LANGUAGE
    yield "N1", cited.note
    yield "ER", ""


def csl_json(references: Sequence[Reference]) -> str:
    """A CSL-JSON list."""
    return json.dumps([_csl(cited) for cited in references], ensure_ascii=False, indent=2) + "\n"


def _csl(cited: Reference) -> dict[str, Any]:
    item = {
        "id": cited.key,
        "type": "article-newspaper" if cited.newspaper else "webpage",
        "author": [{"literal": name} for name in cited.authors],
        "title": cited.title,
        "container-title": cited.portal,
        "section": cited.section,
        "issued": cited.published and _date_parts(cited.published),
        "accessed": _date_parts(cited.captured_at),
        "URL": cited.url,
        "language": LANGUAGE,
        "note": cited.note,
    }
    return {name: value for name, value in item.items() if value}


def _date_parts(stamp: str) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in stamp[:10].split("-")]]}


STYLES: dict[str, Callable[[Sequence[Reference]], str]] = {"bibtex": bibtex, "ris": ris, "csl-json": csl_json}
