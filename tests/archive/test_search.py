"""Finding: with and without diacritics, by our command and by stock tools, whatever is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive import Archive
from archive.query import FIELDS, Term, compile_match, parse
from archive.search import _ranks, _Speller
from archive.snippets import snippet
from archive.vietnamese import WORD, fold, other_spelling

if TYPE_CHECKING:
    from pathlib import Path

NAM_DINH, BAC, BAC_TIEN, HOA, HOA_NEW, NAM_NAM, THUY, PHO = range(1, 9)


STORIES: list[dict[str, Any]] = [
    {
        "title": "Nam Định mở hội làng",
        "body": ("Hội kéo dài ba ngày.",),
        "author": "Hồng Hà, Thu Trang",
        "source": "Báo Nam Định",
    },
    {"title": "Lời dặn của bác Tư", "body": ("Bác Tư kể chuyện xưa.",), "published_at": "2023-06-01"},
    {"title": "Giá bạc tăng nhẹ", "body": ("Một lạng bạc thêm hai nghìn đồng.",), "published_at": "2023-06-02"},
    {"title": "Hòa giải ở thôn", "lead": "Tổ hòa giải họp.", "body": ("Mọi người vui vẻ.",), "published_at": None},
    {"title": "Vườn hoà nhạc", "body": ("Đêm nhạc hoà chung tiếng sáo.",), "published_at": "2024-01-01T00:00:00+07:00"},
    {"title": "Năm đình cổ được tu sửa", "body": ("Quyết định được ký hôm qua.",), "source": "TTXVN"},
    {"title": "Trạm bơm Giao Thủy", "body": ("Công ty thuỷ nông vận hành.",)},
    {"title": "Thành phố và các phố cổ", "body": ("Đường phố thành hàng cây.",)},
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, desks: Any) -> Iterator[Archive]:
    """The stories, their ids the constants above."""
    with Archive(tmp_path_factory.mktemp("kho") / "a", create=True) as archive:
        desk = desks(archive)
        for n, fields in enumerate(STORIES, 1):
            pictures = (desk.Image("i", "Trạm bơm nhìn từ bờ đê.", "Quốc Khánh"),) if n == THUY else ()
            section = "Tin tức" if n % 2 else "Văn hóa – Thể thao"
            desk.keep(desk.Story(f"https://x.vn/{n}", images=pictures, **fields), section=section)
        desk.writer.close()
        yield archive


def found(archive: Archive, query: str, **filters: Any) -> set[int]:
    ids = {hit.id for hit in archive.search(query, **filters)}
    assert archive.count(query, **filters) == len(ids)
    return ids


WORDS: list[tuple[str, set[int]]] = [
    ("nam dinh", {NAM_DINH, NAM_NAM}),  # năm đình too: a plain word stands for all
    ("Nam Định", {NAM_DINH, NAM_NAM}),  # the Nam is plain; định stands in "Quyết định"
    ("NAM ĐỊNH", {NAM_DINH, NAM_NAM}),
    ("bạc", {BAC_TIEN}),
    ("bác", {BAC}),
    ("bac", {BAC, BAC_TIEN}),
    ("bắc", set()),
    ("hoà", {HOA, HOA_NEW}),
    ("hòa", {HOA, HOA_NEW}),
    ("hoa", {HOA, HOA_NEW}),
    ("hóa", set()),
    ("thủy", {THUY}),
    ("thuỷ", {THUY}),
    ("dong", {BAC_TIEN}),
    ("đồng", {BAC_TIEN}),
    ("hon", set()),
    ("hom", {NAM_NAM}),
]


@pytest.mark.parametrize(("typed", "ids"), WORDS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words(shelf: Archive, typed: str, ids: set[int], form: Any) -> None:
    assert found(shelf, normalize(form, typed)) == ids


@pytest.mark.parametrize(("typed", "ids"), WORDS)
def test_stock_tools_find_the_same_with_nothing_of_ours(shelf: Archive, typed: str, ids: set[int]) -> None:
    assert {row["id"] for row in sqlite_utils_search(shelf.path, typed)} == ids


@pytest.mark.parametrize("typed", ['"lang hoi"', '"ngay hong"', '"ha thu trang bao nam"', '"thuy cong"'])
def test_no_phrase_goes_from_one_field_into_the_next_by_stock_tools(shelf: Archive, typed: str) -> None:
    assert sqlite_utils_search(shelf.path, typed) == []
    assert len(sqlite_utils_search(shelf.path, '"thu trang"')) == 1


def sqlite_utils_search(folder: Path, query: str) -> list[dict[str, Any]]:
    """The command `sqlite-utils search`, in a Python that cannot import a line of ours."""
    code = "import sys; sys.modules.update(archive=None, crawler=None); from sqlite_utils.cli import cli; cli()"
    command = [sys.executable, "-I", "-c", code, "search", str(folder / "archive.db"), "articles", query]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ('"Nam Định"', {NAM_DINH}),
        ('"nam dinh"', {NAM_DINH, NAM_NAM}),
        ('"nam đình"', {NAM_NAM}),  # the plain nam stands for năm
        ('"năm dinh"', {NAM_NAM}),
        ('"định nam"', set()),
        ('"hoà giải"', {HOA}),
        ('"giao thuy"', {THUY}),
        ('"giao thuỷ"', {THUY}),
        ('"thành pho"', {PHO}),
        ('"pho thành hang"', {PHO}),
        ('"bờ de"', {THUY}),
        ('"thanh phố hàng"', set()),
        ('"lang hoi"', set()),  # the headline ends, the text begins
        ('"làng hoi"', set()),
        ('"ngay hong ha"', set()),
        ('"trang bao"', set()),
        ('"thon to"', set()),
        ("dinh -nam", set()),
        ("nam -định", set()),
        ('nam -"Nam Định"', {NAM_NAM}),
        ("-nam -hoa", {BAC, BAC_TIEN, THUY, PHO}),
        ("-(nam OR hoa)", {BAC, BAC_TIEN, THUY, PHO}),
        ("bạc OR hoà", {BAC_TIEN, HOA, HOA_NEW}),
        ("bạc OR -a", {1, 2, 3, 4, 5, 6, 7, 8}),
        ("(bac OR hoa) (mot OR tieng)", {BAC_TIEN, HOA_NEW}),
        ("title:hoà", {HOA, HOA_NEW}),
        ("title:nhac", {HOA_NEW}),
        ("lead:hoa", {HOA}),
        ("body:hoa", {HOA_NEW}),
        ("title:dinh", {NAM_DINH, NAM_NAM}),
        ("body:dinh", {NAM_NAM}),
        ("title:định", {NAM_DINH}),
        ('title:"nam dinh"', {NAM_DINH, NAM_NAM}),
        ('source:"bao nam dinh"', {NAM_DINH}),
        ('author:"thu trang"', {NAM_DINH}),
        ("captions:bo", {THUY}),
        ("captions:khanh", {THUY}),
        ("thuy*", {THUY}),
        ("thuỷ*", {THUY}),
        ("din*", {NAM_DINH, NAM_NAM}),
        ("đị*", {NAM_DINH, NAM_NAM}),
        ("đình*", {NAM_NAM}),
        ("title:địn*", {NAM_DINH}),
        ("title:din*", {NAM_DINH, NAM_NAM}),
        ("title:(hoà OR bac)", {HOA, HOA_NEW, BAC, BAC_TIEN}),
        ("khong-co", set()),
        ("", set()),
        ("!!!", set()),
    ],
)
def test_queries(shelf: Archive, typed: str, ids: set[int]) -> None:
    assert found(shelf, typed) == ids
    assert found(shelf, normalize("NFD", typed)) == ids


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"date_from": "2023-06-01"}, {BAC, BAC_TIEN, HOA_NEW}),
        ({"date_to": "2023-06-01"}, {NAM_DINH, BAC, NAM_NAM, THUY, PHO}),
        ({"date_from": "2023-06-01", "date_to": "2023-06-01"}, {BAC}),
        ({"date_to": "2024-01-01", "date_from": "2024-01-01"}, {HOA_NEW}),
        ({"date_from": "2024-01-02"}, set()),
        ({"date_to": "9999-12-31"}, {1, 2, 3, 5, 6, 7, 8}),
        ({"portal": "namdinh"}, {1, 2, 3, 4, 5, 6, 7, 8}),
        ({"portal": "ninhbinh"}, set()),
        ({"source": "báo nam định"}, {NAM_DINH}),
        ({"source": "Bao Nam Dinh"}, {NAM_DINH}),
        ({"source": "Nam Định"}, set()),
        ({"source": "ttxvn"}, {NAM_NAM}),
        ({"section": "van hoá the thao"}, {2, 4, 6, 8}),
        ({"section": "Văn hóa"}, set()),
        ({"author": "thu trang"}, {NAM_DINH}),
        ({"author": "Hồng Hà"}, {NAM_DINH}),
        ({"author": "Hà Thu Trang"}, {NAM_DINH}),
        ({"author": "Trang Thu"}, set()),
        ({"source": ""}, set()),
    ],
)
def test_filters(shelf: Archive, filters: dict[str, Any], ids: set[int]) -> None:
    assert found(shelf, "-khôngcóchữnày", **filters) == ids
    everything = "a* OR b* OR c* OR d* OR đ* OR g* OR h* OR l* OR m* OR n* OR t* OR v*"
    assert found(shelf, everything, **filters) == ids


def order(archive: Archive, query: str) -> list[str]:
    return [hit.title for hit in archive.search(query)]


def test_the_title_ranks_before_the_lead_before_the_rest(archive: Archive, desk: Any) -> None:
    for n in range(3):
        desk.keep(desk.Story(f"https://x.vn/{n}", f"Ba {n}", body=("bão " * 50,)))
    desk.keep(desk.Story("https://x.vn/b", "Hai", lead="Tin bão."))
    desk.keep(desk.Story("https://x.vn/c", "Một cơn bão"))
    for query in ("bão", "bao", "bão -lụt", "bão OR lụt", '"bao"', "bao title:mot OR bao"):
        titles = order(archive, query)
        assert titles[:2] == ["Một cơn bão", "Hai"], query
        assert {title[:2] for title in titles[2:]} == {"Ba"}


def test_the_spelling_typed_ranks_before_those_it_stands_for(archive: Archive, desk: Any) -> None:
    desk.articles("Chùa Hoà", "Chùa Hòa", "Chùa Hoa", "Chùa Hóa", "Chùa Hoa Hoa Hoa và rất nhiều chữ khác nữa")
    assert order(archive, "hoa")[:2] == ["Chùa Hoa Hoa Hoa và rất nhiều chữ khác nữa", "Chùa Hoa"]
    assert order(archive, "hoà") == ["Chùa Hoà", "Chùa Hòa"]
    assert order(archive, "hòa") == ["Chùa Hòa", "Chùa Hoà"]
    assert order(archive, "chua hoa")[-1] != "Chùa Hoa"


LONG = "Chủ tịch tỉnh kiểm tra công trình cầu vượt sông Đào trước ngày thông xe"


@pytest.mark.parametrize("typed", [LONG, fold(LONG), f"{LONG} -lụt", LONG.replace(" tra", " title:tra")])
def test_a_whole_headline_finds_its_article_first(archive: Archive, desk: Any, typed: str) -> None:
    desk.keep(desk.Story("https://x.vn/1", "Ba", body=(f"{LONG}. " * 30,), published_at="2025-01-01"))
    desk.keep(desk.Story("https://x.vn/2", "Hai tra", lead=f"{LONG}, theo tin của tỉnh.", published_at="2024-01-01"))
    desk.keep(desk.Story("https://x.vn/3", LONG, published_at="2020-01-01", body=("Bài khác hẳn. " * 400,)))
    if "title:" in typed:
        assert order(archive, typed) == [LONG, "Hai tra"]
    else:
        assert order(archive, typed) == [LONG, "Hai tra", "Ba"]


def test_the_spelling_typed_counts_where_the_hit_stands(archive: Archive, desk: Any) -> None:
    desk.keep(desk.Story("https://x.vn/1", "Giá bác", lead="Bac.", body=("bac " * 40,), published_at="2025-01-01"))
    desk.keep(desk.Story("https://x.vn/2", "Giá bac rất dài, dài hơn tựa kia nhiều lắm", published_at="2020-01-01"))
    desk.keep(desk.Story("https://x.vn/3", "Ba", lead="Bác, bác.", body=("bac " * 40,), published_at="2025-01-01"))
    desk.keep(desk.Story("https://x.vn/4", "Bốn", lead="Lời dẫn dài có chữ bac ở sau cùng", published_at="2020-01-01"))
    assert [hit.id for hit in archive.search("bac")] == [2, 1, 4, 3]


def test_what_can_be_spelt_in_one_way_alone_is_not_looked_up_once_more_as_typed(archive: Archive, desk: Any) -> None:
    desk.articles("Chùa Keo", "Chùa Hòa", "Chùa Hoa", "Nghĩa Hưng")
    told = {"keo": False, "ngh*": False, "nghia": False, "hoa": True, "hoà": True, "keo OR hoa": True}
    for query, asked in told.items():
        node = parse(query)
        assert node is not None
        assert (_ranks(node, _Speller(archive.db.conn))["exact_title"] != '""') == asked, query
    assert order(archive, "nghia") == ["Nghĩa Hưng"]


def test_a_long_text_with_the_spelling_typed_ranks_before_a_short_one_full_of_others(
    archive: Archive, desk: Any
) -> None:
    desk.keep(desk.Story("https://x.vn/1", "Một", body=("hòa " * 30,)))
    desk.keep(desk.Story("https://x.vn/2", "Hai", body=("hoa " + "chữ khác " * 400,)))
    for n in range(3, 9):
        desk.keep(desk.Story(f"https://x.vn/{n}", "Không có gì", body=("Chữ khác.",)))
    assert order(archive, "hoa") == ["Hai", "Một"]


def test_a_page_of_hits(shelf: Archive) -> None:
    whole = [hit.id for hit in shelf.search("-x")]
    assert [shelf.search("-x", limit=1, offset=n)[0].id for n in range(8)] == whole
    assert whole[0] == HOA_NEW  # the newest first where nothing ranks
    assert shelf.search("-x", offset=8) == []


@pytest.mark.parametrize("typed", ["nam", "hội", "-nam", "title:nam", "sông OR làng"])
def test_pages_far_down_go_on_where_the_first_ones_ended(archive: Archive, desk: Any, typed: str) -> None:
    for number in range(260):
        title, lead = ("Nam" if number % 3 else "Năm"), ("Hội năm nay" if number % 2 else None)
        headline = f"{title if number % 5 == 0 else 'Tin'} {number}"
        body = ("Nam hội bên sông. " * (number % 4 + 1) + "Làng.",)
        desk.keep(desk.Story(f"https://x.vn/{number}", headline, lead=lead, body=body))
    every = [hit.id for hit in archive.search(typed, limit=1000)]
    assert len(every) == len(set(every)) == archive.count(typed)
    assert [hit.id for at in range(0, 261, 20) for hit in archive.search(typed, limit=20, offset=at)] == every


def test_a_hit_tells_what_a_reader_needs(shelf: Archive) -> None:
    [hit] = shelf.search('"Nam Định"')
    assert (hit.id, hit.url, hit.title) == (NAM_DINH, "https://x.vn/1", "Nam Định mở hội làng")
    assert (hit.published_at, hit.portal, hit.section) == ("2023-05-29T08:15:00+07:00", "namdinh", "Tin tức")
    assert (hit.author, hit.source) == ("Hồng Hà, Thu Trang", "Báo Nam Định")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("bac", "**Bác** Tư kể chuyện xưa."),
        ("hoa", "Đêm nhạc **hoà** chung tiếng sáo."),
        ("hòa", "Đêm nhạc **hoà** chung tiếng sáo."),
        ("lang dong", "Một **lạng** bạc thêm hai nghìn **đồng**."),
        ('"lang bac"', "Một **lạng bạc** thêm hai nghìn đồng."),
        ("title:hoi ngay", "Hội kéo dài ba **ngày**."),
        ('"nam định" làng', "**Nam Định** mở hội **làng**"),  # nothing in the text: the headline shows it
        ("khanh", "Trạm bơm nhìn từ bờ đê. Quốc **Khánh**"),
        ('"thu trang"', "Hồng Hà, **Thu Trang**"),
        ("ngh*", "Một lạng bạc thêm hai **nghìn** đồng."),
        ("-nam dong", "Một lạng bạc thêm hai nghìn **đồng**."),
    ],
)
def test_snippets_show_the_true_text_with_the_hit_marked(shelf: Archive, typed: str, shown: str) -> None:
    assert shown in [hit.snippet for hit in shelf.search(typed)]


def test_marks_are_the_callers_choice(shelf: Archive) -> None:
    assert shelf.search("bạc", marks=("<b>", "</b>"))[0].snippet == "Một lạng <b>bạc</b> thêm hai nghìn đồng."


def test_a_snippet_is_where_most_of_the_words_stand_together() -> None:
    far = "Bão. " + "Chuyện khác không liên quan gì. " * 20
    near = far + "Cơn bão số ba gây lụt lớn ở vùng ven biển. " + "Chuyện khác không liên quan gì. " * 20
    shown = snippet({"lead": "Tin bão.", "body": near}, [Term(("bao",)), Term(("lut",))])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "Cơn **bão** số ba gây **lụt** lớn" in shown
    assert len(shown) < 200
    assert snippet({"body": far}, [Term(("lut",))]).startswith("Bão. Chuyện")
    assert snippet({"lead": None, "body": ""}, [Term(("lut",))]) == ""
    assert snippet({}, []) == ""
    assert snippet({"body": normalize("NFD", "Ở Nam Định.")}, [Term(("định",))]) == "Ở Nam **Định**."


def test_every_hit_that_is_shown_is_lit() -> None:
    text = (
        "Chuyện đê, kể dài dòng mãi. " * 9
        + "Lúc đầu có đê; rồi bão về làng và lụt lên, "
        + "chữ khác " * 9
        + "vỡ đê, bão, lụt."
    )
    wanted = [Term(("bao",)), Term(("lut",)), Term(("de",))]
    shown = snippet({"body": text + " Hết chuyện. " * 20}, wanted)
    assert len(shown.replace("**", "")) < 200
    assert "có **đê**; rồi **bão** về" in shown
    for word in ("đê", "bão", "lụt"):
        assert shown.count(word) == shown.count(f"**{word}**") > 0, shown
    ends = snippet({"body": "Bão, lụt. " + "Chữ khác " * 13 + "đê bão. " + "Chữ khác " * 30}, wanted[:2])
    assert ends.count("**bão**") == ends.count("bão") == 1
    assert snippet({"body": "Ở Nam Định."}, [Term(("nam",)), Term(("nam", "dinh"))]) == "Ở **Nam Định**."
    assert snippet({"body": "Ở Nam Định xưa."}, [Term(("nam", "dinh")), Term(("dinh", "xua"))]) == "Ở **Nam Định xưa**."


@settings(deadline=None)
@given(st.text(max_size=400), st.lists(st.text(alphabet="abđàoòa", min_size=1, max_size=2), max_size=3))
def test_a_snippet_is_a_piece_of_the_text(text: str, typed: list[str]) -> None:
    terms = [Term((word,), prefix=True) for word in typed]
    shown = snippet({"body": text}, terms, ("", ""))
    line = " ".join(normalize("NFC", text).split())
    assert shown.strip("…") in line or "…" in line


# Words of the shelf in any spelling, the signs of the query language, and anything else that a keyboard has.
PIECES = st.sampled_from(
    [
        "nam",
        "Định",
        "hoà",
        "hòa",
        "bac",
        "thành",
        "pho",
        "title:",
        "author:",
        "body:",
        '"',
        "(",
        ")",
        "-",
        "*",
        " OR ",
        " AND ",
        " NOT ",
        " ",
        "NEAR(",
        "^",
        "+",
        "{",
        "}",
        ":",
        "'",
        "\\",
        "\x00",
        "Đi\u0323nh",
    ]
)


TYPED = 10_000 if os.environ.get("CONGTIN_SLOW") else 300
MOST_STEPS = 20_000_000  # of SQLite's machine


@settings(max_examples=TYPED, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join)))
@example('NEAR("nam" "dinh", 5)')
@example("title : nam")
@example("nam dinh " * 300)
@example('"' + "nam dinh hoa bac pho " * 20 + 'Định"')
@example("\ud800 nam")
@example("(" * 300 + "nam")
def test_whatever_is_typed_is_no_error(shelf: Archive, typed: str) -> None:
    steps = count(1)
    conn = shelf.db.conn
    conn.set_progress_handler(lambda: next(steps) * 1000 > MOST_STEPS, 1000)
    try:
        hits = shelf.search(typed)
        assert shelf.count(typed) == len(hits)
    finally:
        conn.set_progress_handler(None, 0)
    if parse(typed) is None:
        assert hits == []


SYLLABLES = st.builds(
    lambda head, vowel, tail: head + vowel + tail,
    st.sampled_from(["", "b", "đ", "d", "ng", "ngh", "th", "h", "t", "x", "kr"]),
    st.sampled_from(
        "a ă â á ằ ặ e ê ế i ị o ô ơ ó ộ ớ u ư ú ự y ỵ oa òa oà uy ủy uỷ oe oè ươ ượ iê iể uyê uyệ ai ại oai oài uôi uối".split()
    ),
    st.sampled_from(["", "n", "ng", "t", "ch", "m", "k", "l"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(SYLLABLES, min_size=1, max_size=4), data=st.data())
def test_every_word_of_an_article_finds_it_and_no_other_word_does(
    archive: Archive, desk: Any, words: list[str], data: Any
) -> None:
    desk.keep(desk.Story("https://x.vn/một", "Tựa", lead=None, body=(" ".join(words),), images=()))
    word = data.draw(st.sampled_from(words))
    for typed in (
        word,
        fold(word),
        other_spelling(word) or word,
        word.upper(),
        f'"{word}"',
        f"body:{fold(word)}",
        word[:1] + "*",
        " ".join(words),
        '"' + " ".join(words) + '"',
    ):
        assert found(archive, typed) == {1}, typed
    mixed = [data.draw(st.sampled_from([word, fold(word)])) for word in words]
    assert found(archive, '"' + " ".join(mixed) + '"') == {1}
    other = data.draw(SYLLABLES)
    present = {w for w in (*words, "tựa", *(other_spelling(w) for w in words)) if w} | {
        fold(w) for w in (*words, "tựa")
    }
    if other not in present:
        assert found(archive, other) == set()


def test_a_mixed_phrase_with_too_many_spellings_is_asked_for_word_by_word(
    shelf: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive import search

    monkeypatch.setattr(search, "_MOST_PHRASES", 0)
    node = parse('"thành pho va"')
    assert node is not None
    assert " AND " in compile_match(node, _Speller(shelf.db.conn).broad).expression
    assert found(shelf, '"thành pho va"') == {PHO}
    assert found(shelf, 'title:"thành pho va"') == {PHO}
    assert found(shelf, '"pho thành va"') == set()
    assert found(shelf, '"thánh pho va"') == set()


def test_the_index_keeps_up_with_edits(archive: Archive, desk: Any) -> None:
    desk.keep(desk.Story("https://x.vn/1", "Hội làng"))
    desk.keep(desk.Story("https://x.vn/1", "Chợ phiên"))
    assert found(archive, "hoi") == set()
    assert found(archive, "cho") == {1}
    assert [row["id"] for row in sqlite_utils_search(archive.path, "cho phien")] == [1]


def test_every_searchable_field_is_indexed(shelf: Archive) -> None:
    columns = set(shelf.db["articles_fts"].columns_dict)
    assert columns == {*FIELDS, "folded"}


Check = Callable[[Archive], object]


def test_words_are_what_the_tokenizer_takes_for_words(archive: Archive, desk: Any) -> None:
    """Our notion of a word and SQLite's must be one, or a phrase would never match."""
    text = "TP.HCM-2023: 1.500m² «Đò_Quan» d’Arc Ω5 москва 東京 ½ naïve"
    desk.keep(desk.Story("https://x.vn/1", "Tựa", body=(text,)))
    for word in WORD.findall(text):
        assert found(archive, word) == {1}, word
    assert found(archive, f'"{text}"') == {1}
