"""Citations, read back by the tools that will read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from archive.cite import STYLES, Reference, address, authors, bibtex, cite, csl_json, reference, ris
from archive.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive
    from archive.models import Capture

HOSTILE = (
    r"{Lũ} } về {{ \input{/etc/passwd} 50% & $5 #1 a_b ~ ^ `x` ''y'' --z-- << >> ?` ?? \textbf{",
    "Hai dòng\n@online{khác,\r\n title = {x}}\nER  - \nTY  - JOUR",
    'Ông "A" nói: “được”, «vâng», \'ừ\', </script><script>alert(1)</script> <i>x</i>',
    "مرحبا بكم \u202eחדשות\u202c ở Nam Định \u2028 \u0085 \x00\x07\x1b[31m đỏ",
    "%", "\\", "{", "}", "}{", "--", "@", ",", "=", "#",
)  # fmt: skip


def one(**fields: Any) -> Reference:
    known: dict[str, Any] = {
        "key": "namdinh-7",
        "authors": ("Nguyễn Văn A",),
        "title": "Nam Định mở hội",
        "published": "2023-05-29T08:15:00+07:00",
        "portal": "Cổng thông tin điện tử tỉnh Nam Định",
        "newspaper": False,
        "section": "Tin tức",
        "source": None,
        "url": "https://namdinh.gov.vn/tin?id=7&x=%20_#~y",
        "captured_at": "2023-06-02T18:00:00Z",
        "digest": "sha256:" + "0a" * 32,
    }
    return Reference(**{**known, **fields})


def titled(title: str) -> Reference:
    """A reference made as the archive makes it, of an article with that title."""
    row = {"id": 7, "portal": "x.vn", "url": "https://x.vn/7", "title": title, "published_at": "2023-05-29"}
    row |= dict.fromkeys(("author", "source", "section")) | {"revision": 1, "revisions": [{}]}
    return reference(row, _capture())


def _capture() -> Capture:
    from archive.models import Capture

    return Capture(
        1, "<urn:x>", "https://x.vn/7", "article", 200, "text/html", "2023-06-02T18:00:00Z", "sha256:0a", "x", 0, 1
    )


def on_one_line(title: str) -> str:
    return "".join(c for c in " ".join(title.split()) if c >= " " and not "\x7f" <= c <= "\x9f")


def texed(value: str) -> str:
    """LaTeX as a reader sees it; pylatexenc does not know the macros for lone braces, and takes ^ for another letter."""
    context = get_default_latex_context_db()
    letters = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context.add_context_category("letters", macros=[MacroTextSpec(*pair) for pair in letters.items()], prepend=True)
    return LatexNodes2Text(latex_context=context, strict_latex_spaces=True).latex_to_text(value)


def bibtexparsed(text: str) -> Any:
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    return library.entries


def test_bibtex_says_what_to_cite() -> None:
    [entry] = bibtexparsed(bibtex([one(authors=("Hồng Hà", "Trung tâm Văn hóa, Thể thao và Du lịch"))]))
    assert (entry.entry_type, entry.key) == ("online", "namdinh-7")
    fields = {name: field.value for name, field in entry.fields_dict.items() if name != "author"}
    assert fields == {
        "title": "{Nam Định mở hội}",
        "date": "2023-05-29T08:15:00+07:00",
        "organization": "{Cổng thông tin điện tử tỉnh Nam Định}",
        "url": "https://namdinh.gov.vn/tin?id=7&x=%20_#~y",
        "urldate": "2023-06-02",
        "language": "vi",
        "langid": "vietnamese",
        "note": "Archived capture 2023-06-02T18:00:00Z, sha256:" + "0a" * 32,
    }
    names = [(name.first, name.von, name.last, name.jr) for name in entry["author"]]
    assert names == [([], [], ["{Hồng Hà}"], []), ([], [], ["{Trung tâm Văn hóa, Thể thao và Du lịch}"], [])]


def test_pybtex_splits_no_name() -> None:
    text = bibtex([one(authors=("Nguyễn Văn A", "Sở Thông tin và Truyền thông", "Phòng Báo chí, Xuất bản"))])
    people = parse_string(text, "bibtex").entries["namdinh-7"].persons["author"]
    assert [(person.first_names, person.last_names) for person in people] == [
        ([], ["{Nguyễn Văn A}"]),
        ([], ["{Sở Thông tin và Truyền thông}"]),
        ([], ["{Phòng Báo chí, Xuất bản}"]),
    ]


def test_a_newspaper_is_cited_as_one() -> None:
    paper = one(newspaper=True, portal="Báo Nam Định điện tử", published=None, authors=())
    [entry] = bibtexparsed(bibtex([paper]))
    assert entry.entry_type == "article"
    assert entry["journaltitle"] == "{Báo Nam Định điện tử}"
    assert {"organization", "date", "author"}.isdisjoint(entry.fields_dict)
    assert json.loads(csl_json([paper]))[0]["type"] == "article-newspaper"
    assert rispy.loads(ris([paper]))[0]["type_of_reference"] == "NEWS"


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_come_back_in_every_style(title: str) -> None:
    check_round_trip(title)


@settings(deadline=None)  # pylatexenc takes its time
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_title_comes_back_in_every_style(title: str) -> None:
    check_round_trip(title)


def check_round_trip(title: str) -> None:
    cited = [titled(title), one(key="sau")]
    expected = on_one_line(title)
    first, after = bibtexparsed(bibtex(cited))
    assert texed(first["title"]) == expected
    assert (after.key, after["title"]) == ("sau", "{Nam Định mở hội}")
    assert list(parse_string(bibtex(cited), "bibtex").entries) == ["x.vn-7", "sau"]
    records = rispy.loads(ris(cited))
    assert [record.get("title", "") for record in records] == [expected.strip(), "Nam Định mở hội"]
    assert [item.get("title", "") for item in json.loads(csl_json(cited))] == [expected, "Nam Định mở hội"]


def test_ris_says_the_same() -> None:
    [record] = rispy.loads(ris([one(authors=("Hồng Hà", "Trung tâm Văn hóa, Thể thao và Du lịch"), source="TTXVN")]))
    assert record == {
        "type_of_reference": "ELEC",
        "id": "namdinh-7",
        "authors": ["Hồng Hà", "Trung tâm Văn hóa – Thể thao và Du lịch"],
        "title": "Nam Định mở hội",
        "secondary_title": "Cổng thông tin điện tử tỉnh Nam Định",
        "year": "2023",
        "date": "2023/05/29/08:15:00+07:00",
        "urls": ["https://namdinh.gov.vn/tin?id=7&x=%20_#~y"],
        "access_date": "2023/06/02/18:00:00Z",
        "language": "vi",
        "notes": ["Archived capture 2023-06-02T18:00:00Z, sha256:" + "0a" * 32 + "; credited to TTXVN"],
    }


def test_citeproc_prints_whole_names() -> None:
    source = CiteProcJSON(json.loads(csl_json([one(authors=("Nguyễn Văn A", "Trung tâm Văn hóa, Thể thao"))])))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem("namdinh-7")]))
    [printed] = bibliography.bibliography()
    assert str(printed) == (
        "Nguyễn Văn A and Trung tâm Văn hóa, Thể thao (2023) Nam Định mở hội, Cổng thông tin điện tử tỉnh Nam Định."
        " Available at: https://namdinh.gov.vn/tin?id=7&x=%20_#~y (Accessed: June 2, 2023)."
    )


def test_csl_json_says_the_same() -> None:
    [item] = json.loads(csl_json([one()]))
    assert item == {
        "id": "namdinh-7",
        "type": "webpage",
        "author": [{"literal": "Nguyễn Văn A"}],
        "title": "Nam Định mở hội",
        "container-title": "Cổng thông tin điện tử tỉnh Nam Định",
        "section": "Tin tức",
        "issued": {"date-parts": [[2023, 5, 29]]},
        "accessed": {"date-parts": [[2023, 6, 2]]},
        "URL": "https://namdinh.gov.vn/tin?id=7&x=%20_#~y",
        "language": "vi",
        "note": "Archived capture 2023-06-02T18:00:00Z, sha256:" + "0a" * 32,
    }


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        (None, ()),
        ("Nguyễn Văn A", ("Nguyễn Văn A",)),
        ("Hồng Hà, Thu Trang; PV", ("Hồng Hà", "Thu Trang", "PV")),
        ("Hồng Hà - Thu Trang và Lê C", ("Hồng Hà", "Thu Trang", "Lê C")),
        ("Thu-Trang", ("Thu-Trang",)),
        ("Trường Thanh – Ban Mai", ("Trường Thanh", "Ban Mai")),
        ("Đoàn Văn Hậu và nhóm PV", ("Đoàn Văn Hậu", "nhóm PV")),
        ("Sở Thông tin và Truyền thông", ("Sở Thông tin và Truyền thông",)),
        ("Phòng Quản lý Báo chí – Xuất bản", ("Phòng Quản lý Báo chí – Xuất bản",)),
        ("Trung tâm Văn hóa, Thể thao và Du lịch", ("Trung tâm Văn hóa, Thể thao và Du lịch",)),
        (
            "Hồng Hà, Trung tâm Văn hóa, Thể thao và Du lịch",
            ("Hồng Hà", "Trung tâm Văn hóa, Thể thao và Du lịch"),
        ),
        ("Hồng Hà, Sở Y tế", ("Hồng Hà", "Sở Y tế")),
        ("Ủy ban Mặt trận Tổ quốc, Đoàn Thanh niên", ("Ủy ban Mặt trận Tổ quốc", "Đoàn Thanh niên")),
        ("Hồng Hà, tổng hợp", ("Hồng Hà, tổng hợp",)),
        ("Hồng Hà, phóng viên thường trú", ("Hồng Hà, phóng viên thường trú",)),
        ("theo lời kể của ông A và bà B", ("theo lời kể của ông A và bà B",)),
        ("VŨ HỮU THI, GIÁM ĐỐC SỞ", ("VŨ HỮU THI, GIÁM ĐỐC SỞ",)),
        ("Vũ Hữu Thi, Phó Chủ tịch UBND tỉnh", ("Vũ Hữu Thi, Phó Chủ tịch UBND tỉnh",)),
        ("Vũ Hữu Thi, Bộ trưởng Bộ Y tế", ("Vũ Hữu Thi, Bộ trưởng Bộ Y tế",)),
        ("Hồng Hà, Ban Biên tập", ("Hồng Hà", "Ban Biên tập")),
        ("Phó Đức Phương, Hồng Hà", ("Phó Đức Phương", "Hồng Hà")),
        ("Nguyễn Thị Minh Khai - Hà Nội", ("Nguyễn Thị Minh Khai - Hà Nội",)),
        ("Hồng Hà – TP. Hồ Chí Minh", ("Hồng Hà – TP. Hồ Chí Minh",)),
        ("Thái Bình", ("Thái Bình",)),
        ("Hồng Hà, Thái Bình", ("Hồng Hà", "Thái Bình")),
        (" , ", ()),
        ("", ()),
    ],
)
def test_bylines_are_taken_apart_only_where_they_say_so(byline: str | None, names: tuple[str, ...]) -> None:
    assert authors(byline) == names


@given(st.text())
def test_a_byline_loses_no_letter(byline: str) -> None:
    kept = "".join(authors(byline))
    assert set(on_one_line(byline)) - set(kept) <= set(" ,;-–—và")


def test_an_address_cannot_leave_its_field() -> None:
    evil = 'https://x.vn/a}, note = {x\\y "z" <b>\r\nER  - đ'
    assert address("https://x.vn/a?b=1&c=%20[1]#d~e") == "https://x.vn/a?b=1&c=%20[1]#d~e"
    [entry] = bibtexparsed(bibtex([one(url=address(evil))]))
    assert entry["url"] == "https://x.vn/a%7D,%20note%20=%20%7Bx%5Cy%20%22z%22%20%3Cb%3E%0D%0AER%20%20-%20%C4%91"
    assert entry["note"].startswith("Archived capture")


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_the_capture_cited_is_the_one_it_was_read_from(archive: Archive, desk: Any) -> None:
    story = desk.Story("https://namdinh.gov.vn/1", author="Hồng Hà, Thu Trang", source="Báo Nam Định")
    desk.keep(story)
    first = archive.article(1)
    desk.capture(story.url, b"mot trang khac")  # seen later, and not what the article was read from
    [entry] = bibtexparsed(cite(archive.db.conn, [1]))
    [read_from] = [capture for capture in first["captures"] if capture["id"] == first["capture_id"]]
    assert entry["urldate"] == read_from["fetched_at"][:10]
    assert entry["note"] == (
        f"Archived capture {read_from['fetched_at']}, {read_from['payload_digest']}; credited to Báo Nam Định"
    )
    assert entry["organization"] == "{Cổng thông tin điện tử tỉnh Nam Định}"


@pytest.mark.parametrize(
    ("portal", "url", "source", "name", "newspaper"),
    [
        ("baonamdinh", "https://baonamdinh.vn/1", None, "Báo Nam Định điện tử", True),
        ("namdinh", "https://namdinh.gov.vn/1", "Báo Nam Định", "Cổng thông tin điện tử tỉnh Nam Định", False),
        ("baoninhbinh.org.vn", "https://baoninhbinh.org.vn/1", "Báo Ninh Bình", "Báo Ninh Bình", True),
        ("baoninhbinh.org.vn", "https://baoninhbinh.org.vn/1", "Báo Hà Nam", "baoninhbinh.org.vn", False),
        ("diembaoninhbinh.vn", "https://diembaoninhbinh.vn/1", "Báo Ninh Bình", "diembaoninhbinh.vn", False),
        ("x.vn_8080", "https://x.vn:8080/1", "TTXVN", "x.vn", False),
    ],
)
def test_who_published_it(portal: str, url: str, source: str | None, name: str, newspaper: bool) -> None:
    row = {"id": 1, "portal": portal, "url": url, "title": "x", "published_at": None, "source": source}
    row |= {"revision": 1, "revisions": [{}]}
    cited = reference(row | {"author": None, "section": None}, _capture())
    assert (cited.portal, cited.newspaper) == (name, newspaper)
    assert ("credited to" in cited.note) == (source is not None and source != name)


def test_the_command_cites_by_id_and_address_in_the_order_asked(desk: Any, congtin: Callable[..., Result]) -> None:
    desk.articles("Một", "Hai", "Ba")
    second = desk.archive.article(2)["url"]
    result = congtin("cite", 3, second, 2, 1)
    assert result.exit_code == 0
    assert [entry["title"] for entry in bibtexparsed(result.stdout)] == ["{Ba}", "{Hai}", "{Một}"]
    assert [item["title"] for item in json.loads(congtin("cite", 1, 2, "--style", "csl-json").stdout)] == ["Một", "Hai"]
    assert congtin("cite", 1, "--style", "ris").stdout_bytes.endswith(b"ER  - \r\n")


def test_the_command_cites_an_earlier_version(desk: Any, congtin: Callable[..., Result]) -> None:
    for title in ("Bản đầu", "Bản sau"):
        desk.keep(desk.Story("https://x.vn/1", title))
    [earlier] = json.loads(congtin("cite", 1, "--version", 1, "--style", "csl-json").stdout)
    [newest] = json.loads(congtin("cite", 1, "--version", 2, "--style", "csl-json").stdout)
    captures = desk.archive.article(1)["captures"]
    for number, (item, title) in enumerate(((earlier, "Bản đầu"), (newest, "Bản sau"))):
        told = captures[number]
        assert (item["title"], item["note"]) == (
            title,
            f"Archived capture {told['fetched_at']}, {told['payload_digest']}",
        )
    assert (earlier["id"], newest["id"]) == ("namdinh-1-v1", "namdinh-1")
    assert congtin("cite", 1, "--version", 2).stdout == congtin("cite", 1).stdout
    missing = congtin("cite", 1, "--version", 3)
    assert (missing.exit_code, missing.stderr) == (2, "Article 1 has no version 3, only 1 to 2.\n")
    desk.articles("Bài khác")
    many = congtin("cite", 1, 2, "--version", 1)
    assert (many.exit_code, many.stderr) == (2, "--version is of one article; name one alone.\n")


def test_the_command_tells_what_it_cannot_cite(desk: Any, congtin: Callable[..., Result]) -> None:
    desk.articles("Một")
    result = congtin("cite", 1, 99)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "The archive has no article 99; `congtin search` finds ids and addresses.\n"
    assert congtin("cite").exit_code == 2
    assert congtin("cite", 1, "--style", "apa").exit_code == 2
    assert set(STYLES) == {"bibtex", "ris", "csl-json"}
