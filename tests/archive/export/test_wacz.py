"""A WACZ: its parts, their digests, and an index by which each record is found."""

from __future__ import annotations

import gzip
import io
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.export import cdxj
from archive.export.surt import surt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive

    Exported = Callable[..., Path]


@pytest.fixture(params=["while it is written", "when it is done"])
def finished(held: Archive, desk: Any, request: pytest.FixtureRequest) -> None:
    if request.param == "when it is done":
        desk.writer.close()


def index(wacz: ZipFile) -> list[tuple[str, str, dict[str, str]]]:
    lines = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode().splitlines()
    return [(key, at, json.loads(told)) for key, at, told in (line.split(" ", 2) for line in lines)]


def replayed(wacz: ZipFile, told: dict[str, str]) -> Any:
    """The record that an index line leads to, read from those bytes alone."""
    offset, length = int(told["offset"]), int(told["length"])
    member = wacz.read(f"archive/{told['filename']}")[offset : offset + length]
    [record] = [
        (one.rec_headers, one.http_headers, one.content_stream().read()) for one in ArchiveIterator(io.BytesIO(member))
    ]
    return record


def records(wacz: ZipFile) -> list[tuple[str, str]]:
    """Type and address of every record."""
    return [
        (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "")
        for name in wacz.namelist()
        if name.startswith("archive/")
        for record in ArchiveIterator(io.BytesIO(wacz.read(name)))
    ]


def test_members_are_stored_and_their_digests_right(finished: None, exported: Exported) -> None:
    with ZipFile(exported("wacz")) as wacz:
        assert wacz.testzip() is None
        assert {member.compress_type for member in wacz.infolist()} == {ZIP_STORED}
        package = json.loads(wacz.read("datapackage.json"))
        assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
        listed = {part["path"]: (part["hash"], part["bytes"]) for part in package["resources"]}
        there = set(wacz.namelist()) - {"datapackage.json", "datapackage-digest.json"}
        assert listed == {path: (digest(wacz.read(path)), len(wacz.read(path))) for path in there}
        assert there > {"indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"}
        told = json.loads(wacz.read("datapackage-digest.json"))
        assert told == {"path": "datapackage.json", "hash": digest(wacz.read("datapackage.json"))}
        names = [part["name"] for part in package["resources"]]
        assert len(set(names)) == len(names)


def digest(data: bytes) -> str:
    return "sha256:" + sha256(data).hexdigest()


def test_unfiltered_the_files_are_the_archives_own(
    finished: None, held: Archive, exported: Exported, files: Callable[[], list[str]]
) -> None:
    with ZipFile(exported("wacz")) as wacz:
        [name] = files()
        assert wacz.read(f"archive/{name.removesuffix('.open')}") == (held.path / "warc" / name).read_bytes()


def test_what_a_crawl_is_just_writing_is_left_out(
    held: Archive, exported: Exported, files: Callable[[], list[str]]
) -> None:
    [name] = files()
    path = held.path / "warc" / name
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n")[:-3])
    with ZipFile(exported("wacz")) as wacz:
        assert wacz.read(f"archive/{name.removesuffix('.open')}") == whole


def test_every_capture_is_in_the_index_and_replays(finished: None, held: Archive, exported: Exported) -> None:
    captures = list(held.db.conn.execute("SELECT record_id, url, status, payload_digest FROM captures"))
    with ZipFile(exported("wacz")) as wacz:
        lines = index(wacz)
        found = [(told | {"at": at}, replayed(wacz, told)) for _, at, told in lines]
    assert sorted(
        (rec.get_header("WARC-Record-ID"), told["url"], int(told["status"]), told["digest"])
        for told, (rec, _, _) in found
    ) == sorted(captures)
    for told, (rec, http, body) in found:
        assert told["at"] == rec.get_header("WARC-Date").translate(str.maketrans("", "", "-:TZ"))
        assert (rec.get_header("WARC-Target-URI"), http.get_statuscode()) == (told["url"], told["status"])
        if rec.get_header("WARC-Type") == "response":
            assert digest(body) == told["digest"]
            assert told["mime"] == http.get_header("Content-Type").partition(";")[0]
        else:
            assert told["mime"] == "warc/revisit"


def test_lines_are_sorted_and_a_form_has_its_own_key(exported: Exported) -> None:
    with ZipFile(exported("wacz")) as wacz:
        lines = index(wacz)
    assert [(key, at) for key, at, _ in lines] == sorted((key, at) for key, at, _ in lines)
    keys = {told["url"]: key for key, _, told in lines}
    assert keys["https://namdinh.gov.vn/hoi-lang?from=home"] == surt("https://namdinh.gov.vn/hoi-lang?from=home")
    assert keys["https://namdinh.gov.vn/danh-sach"] == "vn,gov,namdinh)/danh-sach?__wb_method=post&page=2&q=%c4%91"


def test_the_summary_leads_to_each_block(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdxj, "_LINES", 3)
    with ZipFile(exported("wacz")) as wacz:
        packed, lines = wacz.read("indexes/index.cdx.gz"), index(wacz)
        meta, *blocks = wacz.read("indexes/index.idx").decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    read = []
    for block in blocks:
        key, at, told = block.split(" ", 2)
        place = json.loads(told)
        data = packed[place["offset"] : place["offset"] + place["length"]]
        some = gzip.decompress(data).decode().splitlines()
        assert some[0].startswith(f"{key} {at} {{")
        assert place["digest"] == digest(data)
        read += some
    assert len(blocks) == -(-len(lines) // 3)
    assert len(read) == len(lines)


def test_pages_are_the_articles_where_they_were_read(held: Archive, exported: Exported) -> None:
    with ZipFile(exported("wacz")) as wacz:
        header, *pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").decode().splitlines()]
        places = {(told["url"], at) for _, at, told in index(wacz)}
    assert header == {"format": "json-pages-1.0", "id": "pages", "title": "Articles"}
    assert [page["title"] for page in pages] == [
        "Làng mở hội xuân",
        '=HYPERLINK("http://x.vn")',
        "Trang thứ hai",
        "Giá bạc tăng",
    ]
    assert pages[0]["url"] == "https://namdinh.gov.vn/hoi-lang?from=home"
    stamps = [(page["url"], page["ts"].translate(str.maketrans("", "", "-:TZ"))) for page in pages]
    assert set(stamps) <= places


def test_filtered_it_holds_the_articles_their_parts_and_nothing_else(finished: None, exported: Exported) -> None:
    link, host = "https://namdinh.gov.vn/hoi-lang?from=home", "https://namdinh.gov.vn"
    with ZipFile(exported("wacz", "làng")) as wacz:
        held = records(wacz)
        lines = index(wacz)
        for _, _, told in lines:
            assert replayed(wacz, told)[0].get_header("WARC-Target-URI") == told["url"]
    exchange = [("request", link), ("metadata", link)]
    assert held == [
        ("warcinfo", ""),
        ("response", link),
        *exchange,
        *[(kind, f"{host}/a.png") for kind in ("response", "request", "metadata")],
        *[(kind, f"{host}/a.pdf") for kind in ("response", "request", "metadata")],
        ("response", link),
        *exchange,
        ("revisit", link),
        *exchange,
    ]
    assert len(lines) == 5


def test_what_a_revisit_refers_to_goes_along(exported: Exported) -> None:
    with ZipFile(exported("wacz", "thứ", "hai")) as wacz:
        kinds = {(kind, url) for kind, url in records(wacz) if kind in ("response", "revisit")}
        for _, _, told in index(wacz):
            assert replayed(wacz, told)[0].get_header("WARC-Target-URI") == told["url"]
        pages = wacz.read("pages/pages.jsonl").decode().splitlines()
    assert kinds == {("response", "https://namdinh.gov.vn/ban-sao"), ("revisit", "https://namdinh.gov.vn/ban-sao-2")}
    assert len(pages) == 2


def test_it_goes_through_a_pipe(exported: Exported, congtin: Any) -> None:
    piped = congtin("export", "--format", "wacz").stdout_bytes
    with ZipFile(io.BytesIO(piped)) as wacz, ZipFile(exported("wacz")) as file:
        assert wacz.testzip() is None
        assert wacz.namelist() == file.namelist()
        for name in wacz.namelist():
            assert name.startswith("datapackage") or wacz.read(name) == file.read(name)


@pytest.mark.parametrize("words", [(), ("làng",)])
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.warc.gz", ".hidden", "c:\\x", "a\nb", "", "a%0Ab", "\u202egz"]
)
def test_no_name_leaves_the_folder(
    held: Archive, congtin: Any, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    held.db.execute("UPDATE captures SET warc = ?", [name])
    result = congtin("export", *words, "--format", "wacz", "--output", tmp_path / "x.wacz")
    assert result.exit_code == 7
    assert (
        result.stderr
        == f"{name!r} is no name for a WARC file; `congtin rebuild` makes archive.db anew from the files.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]


def test_names_that_differ_in_case_alone_are_told_apart(
    held: Archive, desk: Any, exported: Exported, files: Callable[[], list[str]]
) -> None:
    desk.writer.close()
    [name] = files()
    (held.path / "warc" / name.upper().replace("WARC.GZ", "warc.gz")).write_bytes(
        (held.path / "warc" / name).read_bytes()
    )
    with ZipFile(exported("wacz")) as wacz:
        names = [part["name"] for part in json.loads(wacz.read("datapackage.json"))["resources"]]
    assert names[:2] == [name, f"{name}-2"]


@pytest.mark.parametrize("words", [(), ("làng",)])
@pytest.mark.parametrize("damage", ["torn", "changed", "gone"])
def test_a_damaged_archive_makes_no_file(
    held: Archive,
    desk: Any,
    congtin: Any,
    tmp_path: Path,
    files: Callable[[], list[str]],
    words: tuple[str, ...],
    damage: str,
) -> None:
    desk.writer.close()
    [name] = files()
    path = held.path / "warc" / name
    data = bytearray(path.read_bytes())
    [(offset,)] = held.db.conn.execute('SELECT max("offset") FROM captures WHERE role = "article" AND warc = ?', [name])
    if words:
        [(offset,)] = held.db.conn.execute('SELECT "offset" FROM captures WHERE status = 304')
    if damage == "torn":
        path.write_bytes(data[: offset + 100])
    elif damage == "changed":
        data[offset + 60] ^= 0xFF
        path.write_bytes(data)
    else:
        path.unlink()
    result = congtin("export", *words, "--format", "wacz", "--output", tmp_path / "x.wacz")
    assert (result.exit_code, result.stdout) == (7, "")
    [sentence] = result.stderr.splitlines()
    assert name in sentence
    assert [file.name for file in tmp_path.iterdir()] == ["kho"]
