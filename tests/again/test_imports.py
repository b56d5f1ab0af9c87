"""Other people's files: what is in them is kept with its own dates, once, and nothing that they are made of can hurt."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import subprocess
import threading
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Archive
from archive.foreign import Foreign, Limits
from archive.status import status
from archive.unpacking import Unpacked, Unusable
from archive.verify import broken
from crawler.again import commands, judge, readers
from crawler.again.imports import Report, Wanted, import_files, portal_by_host
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "https://baocu.vn/tin/bai-{}001"
DAY = datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)


class Made:
    """A WARC file as warcio writes it, page by page."""

    def __init__(self, path: Path, *, zipped: bool = True) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=zipped)
        self._writer._create_temp_file = io.BytesIO  # its own is never closed
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, {"software": "khac"}))

    def page(
        self, url: str, body: bytes, *, status: str = "200 OK", day: str = "2019-03-04T05:06:07Z", **told: Any
    ) -> Any:
        mime = told.get("mime", "text/html; charset=utf-8")
        headers = StatusAndHeaders(status, [("Content-Type", mime), *told.get("headers", [])], protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict={"WARC-Date": day}
        )
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "baocu.vn"), ("X-Ban", "doc")], is_http_request=True)
        request = self._writer.create_warc_record(
            url, "request", http_headers=asked, warc_headers_dict={"WARC-Date": day}
        )
        self._writer.write_request_response_pair(request, record)
        return record

    def repeat(self, url: str, original: Any, day: str) -> None:
        told = original.rec_headers.get_header
        record = self._writer.create_revisit_record(
            url,
            told("WARC-Payload-Digest"),
            told("WARC-Target-URI"),
            told("WARC-Date"),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": day},
        )
        self._writer.write_record(record)

    def done(self) -> Path:
        self._file.close()
        return self.path


@pytest.fixture
def made(tmp_path: Path, pages: Any) -> Callable[..., Path]:
    html, listing = pages

    def make(name: str = "khac.warc.gz", *, zipped: bool = True, count: int = 3) -> Path:
        made = Made(tmp_path / name, zipped=zipped)
        for n in range(count):
            made.page(URL.format(n), html(f"Bài cũ số {n} về mùa màng", picture="/anh/cu.jpg"))
        made.page("https://baocu.vn/tin", listing(*((URL.format(n), f"Bài cũ số {n} về mùa màng") for n in range(9))))
        made.page("https://baocu.vn/anh/cu.jpg", b"\xff\xd8", mime="image/jpeg")
        made.page("https://baocu.vn/mat", b"khong co", status="404 Not Found")
        made.page("https://baocu.vn/lien-he-chung-toi", b"<html><body><p>x</p></body></html>")
        return made.done()

    return make


@pytest.fixture
def take(folder: Path) -> Callable[..., Report]:
    """Imports files into the archive of the test."""

    def take(
        *files: Path, kind: str = "warc", portal: str | None = None, everything: bool = False, jobs: int = 1
    ) -> Report:
        wanted = Wanted((lambda _: portal) if portal else portal_by_host, everything)
        return import_files(folder, kind, files, wanted, jobs=jobs)

    return take


def kept(folder: Path, query: str = "SELECT url, title, first_seen_at, portal FROM articles ORDER BY id") -> list[Any]:
    with Archive(folder) as archive:
        assert list(broken(archive, Readers(folder))) == []
        return archive.db.conn.execute(query).fetchall()


EXPECTED = [(URL.format(n), f"Bài cũ số {n} về mùa màng", "2019-03-04T05:06:07Z", "baocu.vn") for n in range(3)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_of_warcios(made: Any, take: Any, folder: Path, jobs: int) -> None:
    report = take(made(), jobs=jobs)
    assert report.counts == {"new": 3, "failed": 1}
    assert report.left_out == {"listings": 1, "no pages": 2}
    assert report.troubles == [
        "https://baocu.vn/lien-he-chung-toi: no title, no headline is displayed: a home page, a listing or an error page"
    ]
    assert kept(folder) == EXPECTED
    [failure] = kept(folder, "SELECT url, error, at FROM failures")
    assert failure == ("https://baocu.vn/lien-he-chung-toi", "unreadable", "2019-03-04T05:06:07Z")


def test_what_was_asked_and_where_it_is_from_is_kept(made: Any, take: Any, folder: Path) -> None:
    path = made()
    take(path)
    [warc] = (folder / "warc").iterdir()
    text = gzip.decompress(warc.read_bytes()).decode()
    assert text.count("X-Ban: doc") == 4
    assert text.count(f"imported-from: {path.name} <urn:uuid:") == 4
    assert text.count("WARC-Date: 2019-03-04T05:06:07Z") == 8


def test_the_same_is_never_copied_twice(made: Any, take: Any, folder: Path, tmp_path: Path) -> None:
    path = made()
    take(path)
    before = kept(folder, "SELECT * FROM captures")
    shutil.copy(path, tmp_path / "ban-sao.warc.gz")
    report = take(path, tmp_path / "ban-sao.warc.gz")
    assert report.counts == {"known": 8}
    assert kept(folder, "SELECT * FROM captures") == before
    assert len(list((folder / "warc").iterdir())) == 1


def test_everything_under_one_name(made: Any, take: Any, folder: Path) -> None:
    report = take(made(), portal="baocu", everything=True)
    assert report.counts == {"new": 3, "failed": 1, "listings": 1, "others": 2}
    roles = kept(folder, "SELECT url, role, status FROM captures WHERE role <> 'article' ORDER BY id")
    assert roles == [
        ("https://baocu.vn/tin", "listing", 200),
        ("https://baocu.vn/anh/cu.jpg", "image", 200),
        ("https://baocu.vn/mat", "other", 404),
        ("https://baocu.vn/lien-he-chung-toi", "other", 200),
    ]
    assert kept(folder, "SELECT DISTINCT portal FROM articles") == [("baocu",)]
    assert kept(folder, "SELECT DISTINCT c.url FROM images i JOIN captures c ON c.id = i.capture_id") == [
        ("https://baocu.vn/anh/cu.jpg",)
    ]


@pytest.mark.parametrize("form", ["plain", "whole", "records"])
def test_gzip_or_not(made: Any, take: Any, folder: Path, form: str) -> None:
    path = made("khac.warc", zipped=form == "records")
    if form == "whole":
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert take(path).counts["new"] == 3
    assert kept(folder) == EXPECTED


@pytest.mark.parametrize("form", ["plain", "whole", "records"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_cut_off_as_far_as_it_goes(made: Any, take: Any, folder: Path, form: str, share: float) -> None:
    path = made("khac.warc", zipped=form == "records", count=30)
    if form == "whole":
        path.write_bytes(gzip.compress(path.read_bytes()))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    report = take(path)
    assert "cut short" in report.troubles[0]
    found = kept(folder, "SELECT url FROM articles ORDER BY id")
    assert found == [(URL.format(n),) for n in range(len(found))]
    assert share - 0.2 < len(found) / 30 < share + 0.2


def test_a_damaged_record_is_left_out(made: Any, take: Any, folder: Path) -> None:
    path = made("khac.warc", zipped=False)
    path.write_bytes(path.read_bytes().replace("Bài cũ số 1".encode(), "Bài cũ số 7".encode()))
    report = take(path)
    assert report.counts["new"] == 2
    assert report.left_out["damaged"] == 2  # an article and the listing
    assert any("are not those that were written" in trouble for trouble in report.troubles)


@pytest.mark.parametrize(
    "url",
    ["http://[::1/tin.html", "http://a.vn]/", "http://a℀.vn/", "http:///tin/bai.html", "http://a.vn:99999/bai.html"],
)
def test_an_address_that_cannot_be_meant_costs_its_record(
    url: str, tmp_path: Path, pages: Any, take: Any, folder: Path
) -> None:
    html, _ = pages
    made = Made(tmp_path / "khac.warc.gz")
    made.page(URL.format(0), html("Bài cũ số 0 về mùa màng"))
    made.page(url, html("Bài cũ số 9 về mùa màng"))
    made.page(URL.format(1), html("Bài cũ số 1 về mùa màng"))
    report = take(made.done())
    assert (report.counts, report.left_out) == ({"new": 2}, {"of no address": 1})
    [trouble] = report.troubles
    assert repr(url) in trouble
    assert kept(folder) == EXPECTED[:2]


@pytest.mark.parametrize("what", ["read", "read_listing"])
def test_a_page_on_which_a_reader_fails_costs_itself(
    what: str, made: Any, take: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, victim = (readers, URL.format(1)) if what == "read" else (judge, "https://baocu.vn/lien-he-chung-toi")
    real = getattr(module, what)

    def odd(page: Any, url: str, **told: Any) -> Any:
        if url == victim:
            raise ZeroDivisionError("a bug")
        return real(page, url, **told)

    monkeypatch.setattr(module, what, odd)
    report = take(made())
    assert f"{victim}: no page, our reader failed on it (ZeroDivisionError: a bug)" in report.troubles
    assert report.counts == ({"new": 2, "failed": 2} if what == "read" else {"new": 3, "failed": 1})


def test_status_knows_the_file_of_an_import(made: Any, take: Any, folder: Path) -> None:
    take(made())
    with Archive(folder) as archive:
        [portal] = status(archive)["portals"]
    [path] = (folder / "warc").iterdir()
    assert portal["warc"] == {"files": 1, "bytes": path.stat().st_size, "open": 0}


@pytest.mark.parametrize("content", [b"", gzip.compress(b""), b"no WARC at all", gzip.compress(b"no WARC at all")])
def test_a_file_without_a_record_makes_no_archive(
    content: bytes, tmp_path: Path, folder: Path, congtin: Any, made: Any
) -> None:
    empty = tmp_path / "rong.warc.gz"
    empty.write_bytes(content)
    done = congtin("import", "warc", empty)
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert "holds no record" in done.stderr or "no WARC record" in done.stderr
    assert not folder.exists()
    done = congtin("import", "warc", empty, made(), "--jobs", 1)
    assert done.exit_code == 3
    assert "rong.warc.gz" in done.stderr
    assert len(kept(folder)) == 3


@pytest.mark.parametrize("name", ["verify", "reread", "rebuild"])
def test_lines_tell_how_far_it_is_where_no_bar_can(
    name: str, made: Any, take: Any, congtin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(made())
    assert congtin(name, "--jobs", 1).stderr == ""  # it does not take that long
    monkeypatch.setattr(commands, "EVERY", 0.0)
    done = congtin(name, "--jobs", 1)
    assert done.exit_code == 0
    assert re.fullmatch(rf"({name[:5]}\w*: \d+( of \d+)?\n)+", done.stderr)


def test_repeats_get_their_bodies(tmp_path: Path, pages: Any, take: Any, folder: Path) -> None:
    html, _ = pages
    made = Made(tmp_path / "khac.warc.gz")
    record = made.page(URL.format(1), html("Bài cũ có bản chụp lại"))
    made.repeat(URL.format(1), record, "2020-01-01T00:00:00Z")
    made.repeat(URL.format(2), record, "2020-02-01T00:00:00Z")
    report = take(made.done())
    assert report.counts == {"new": 2, "unchanged": 1}
    assert kept(folder, "SELECT url, first_seen_at, last_seen_at, revision FROM articles") == [
        (URL.format(1), "2019-03-04T05:06:07Z", "2020-01-01T00:00:00Z", 1),
        (URL.format(2), "2020-02-01T00:00:00Z", "2020-02-01T00:00:00Z", 1),
    ]


def test_bodies_as_they_were_sent(tmp_path: Path, pages: Any, take: Any, folder: Path) -> None:
    html, _ = pages
    body = gzip.compress(html("Bài nén và chia khúc"))
    chunked = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 99]), body[at : at + 99]) for at in range(0, len(body), 99)
    )
    made = Made(tmp_path / "khac.warc.gz")
    made.page(
        URL.format(1), chunked + b"0\r\n\r\n", headers=[("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]
    )
    take(made.done())
    with Archive(folder) as archive:
        record = archive.open_capture(1)
        assert record.body == body
        assert archive.article(1)["title"] == "Bài nén và chia khúc"


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_of_wgets(tmp_path: Path, pages: Any, take: Any, folder: Path, zipped: bool) -> None:
    html, listing = pages
    served = {f"/tin/bai-{n}001": html(f"Bài tải về số {n} trong tỉnh") for n in range(4)}
    served["/tin"] = listing(*((url, f"Bài tải về số {url[9]} trong tỉnh") for url in served))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = [
            "--warc-file=tai-ve",
            "-q",
            "-r",
            "-l1",
            "--no-proxy",
            *([] if zipped else ["--no-warc-compression"]),
        ]
        address = f"http://127.0.0.1:{server.server_port}/tin"
        subprocess.run(["wget", *options, address], cwd=tmp_path, check=False, timeout=60)
        server.shutdown()
    report = take(tmp_path / ("tai-ve.warc.gz" if zipped else "tai-ve.warc"))
    assert report.counts["new"] == 4
    assert report.left_out["listings"] == 1
    assert {row[0] for row in kept(folder, "SELECT portal FROM articles")} == {f"127.0.0.1_{server.server_port}"}
    assert report.troubles == []


# --- in time ---


def captured(tmp_path: Path, pages: Any, day: str, title: str, picture: str = "") -> Path:
    html, _ = pages
    made = Made(tmp_path / f"{day}.warc.gz")
    made.page(URL.format(1), html(title, picture=picture), day=f"{day}T00:00:00Z")
    return made.done()


@pytest.mark.parametrize(
    "days",
    [
        ("2019-01-01", "2020-01-01", "2021-01-01", "2022-01-01"),
        ("2022-01-01", "2021-01-01", "2020-01-01", "2019-01-01"),
        ("2020-01-01", "2022-01-01", "2019-01-01", "2021-01-01"),
        ("2021-01-01", "2019-01-01", "2022-01-01", "2020-01-01"),
    ],
)
def test_versions_stand_in_the_order_of_their_days(
    tmp_path: Path, pages: Any, take: Any, folder: Path, days: Any
) -> None:
    titles = {
        "2019-01-01": "Một bản cũ",
        "2020-01-01": "Hai bản cũ",
        "2021-01-01": "Hai bản cũ",
        "2022-01-01": "Ba bản cũ",
    }
    for day in days:
        take(captured(tmp_path, pages, day, titles[day], f"/anh/{titles[day][:2]}.jpg"))
    with Archive(folder) as archive:
        article = archive.article(1)
        told = [(version["revision"], version["title"], version["seen_at"][:10]) for version in article["revisions"]]
    assert told == [(1, "Một bản cũ", "2019-01-01"), (2, "Hai bản cũ", "2020-01-01"), (3, "Ba bản cũ", "2022-01-01")]
    seen = [article[name][:10] for name in ("first_seen_at", "changed_at", "last_seen_at")]
    assert (article["title"], article["revision"], seen) == ("Ba bản cũ", 3, ["2019-01-01", "2022-01-01", "2022-01-01"])
    assert kept(folder, "SELECT count(*), sum(gone_at IS NULL) FROM images") == [(3, 1)]


def test_an_old_capture_does_not_bring_back_what_is_gone(tmp_path: Path, pages: Any, take: Any, folder: Path) -> None:
    take(captured(tmp_path, pages, "2019-01-01", "Một bản cũ"))
    with Archive(folder) as archive:
        for day in (1, 3):
            archive.ledger.gone(URL.format(1), now=datetime(2022, 1, day, tzinfo=UTC))
        assert archive.article(1)["gone_at"] == "2022-01-03T00:00:00Z"
    take(captured(tmp_path, pages, "2021-01-01", "Hai bản cũ"))
    assert kept(folder, "SELECT title, gone_at FROM articles") == [("Hai bản cũ", "2022-01-03T00:00:00Z")]
    assert kept(folder, "SELECT state FROM links") == [("gone",)]


def test_an_import_can_be_rebuilt(made: Any, tmp_path: Path, pages: Any, take: Any, folder: Path) -> None:
    take(made(), everything=True)
    for day, title in (("2021-01-01", "Hai bản cũ"), ("2018-01-01", "Bản cũ nhất"), ("2020-01-01", "Một bản cũ")):
        take(captured(tmp_path, pages, day, title))
    tables = ("captures", "articles", "revisions", "images", "links", "failures")
    before = {table: kept(folder, f"SELECT * FROM {table} ORDER BY id") for table in tables}
    rebuild(folder)
    for table in tables:
        assert kept(folder, f"SELECT * FROM {table} ORDER BY id") == before[table], table


# --- WACZ ---


def wacz(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        for name, data in entries.items():
            bundle.writestr(name, data)
    return path


def test_a_wacz(made: Any, take: Any, folder: Path, tmp_path: Path) -> None:
    warc = made().read_bytes()
    about = {"datapackage.json": b"{}", "pages/pages.jsonl": b"{}\n", "indexes/index.cdx.gz": b""}
    report = take(wacz(tmp_path / "a.wacz", {**about, "archive/data.warc.gz": warc}), kind="wacz")
    assert report.counts["new"] == 3
    assert kept(folder) == EXPECTED


@pytest.mark.parametrize(
    "name",
    [
        "../archive/a.warc.gz",
        "/archive/a.warc.gz",
        "archive/../../a.warc.gz",
        "C:/archive/a.warc.gz",
        "archive\\a.warc.gz",
    ],
)
def test_paths_that_lead_out_are_left_out(made: Any, take: Any, tmp_path: Path, name: str, folder: Path) -> None:
    warc = made().read_bytes()
    around = sorted(tmp_path.rglob("*"))
    report = take(wacz(tmp_path / "a.wacz", {name: warc, "archive/b.warc.gz": warc}), kind="wacz")
    assert report.counts["new"] == 3
    assert any(f"the entry {name!r} was left out" in trouble for trouble in report.troubles)
    new = {path for path in tmp_path.rglob("*") if folder not in path.parents} - set(around)
    assert new == {tmp_path / "a.wacz", folder}


@pytest.mark.parametrize(
    ("entries", "trouble"),
    [
        ({"archive/a.wacz": b""}, "a WACZ in a WACZ"),
        ({"a.warc.gz": b""}, "has no archive/*.warc.gz"),
        ({f"archive/{n}.txt": b"" for n in range(12)}, "12 entries, more than any WACZ"),
    ],
)
def test_what_is_no_wacz_as_we_know_it(tmp_path: Path, entries: dict[str, bytes], trouble: str) -> None:
    foreign = Foreign(wacz(tmp_path / "a.wacz", entries), Limits(entries=10))
    assert list(foreign.wacz()) == []
    assert trouble in foreign.troubles[0]


def test_what_is_no_zip_or_half_of_one(made: Any, tmp_path: Path) -> None:
    whole = wacz(tmp_path / "a.wacz", {"archive/a.warc.gz": made().read_bytes()}).read_bytes()
    for data in (b"", b"PK", whole[: len(whole) // 2], b"khong phai zip" * 99):
        (tmp_path / "b.wacz").write_bytes(data)
        foreign = Foreign(tmp_path / "b.wacz")
        assert list(foreign.wacz()) == []
        assert "it is no whole WACZ" in foreign.troubles[0]


# --- bombs ---


def test_a_file_that_unpacks_to_too_much(tmp_path: Path, made: Any) -> None:
    path = made("khac.warc", zipped=False)
    record = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.vn/\r\nContent-Length: 9000000\r\n\r\n"
    path.write_bytes(gzip.compress(path.read_bytes() + (record + bytes(9_000_000) + b"\r\n\r\n") * 4))
    foreign = Foreign(path, Limits(ratio=50, free=1_000_000))
    assert len(list(foreign.warc())) == 7
    assert "it unpacks to more than" in foreign.troubles[0]


def test_records_and_headers_that_are_too_long_and_files_that_have_too_many(tmp_path: Path, made: Any) -> None:
    path = made("khac.warc", zipped=False)
    foreign = Foreign(path, Limits(record=300))
    assert len(list(foreign.warc())) < 4
    assert foreign.left_out["too long"] >= 4
    foreign = Foreign(path, Limits(records=4))
    assert len(list(foreign.warc())) < 7
    assert "it has more than 4 records" in foreign.troubles[0]
    path.write_bytes(path.read_bytes() + b"WARC/1.0\r\nX: " + b"x" * 200_000)
    foreign = Foreign(path)
    assert len(list(foreign.warc())) == 7
    assert "its headers have no end" in foreign.troubles[0]


def test_memory_is_bounded_by_what_is_asked_for() -> None:
    packed = gzip.compress(bytes(50_000_000))
    unpacked = Unpacked(io.BytesIO(packed), len(packed), ratio=10, free=1000)
    buffer = bytearray(100_000)
    for _ in range(len(packed) * 10 // len(buffer)):
        assert unpacked.readinto(buffer)
    with pytest.raises(Unusable, match="it unpacks to more than"):
        unpacked.readinto(buffer)


@pytest.mark.parametrize(
    "data", [b"", b"khong phai WARC\n" * 9, b"\x1f\x8b\x08\x00khong", gzip.compress(gzip.compress(b"WARC/1.0"))]
)
def test_what_is_no_warc(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    foreign = Foreign(path)
    assert list(foreign.warc()) == []
    assert foreign.troubles


@pytest.mark.parametrize(
    "record",
    [
        "WARC-Target-URI: http://a.vn/\r\nWARC-Date: 2020-01-01T00:00:00Z",
        "WARC-Target-URI: http://a.vn/\r\nWARC-Date: hôm qua",
        "WARC-Target-URI: http://a.vn/",
        "WARC-Target-URI: urn:x\r\nWARC-Date: 2020-01-01T00:00:00Z",
        "WARC-Date: 2020-01-01T00:00:00Z",
    ],
)
def test_records_that_are_no_exchange(tmp_path: Path, made: Any, record: str) -> None:
    path = made("khac.warc", zipped=False)
    block = b"khong phai HTTP"
    head = f"WARC/1.0\r\nWARC-Type: response\r\n{record}\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    path.write_bytes(head + block + b"\r\n\r\n" + path.read_bytes())
    foreign = Foreign(path)
    assert len(list(foreign.warc())) == 7
    assert foreign.left_out.total() == 1


# --- the command, and a real portal ---


def test_the_command(made: Any, congtin: Any, folder: Path) -> None:
    result = congtin("import", "warc", made(), "--jobs", 1)
    assert result.exit_code == 3
    assert result.stdout == "15 records: 3 new, 1 failed.\n  left out: 2 no pages, 1 listings\n"
    assert result.stderr.startswith("https://baocu.vn/lien-he-chung-toi: no title, ")
    told = json.loads(congtin("import", "warc", made(), "--jobs", 1, "--json").stdout)
    assert (told["records"], told["known"]) == (15, 4)
    assert congtin("import", "warc", "khong-co.warc.gz").exit_code == 2
    with Archive(folder) as archive, archive.lock():
        assert congtin("import", "warc", made()).exit_code == 6


@pytest.fixture(scope="module")
def portal(shared: Path) -> Path:
    path = shared / "portals" / "sotttt-dev.warc.gz"
    if not path.exists():
        pytest.skip("no real portal there")
    return path


def test_a_real_portal(portal: Path, take: Any, folder: Path) -> None:
    report = take(portal, jobs=2)
    assert report.counts == {"new": 372, "unchanged": 56}  # the moments in its pictures' addresses are no edit
    assert report.left_out == {"listings": 40}
    assert report.troubles == []
    assert len(kept(folder)) == 372


def test_a_portal_that_moved_to_https_has_one_article(tmp_path: Path, pages: Any, take: Any, folder: Path) -> None:
    html, _ = pages
    made = Made(tmp_path / "hai.warc.gz")
    page = html("Bài có từ trước khi cổng đổi địa chỉ", picture="/anh/cu.jpg")
    for url, day in (
        ("https://baocu.vn/tin/bai-1001", "2021-01-01"),
        ("http://www.baocu.vn/tin/bai-1001", "2018-01-01"),
    ):
        made.page(url, page, day=f"{day}T00:00:00Z")
    made.page("http://baocu.vn/tin/bai-1001", html("Bài đã sửa", picture="/anh/cu.jpg"), day="2022-01-01T00:00:00Z")
    take(made.done())
    assert kept(folder, "SELECT url, revision, title, first_seen_at FROM articles") == [
        ("https://baocu.vn/tin/bai-1001", 2, "Bài đã sửa", "2018-01-01T00:00:00Z")
    ]
    assert kept(folder, "SELECT count(*) FROM links") == [(1,)]
    with Archive(folder) as archive:
        assert archive.article("http://www.baocu.vn/tin/bai-1001")["title"] == "Bài đã sửa"
        assert list(broken(archive, Readers(folder))) == []


def test_an_import_that_was_killed_between_bytes_and_article_is_finished(
    made: Any, take: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made()
    with monkeypatch.context() as patched:
        patched.setattr("crawler.again.imports.keep_imported", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take(path)
    assert kept(folder, "SELECT count(*) FROM captures") == [(1,)]
    assert kept(folder) == []
    take(path)
    assert kept(folder) == EXPECTED
    assert kept(folder, "SELECT count(*) FROM captures WHERE role = 'article'") == [(3,)]
