"""What a web archive holds comes into ours: each version once, in the order of its day, with nothing asked twice."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Archive
from archive.verify import broken
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild
from crawler.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

ADDRESS = "http://baocu.vn/tin/gat-lua-chiem-1001"
REVISIONS = "SELECT revision, title, seen_at FROM revisions ORDER BY article_id, revision"
SEEN = "SELECT first_seen_at, last_seen_at, revision FROM articles"


@pytest.fixture
def filled(web: Any, pages: Any) -> Any:
    """One article in two versions and one of other furniture, another one, their listing and picture, and what is in the way."""
    article, listing = pages
    web.hold(ADDRESS, "20190312010000", article("Gặt lúa chiêm", picture="/anh/lua.jpg"))
    web.hold(ADDRESS, "20190401000000", article("Gặt lúa chiêm", picture="/anh/lua.jpg"))
    web.hold(ADDRESS, "20190501000000", article("Gặt lúa chiêm", picture="/anh/lua.jpg", views=7))
    web.hold(ADDRESS, "20200101000000", article("Gặt xong lúa chiêm", picture="/anh/lua.jpg"))
    web.hold(ADDRESS, "20210101000000", b"khong co", status=404)
    web.hold("http://baocu.vn/tin/muoi-van-ly-1002", "20190601000000", article("Muối Văn Lý vào vụ"))
    web.hold("http://baocu.vn/tin/cu-1003", "20190601000000", b"", status=301, headers=(("Location", "/tin/moi"),))
    links = [(f"/tin/bai-khac-so-{n}-200{n}", f"Bài khác số {n} về mùa màng trong tỉnh") for n in range(4)]
    links += [
        ("/tin/gat-lua-chiem-1001", "Gặt lúa chiêm ở Giao Thịnh"),
        ("/tin/muoi-van-ly-1002", "Muối Văn Lý vào vụ mới"),
    ]
    web.hold("http://baocu.vn/tin", "20190601000000", listing(*links))
    web.hold("http://baocu.vn/anh/lua.jpg", "20190312010005", b"\xff\xd8 lua", mime="image/jpeg")
    web.hold("http://khac.vn/tin/bai-1009", "20190601000000", article("Bài của nơi khác"))
    return web


def test_a_host(filled: Any, recovered: Callable[..., Result], rows: Any, folder: Path) -> None:
    done = recovered("baocu.vn")
    assert done.exit_code == 0, done.output
    assert rows(REVISIONS) == [
        (1, "Gặt lúa chiêm", "2019-03-12T01:00:00Z"),
        (2, "Gặt xong lúa chiêm", "2020-01-01T00:00:00Z"),
        (1, "Muối Văn Lý vào vụ", "2019-06-01T00:00:00Z"),
    ]
    assert rows(SEEN)[0] == ("2019-03-12T01:00:00Z", "2020-01-01T00:00:00Z", 2)
    assert rows("SELECT c.payload_digest NOT NULL, c.mime FROM images i JOIN captures c ON c.id = i.capture_id") == [
        (1, "image/jpeg")
    ]
    assert rows("SELECT state, count(*) FROM links GROUP BY 1") == [("kept", 2)]
    assert filled.count("/web/") == len({path for path in filled.asked if path.startswith("/web/")}) == 6
    assert not any("khac.vn" in path or "1003" in path for path in filled.asked)
    with Archive(folder) as archive:
        assert list(broken(archive, Readers(folder))) == []


@pytest.mark.parametrize("begins_again", [False, True])
def test_keys_to_go_on_with_in_either_spelling(filled: Any, recovered: Any, rows: Any, begins_again: bool) -> None:
    filled.plain_keys, filled.begins_again, filled.page = True, begins_again, 2
    assert recovered("baocu.vn").exit_code == 0
    assert len(rows(REVISIONS)) == 3


def test_an_index_that_only_ever_begins_again(filled: Any, recovered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(filled), "_key", lambda *_: "k+3x")
    filled.plain_keys = filled.begins_again = True
    done = recovered("baocu.vn")
    assert done.exit_code == 5
    assert "began again in the middle" in done.stderr


def test_what_came_back_is_not_fetched_again(web: Any, pages: Any, recovered: Any, rows: Any) -> None:
    article, _ = pages
    for timestamp, title in (("2018", "Một"), ("2019", "Hai"), ("2020", "Một"), ("2021", "Một")):
        web.hold(ADDRESS, f"{timestamp}0101000000", article(f"{title} ngày gặt lúa chiêm"))
    assert recovered(ADDRESS).exit_code == 0
    assert web.count("/web/") == 2
    assert [row[1].split()[0] for row in rows(REVISIONS)] == ["Một", "Hai", "Một"]
    assert rows(SEEN) == [("2018-01-01T00:00:00Z", "2021-01-01T00:00:00Z", 3)]
    assert rows("SELECT count(*), count(refers_to) FROM captures") == [(4, 2)]


def test_what_the_archive_wrote_as_a_repetition(web: Any, pages: Any, recovered: Any, rows: Any) -> None:
    article, _ = pages
    body = article("Gặt lúa chiêm sớm")
    web.hold(ADDRESS, "20190101000000", body)
    web.hold(ADDRESS, "20200101000000", body)
    web.held[1] = type(web.held[1])(
        ADDRESS, "20200101000000", body, line=web.held[1].cdx().replace("text/html 200", "warc/revisit -")
    )
    assert recovered(ADDRESS).exit_code == 0
    assert rows(SEEN) == [("2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z", 1)]


def test_nothing_is_fetched_twice(filled: Any, recovered: Any, everything: Any, folder: Path) -> None:
    recovered("baocu.vn")
    before, asked = everything(folder), filled.count("/web/")
    done = recovered("baocu.vn")
    assert (done.exit_code, everything(folder), filled.count("/web/")) == (0, before, asked)


def test_so_many_at_a_time(filled: Any, recovered: Any, everything: Any, folder: Path, tmp_path: Path) -> None:
    for _ in range(8):
        assert recovered("baocu.vn", "--limit", "1").exit_code == 0
    piecewise = everything(folder)
    recovered("baocu.vn", "--archive", str(tmp_path / "mot-lan"))  # the folder that is told last counts
    assert filled.count("/web/") == 6
    recovered("baocu.vn")
    assert everything(folder) == piecewise


def test_a_page_alone_and_a_listing_with_what_it_names(filled: Any, recovered: Any, rows: Any) -> None:
    assert recovered("http://baocu.vn/tin/muoi-van-ly-1002").exit_code == 0
    assert rows("SELECT title FROM articles") == [("Muối Văn Lý vào vụ",)]
    assert recovered("http://baocu.vn/tin").exit_code == 0
    assert len(rows("SELECT title FROM articles")) == 2
    assert rows("SELECT count(*) FROM captures WHERE role = 'listing'") == [(1,)]


def test_pictures_of_what_was_asked_for_and_of_no_other_article(
    filled: Any, recovered: Any, rows: Any, pages: Any
) -> None:
    article, _ = pages
    filled.hold("http://baocu.vn/tin/khac-1005", "20190601000000", article("Bài khác có ảnh", picture="/anh/khac.jpg"))
    assert recovered("http://baocu.vn/tin/khac-1005", "--no-images").exit_code == 0
    assert recovered(ADDRESS).exit_code == 0
    assert rows("SELECT url FROM captures WHERE role = 'image'") == [("http://baocu.vn/anh/lua.jpg",)]
    assert not any("khac.jpg" in path for path in filled.asked)
    filled.hold("http://baocu.vn/anh/khac.jpg", "20190601000000", b"\xff\xd8 khac", mime="image/jpeg")
    assert recovered("http://baocu.vn/tin/khac-1005").exit_code == 0  # the article is there already
    assert len(rows("SELECT url FROM captures WHERE role = 'image'")) == 2


def test_sections_are_those_of_the_listings(web: Any, pages: Any, recovered: Any, rows: Any, folder: Path) -> None:
    article, listing = pages
    links = [(f"/tin/bai-so-{n}-100{n}", f"Bài số {n} về mùa màng năm nay") for n in range(4)]
    menu = b'<html><body><ul class="menu"><li><a href="/tin-kinh-te">Tin kinh t\xe1\xba\xbf</a></li></ul></body></html>'
    web.hold("http://baocu.vn/", "20190101000000", menu)
    web.hold("http://baocu.vn/tin-kinh-te", "20190101000000", listing(*links))
    for path, title in links:
        web.hold(f"http://baocu.vn{path}", "20190102000000", article(title))
    assert recovered("baocu.vn").exit_code == 0
    assert rows("SELECT DISTINCT section FROM articles") == [("Tin kinh tế",)]
    with Archive(folder) as archive:
        assert list(broken(archive, Readers(folder))) == []


def test_only_those_days(filled: Any, recovered: Any, rows: Any) -> None:
    assert recovered("baocu.vn", "--from", "2019-06-01", "--to", "2019-12-31").exit_code == 0
    assert rows("SELECT title FROM articles") == [("Muối Văn Lý vào vụ",)]


def test_a_dry_run_fetches_nothing_and_makes_nothing(filled: Any, recovered: Any, folder: Path) -> None:
    done = recovered("baocu.vn", "--dry-run")
    assert (done.exit_code, filled.count("/web/"), folder.exists()) == (0, 0, False)
    lines = done.stdout.splitlines()
    assert "20200101000000 http://baocu.vn/tin/gat-lua-chiem-1001" in lines
    assert len(lines) == len(set(lines))
    assert lines[-1].startswith("6 captures would be fetched")


@pytest.mark.parametrize("manner", ["busy", "zips"])
def test_bad_weather(filled: Any, recovered: Any, rows: Any, manner: str) -> None:
    setattr(filled, manner, 2)
    assert recovered("baocu.vn").exit_code == 0
    assert len(rows(REVISIONS)) == 3
    assert rows("SELECT count(*) FROM failures WHERE error = 'not had'") == [(0,)]


def test_the_bytes_and_headers_are_those_of_then(filled: Any, recovered: Any, folder: Path) -> None:
    filled.zips = True
    recovered(ADDRESS)
    with Archive(folder) as archive:
        record = archive.open_capture(1)
    assert record.body == filled.held[0].body
    assert dict(record.headers) == {"Server": "IIS/6", "Content-Type": "text/html; charset=utf-8"}
    assert f"{record.fetched_at:%Y%m%d%H%M%S}" == "20190312010000"


def test_one_that_does_not_play_is_tried_again(filled: Any, recovered: Any, rows: Any) -> None:
    filled.refused = {"20200101000000"}
    done = recovered("baocu.vn")
    assert done.exit_code == 3
    assert "20200101000000id_/http://baocu.vn/tin/gat-lua-chiem-1001 answered 404" in done.stderr
    assert len(rows(REVISIONS)) == 2
    filled.refused = set()
    assert recovered("baocu.vn").exit_code == 0
    assert len(rows(REVISIONS)) == 3


def test_one_that_plays_as_another_one_has_that_ones_date(filled: Any, recovered: Any, rows: Any) -> None:
    filled.moved = {"20190312010000": "20190401000000"}
    assert recovered(ADDRESS).exit_code == 0
    assert rows(SEEN)[0][0] == "2019-04-01T00:00:00Z"


def test_what_was_rewritten_is_refused(filled: Any, recovered: Any, rows: Any) -> None:
    filled.rewrites = True
    done = recovered(ADDRESS)
    assert done.exit_code == 3
    assert "given rewritten" in done.stderr
    assert rows("SELECT count(*) FROM captures") == [(0,)]


def test_no_server_at_all(folder: Path) -> None:
    words = ["import", "wayback", "baocu.vn", "--server", "http://127.0.0.1:9/cdx/search/cdx", "--delay", "0.01"]
    done = CliRunner().invoke(main, [*words, "--archive", str(folder)])
    assert done.exit_code == 5
    assert "2 times when asked for http://baocu.vn/" in done.stderr


def test_a_server_that_was_busy_at_first_is_asked_as_often_as_any(filled: Any, recovered: Any, rows: Any) -> None:
    filled.busy = 4
    assert recovered(ADDRESS, "--no-images").exit_code == 0
    assert len(rows(REVISIONS)) == 2
    filled.busy, filled._seen = 99, type(filled._seen)()
    assert recovered("http://baocu.vn/tin/muoi-van-ly-1002").exit_code == 5


def test_a_server_that_stops_answering_ends_it(filled: Any, recovered: Any, rows: Any) -> None:
    filled.refused = {one.timestamp for one in filled.held}
    for n in range(9):
        filled.hold(f"http://baocu.vn/tin/bai-2{n:03}", f"2022010100000{n}", b"<p>x</p>" * n)
        filled.refused.add(f"2022010100000{n}")
    done = recovered("baocu.vn")
    assert done.exit_code == 5
    assert "5 captures in a row could not be had" in done.stderr
    assert filled.count("/web/") == 5


@pytest.mark.parametrize(
    "words",
    [("khong phai",), ("ftp://a.vn/",), ("http://a.vn/*/b",), ("a.vn", "--from", "2020-01-01", "--to", "2019-01-01")],
)
def test_what_cannot_be_meant(recovered: Any, words: tuple[str, ...], folder: Path) -> None:
    done = recovered(*words)
    assert (done.exit_code, folder.exists()) == (2, False)
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_report_for_programs(filled: Any, recovered: Any) -> None:
    told = json.loads(recovered("baocu.vn", "--json").stdout)
    assert (told["new"], told["changed"], told["refused"], told["differing"]) == (2, 1, 0, 0)
    assert told["requests"]["capture"] == 6


def test_it_can_be_rebuilt(filled: Any, recovered: Any, everything: Any, folder: Path, tmp_path: Path) -> None:
    recovered("baocu.vn")
    rebuild(folder, into=tmp_path / "lai")
    assert everything(tmp_path / "lai") == everything(folder)


def test_common_crawl(web: Any, pages: Any, recovered: Any, rows: Any, tmp_path: Path) -> None:
    article, _ = pages
    out, titles = io.BytesIO(), ("Gặt lúa chiêm ở Giao Thịnh", "Muối Văn Lý vào vụ mới")
    writer = WARCWriter(out, gzip=True)
    writer._create_temp_file = io.BytesIO
    for n, title in enumerate(titles):
        url, start, body = f"https://baocu.vn/tin/bai-{n}001", out.tell(), article(title)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        told = {"WARC-Date": f"2024-03-0{n + 1}T00:00:00Z"}
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=told
        )
        writer.write_record(record)
        web.lines.append({
            "urlkey": f"vn,baocu)/tin/bai-{n}001", "timestamp": f"2024030{n + 1}000000", "url": url, "mime": "text/html",
            "status": "200", "digest": record.rec_headers.get_header("WARC-Payload-Digest").removeprefix("sha1:"),
            "length": str(out.tell() - start), "offset": str(start), "filename": "crawl-data/kho.warc.gz",
        })  # fmt: skip
    web.lines.append(
        web.lines[1] | {"filename": "../../trom.warc.gz", "timestamp": "20240401000000", "digest": "X" * 32}
    )
    web.file = out.getvalue()
    origin = web.server.removesuffix("/cdx/search/cdx")
    done = CliRunner().invoke(main, [
        "import", "wayback", "https://baocu.vn/tin/*", "--server", f"{origin}/kho-index", "--replay", origin, "--delay", "0",
        "--archive", str(tmp_path / "kho"),
    ])  # fmt: skip
    assert done.exit_code == 3
    assert "trom.warc.gz#" in done.stderr
    assert rows("SELECT title, first_seen_at FROM articles ORDER BY id") == [
        (titles[0], "2024-03-01T00:00:00Z"),
        (titles[1], "2024-03-02T00:00:00Z"),
    ]
    assert not any("trom" in path for path in web.asked)


@pytest.mark.parametrize(
    "line",
    [
        "vn,baocu)/ 20190101000000 javascript:alert(1) text/html 200 ABC 1",
        "vn,baocu)/ 20191301000000 http://baocu.vn/ text/html 200 ABC 1",
        "vn,baocu)/ now http://baocu.vn/ text/html 200 ABC 1",
        "vn,baocu)/ 20190101000000 http://[::1 text/html 200 ABC 1",
        "vn,baocu)/ 20190101000000 http://127.0.0.1:22/ text/html 200 ABC 1",
        "vn,baocu)/ 20190101000000 http://baocu.vn.khac.vn/ text/html 200 ABC 1",
        "vn,baocu)/ 20190101000000 http://baocu.vn/ text/html 200 3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ 0",
        "vn,baocu)/ 20190101000000",
        "<html><body>503</body></html>",
        "\x00\xff \udc80 ]]] {}",
    ],
)
def test_an_index_that_lies_or_babbles(web: Any, recovered: Any, folder: Path, line: str) -> None:
    web.hold("http://baocu.vn/", "20190101000000", b"x", line=line.encode("utf-8", "replace").decode())
    done = recovered("baocu.vn", "--no-images")
    assert done.exit_code == 0, done.output
    assert web.count("/web/") == 0


@pytest.mark.parametrize(
    ("status", "mime", "body"),
    [
        (200, "text/html; charset=utf-8", b"<h1>Hi</h1>"),
        (404, "text/html", b"<h1>404</h1>"),
        (404, "text/plain", b"no"),
    ],
)
def test_a_server_that_is_no_index(
    web: Any, recovered: Any, monkeypatch: pytest.MonkeyPatch, status: int, mime: str, body: bytes
) -> None:
    monkeypatch.setattr(type(web), "answer", lambda *_: (status, [("Content-Type", mime)], body))
    for words in ([], ["--dry-run"]):
        done = recovered("baocu.vn", *words)
        assert done.exit_code == 5
        assert f"is no index of captures: it answered {status}" in done.stderr
        assert "--server" in done.stderr


@pytest.mark.parametrize(("place", "body"), [("/kho-index", b""), ("/kho/cdx", b'{"message": "No Captures found"}')])
def test_an_index_that_has_nothing(
    web: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, body: bytes
) -> None:
    monkeypatch.setattr(type(web), "answer", lambda *_: (404, [("Content-Type", "application/json")], body))
    server = web.server.removesuffix("/cdx/search/cdx") + place
    told = ["--server", server, "--delay", "0", "--archive", str(folder)]
    done = CliRunner().invoke(main, ["import", "wayback", "baocu.vn", *told])
    assert (done.exit_code, done.stderr) == (0, "")


def test_an_index_without_end(web: Any, recovered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(web), "_index", lambda *_: "vn" * 50_000)
    done = recovered("baocu.vn")
    assert done.exit_code == 5
    assert "longer than any of an index" in done.stderr
