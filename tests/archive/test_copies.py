"""Who took it from whom: on a corpus whose originals are known, and on texts written by hand."""

from __future__ import annotations

import json
import sqlite3
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import Archive, copies, opening, schema, taken
from archive.cli import main

BODY = (
    "Sáng 12/3, tại xã Hải Minh, hàng trăm hộ dân ra đồng nạo vét tuyến kênh nội đồng dài 4,2 km sau nhiều ngày nước tù đọng.",
    "Ông Trần Văn Lộc, trưởng xóm 5, cho biết bà con đã góp 320 ngày công và hiến hơn 600 m² đất để mở rộng bờ vùng.",
    "Đến cuối buổi chiều, dòng nước đã thông tới cống Hạ Trại; lúa xuân trên 48 ha được tưới đúng lịch, không phải bơm đuổi.",
)
LEAD = "Nhà nông Hải Minh khơi dòng cho lúa xuân, việc mà mọi năm phải chờ máy của hợp tác xã."
SAME_EVENT = (
    "Tuyến kênh nội đồng ở Hải Minh vừa được bà con khơi thông trong một buổi sáng, theo lời trưởng xóm Trần Văn Lộc.",
    "Có tới 320 ngày công được huy động; nhiều gia đình còn tự nguyện hiến đất, tổng cộng hơn 600 m², để bờ vùng rộng thêm.",
    "Nhờ vậy 48 ha lúa xuân quanh cống Hạ Trại không lo thiếu nước trong đợt tưới dưỡng sắp tới, lãnh đạo xã khẳng định.",
)


def made_corpus(seed: int, originals: int) -> list[Any]:
    spec = spec_from_file_location("made_corpus", Path(__file__).with_name("made.py"))
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.corpus(seed, originals)


@pytest.fixture
def bring(archive: Archive, desk: Any) -> Any:
    def bring(url: str, **fields: Any) -> int:
        known = {"title": "Khơi dòng cho lúa xuân", "lead": LEAD, "body": BODY}
        return desk.keep(desk.Story(url, **(known | fields))).article_id

    return bring


def known(archive: Archive) -> dict[int, int]:
    return dict(archive.db.conn.execute("SELECT article_id, original_id FROM copies"))


def rows(archive: Archive) -> list[tuple[Any, ...]]:
    return archive.db.conn.execute(
        "SELECT article_id, original_id, similarity, evidence FROM copies ORDER BY article_id"
    ).fetchall()


def fill(archive: Archive, made: list[Any]) -> None:
    """The corpus as rows, without pages: what is compared is the text."""
    conn = archive.db.conn
    conn.execute(
        "INSERT INTO captures (id, record_id, url, role, status, fetched_at, payload_digest, warc, offset, length)"
        " VALUES (1, 'r', 'u', 'article', 200, '2023-01-01T00:00:00Z', 'd', 'w', 0, 1)"
    )
    query = (
        "INSERT INTO articles (url, portal, title, lead, body, source, published_at, body_html, revision, capture_id, layout,"
        " first_seen_at, last_seen_at, folded) VALUES (?, ?, ?, ?, ?, ?, ?, '', 1, 1, 'thử', ?, '', '')"
    )
    for one in made:
        body, at = "\n\n".join(one.body), one.published.isoformat()
        conn.execute(query, (one.url, one.url.split("/")[2], one.title, one.lead, body, one.source, at, at))


def test_precision_and_recall_on_a_made_corpus(archive: Archive) -> None:
    made = made_corpus(7, 280)
    fill(archive, made)
    copies.find(archive.db.conn)
    expected = {(n + 1, one.original + 1) for n, one in enumerate(made) if one.original is not None}
    found = set(known(archive).items())
    wrong = [(made[a - 1].kind, made[b - 1].kind) for a, b in found ^ expected]
    assert len(expected) == 280
    assert len(found & expected) >= 0.98 * len(expected), wrong
    assert len(found & expected) >= 0.98 * len(found), wrong


def test_step_by_step_gives_what_all_at_once_gives(archive: Archive) -> None:
    made = made_corpus(3, 42)
    fill(archive, made)
    conn = archive.db.conn
    copies.find(conn)
    whole = rows(archive)
    assert copies.find(conn).looked_at == 0
    conn.execute("DELETE FROM copies")
    conn.execute("DELETE FROM signatures WHERE article_id % 3 = 0")
    conn.execute("UPDATE signatures SET digest = x'' WHERE article_id % 3 = 1")
    conn.execute(
        "UPDATE signatures SET digest = x'00' WHERE article_id % 3 = 2"
    )  # as after a crash, and after a change
    copies.find(conn)
    assert rows(archive) == whole
    copies.find(conn, everything=True)
    assert rows(archive) == whole


def test_an_edited_headline_a_cut_lead_and_a_dateline_are_told(archive: Archive, bring: Any) -> None:
    first = bring("https://baonamdinh.vn/1", published_at="2023-03-12T09:00:00+07:00")
    dated = ("Hải Hậu, ngày 12/3 - " + BODY[0], *BODY[1:])
    second = bring(
        "https://namdinh.gov.vn/1",
        title="Hải Minh khơi kênh",
        lead=None,
        body=dated,
        published_at="2023-03-12T15:00:00+07:00",
    )
    copies.find(archive.db.conn)
    told = archive.article(second)["original"]
    assert told["id"] == first
    assert told["evidence"]["by"] == "published"
    assert told["evidence"]["changes"] == ["headline", "lead_cut", "dateline", "shortened"]
    assert [other["id"] for other in archive.article(first)["copies"]] == [second]


def test_whom_an_attribution_names_is_the_original_whatever_the_clocks_say(archive: Archive, bring: Any) -> None:
    copy = bring("https://namdinh.gov.vn/1", source="Báo Nam Định", published_at="2023-03-12")
    original = bring("https://baonamdinh.vn/1", published_at="2023-03-13")
    copies.find(archive.db.conn)
    assert known(archive) == {copy: original}
    assert archive.article(copy)["original"]["evidence"]["by"] == "attribution"


def test_without_days_the_earlier_capture_is_the_original(archive: Archive, bring: Any) -> None:
    first, second = (bring(f"https://{site}.vn/1", published_at=None) for site in ("a", "b"))
    copies.find(archive.db.conn)
    assert known(archive) == {second: first}
    assert archive.article(second)["original"]["evidence"]["by"] == "captured"


def test_two_reports_on_one_event_are_no_copies(archive: Archive, bring: Any) -> None:
    bring("https://a.vn/1")
    bring("https://b.vn/1", lead=None, body=SAME_EVENT)
    copies.find(archive.db.conn)
    assert known(archive) == {}


def test_weather_of_two_weeks_is_no_copy(archive: Archive, bring: Any) -> None:
    report = (
        "Từ ngày {} đến ngày {}, khu vực tỉnh Nam Định chịu ảnh hưởng của không khí lạnh, trời nhiều mây, có mưa nhỏ rải rác."
        " Nhiệt độ thấp nhất {} độ, cao nhất {} độ, độ ẩm trung bình {} phần trăm. Vùng biển có gió đông bắc cấp {},"
        " giật cấp {}, sóng cao {} mét; tàu thuyền hoạt động trên biển cần chú ý bảo đảm an toàn."
    )
    bring("https://a.vn/1", lead=None, body=(report.format(3, 9, 14, 19, 88, 5, 7, 2),))
    bring("https://a.vn/2", lead=None, body=(report.format(10, 16, 12, 17, 91, 6, 8, 3),), published_at="2023-06-05")
    copies.find(archive.db.conn)
    assert known(archive) == {}


def test_a_copy_that_the_portal_rewrites_is_none_any_more(archive: Archive, bring: Any) -> None:
    bring("https://a.vn/1")
    second = bring("https://b.vn/1")
    copies.find(archive.db.conn)
    assert set(known(archive)) == {second}
    bring("https://b.vn/1", lead=None, body=SAME_EVENT)
    assert copies.find(archive.db.conn).looked_at == 1
    assert known(archive) == {}


def test_the_command_and_what_each_source_gave(archive: Archive, bring: Any, folder: Path) -> None:
    bring("https://baonamdinh.vn/1")
    bring("https://namdinh.gov.vn/1", source="Báo Nam Định", published_at="2023-06-01")
    run = lambda *words: CliRunner().invoke(main, [*words, "--archive", str(folder)])  # noqa: E731
    assert run("copies").stdout == "2 articles were new or changed; 1 copies are known.\n"
    assert json.loads(run("copies", "--json").stdout) == {"looked_at": 0, "copies": 1}
    [row] = json.loads(run("copies", "--by-source", "--json").stdout)
    assert row == {"source": "Báo Nam Định", "portal": "namdinh", "year": "2023", "articles": 1, "found": 1}
    assert "Báo Nam Định  2023         1      1  namdinh\n" in run("copies", "--by-source").stdout
    assert run("copies", "--by-source", "--all").exit_code == 2
    shown = " ".join(run("show", "2").stdout.split())
    assert "Taken from 1 namdinh Khơi dòng cho lúa xuân (by attribution, 100% of the copy's text" in shown
    [_, line] = run("export").stdout.splitlines()
    assert json.loads(line)["taken_from"][0]["url"] == "https://baonamdinh.vn/1"


def test_an_archive_from_before_is_brought_up_to_date_or_read_as_it_is(
    archive: Archive, bring: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("https://a.vn/1")
    archive.close()
    conn = sqlite3.connect(folder / "archive.db")
    conn.executescript(
        "DROP TABLE copies; DROP TABLE signatures; DELETE FROM _sqlite_migrations WHERE name = 'm004_copies'"
    )
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    with monkeypatch.context() as unwritable:
        unwritable.setattr(opening.os, "access", lambda path, mode: False)
        with Archive(folder) as old:
            assert old.article(1)["original"] is None
            assert taken.by_source(old.db.conn) == []
    with Archive(folder) as new:
        assert schema.migrations.pending(new.db) == []
        assert copies.find(new.db.conn).looked_at == 1


def test_without_datasketch_it_says_what_to_install(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    monkeypatch.delitem(sys.modules, "archive.copies")
    monkeypatch.delattr("archive.copies")
    done = CliRunner().invoke(main, ["copies", "--archive", str(folder)])
    assert done.exit_code == 2
    assert "congtin[copies]" in done.stderr
