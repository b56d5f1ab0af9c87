"""The database made again from the WARC files: equal, and safe."""

from __future__ import annotations

import errno
import json
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from archive.errors import BadInput, Busy, Damaged
from archive.verify import broken
from crawler.again.merge import merge
from crawler.again.readers import Readers
from crawler.again.rebuild import rebuild
from crawler.files import attach
from crawler.reading import read

TABLES = ("captures", "articles", "revisions", "images", "attachments", "links", "failures")


def told(folder: Path, *tables: str) -> dict[str, list[dict[str, Any]]]:
    with Archive(folder) as archive:
        return {table: list(archive.db.query(f"SELECT * FROM {table} ORDER BY id")) for table in tables or TABLES}


@pytest.fixture
def crawled(press: Any, pages: Any) -> Path:
    """Two crawls of a portal: a listing of two pages, a redirect, an edit, a 304, repeats, absences, failures."""
    html, listing = pages
    archive = press.archive
    links = [(f"https://x.vn/tin/bai-{n}001", f"Bài viết số {n} về mùa màng trong tỉnh") for n in range(1, 8)]

    def crawl(edit: str = "", *, again: bool = False) -> None:
        if again:
            press.begin()
        for at, (page, shown) in enumerate((("https://x.vn/tin", links[:5]), ("https://x.vn/tin?page=2", links[5:]))):
            via = "https://x.vn/tin" if at else None
            press.capture(page, listing(*shown), role="listing", section="Tin tức", via=via)
            found = [(url, "Tin tức", page) for url, _ in shown]
            archive.ledger.discover("x.vn", found, press.crawl, now=press.at)
        for n, (url, title) in enumerate(links):
            visit(n, url, html(title + (edit if n == 1 else ""), picture=f"/anh/{n % 2}.jpg"), again=again)

    def visit(n: int, url: str, body: bytes, *, again: bool) -> None:
        archive.ledger.trying(url, press.crawl)
        listed = {"section": "Tin tức", "via": "https://x.vn/tin" + ("?page=2" if n > 4 else "")}
        if n == 2:  # moved
            press.capture(url, b"", 301, headers=[("Location", "/bai/moi-3001")], **listed)
            capture = press.capture("https://x.vn/bai/moi-3001", body, **listed)
        elif n == 3:
            capture = press.capture(url, b"khong con", 404, **listed)
            if not archive.ledger.gone(url, now=press.at):
                fail(url, "page", "absent", "answered 404 Not Found", capture, None)
            return
        elif n == 4:
            press.capture(url, b"ban", 503, **listed)
            capture = press.capture(url, b"ban", 503, **listed)
            fail(url, "page", "status", "answered 503 Service Unavailable", capture, url)
            return
        else:
            capture = press.capture(url, b"" if again and n == 0 else body, 304 if again and n == 0 else 200, **listed)
        if capture.unchanged and capture.url == url and archive.seen(url):
            return
        article = read(body, capture.url, content_type="text/html; charset=utf-8")
        archive.keep(article, portal="x.vn", section="Tin tức", capture_id=capture.id, link_url=url)

    def fail(url: str, field: str, error: str, message: str, capture: Any, link: str | None) -> None:
        archive.fail(
            press.crawl,
            url=url,
            field=field,
            error=error,
            message=message,
            capture_id=capture.id,
            link_url=link,
            at=press.at,
        )

    crawl()
    press.capture("https://x.vn/anh/0.jpg", b"\xff\xd8 0", role="image", mime="image/jpeg", section=None)
    press.capture("https://x.vn/anh/1.jpg", b"", 302, role="image", headers=[("Location", "/kho/1.jpg")], section=None)
    capture = press.capture("https://x.vn/kho/1.jpg", b"\xff\xd8 1", role="image", mime="image/jpeg", section=None)
    attach(archive, "https://x.vn/anh/1.jpg", capture.id)
    press.at += timedelta(days=2)
    crawl(" (sửa)", again=True)
    press.close()
    archive.close()
    return archive.path


def test_everything_that_bytes_tell_is_as_it_was(crawled: Path) -> None:
    before = told(crawled)
    assert [len(before[table]) for table in TABLES] == [25, 5, 6, 5, 0, 7, 3]
    (crawled / "archive.db").unlink()
    for ending in ("-wal", "-shm"):
        (crawled / f"archive.db{ending}").unlink(missing_ok=True)
    report = rebuild(crawled)
    assert report.broken == []
    after = told(crawled)
    for table in TABLES:
        assert after[table] == before[table], table
    with Archive(crawled) as archive:
        assert list(broken(archive, Readers(crawled))) == []
        states = archive.ledger.counts("x.vn")
        crawls = list(
            archive.db.query("SELECT portal, outcome, fetched, listings, read, new, changed, failed FROM crawls")
        )
    assert states == {"owed": 0, "kept": 5, "failed": 1, "gone": 1}
    assert [tuple(crawl.values()) for crawl in crawls] == [
        ("x.vn", "rebuilt", 14, 2, 5, 5, 0, 2),
        ("x.vn", "rebuilt", 11, 2, 2, 0, 1, 1),
    ]


def test_two_processes_make_the_same(crawled: Path, tmp_path: Path) -> None:
    rebuild(crawled, into=tmp_path / "mot", jobs=1)
    rebuild(crawled, into=tmp_path / "hai", jobs=2)
    assert told(tmp_path / "mot", *TABLES, "crawls") == told(tmp_path / "hai", *TABLES, "crawls")
    assert told(tmp_path / "mot") == told(crawled)


def test_the_old_database_is_kept_beside(crawled: Path) -> None:
    with Archive(crawled) as archive:
        archive.db.conn.execute("UPDATE articles SET title = 'khác'")
    rebuild(crawled)
    assert {row["title"] for row in told(crawled)["articles"]}.isdisjoint({"khác"})
    shutil.copy(crawled / "archive.db.old", crawled / "archive.db")
    assert {row["title"] for row in told(crawled)["articles"]} == {"khác"}
    assert not (crawled / ".rebuild").exists()


def test_interrupted_it_leaves_everything_as_it_was(crawled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, names = told(crawled), {path.name for path in crawled.iterdir()}

    def interrupt(step: Any) -> None:
        if next(step) == 0:
            raise KeyboardInterrupt

    for stop in (0, 1, 2):
        steps = iter(range(stop, -9, -1))
        with pytest.raises(KeyboardInterrupt):
            rebuild(crawled, tell=lambda _, step=steps: interrupt(step))
        assert told(crawled) == before
        assert {path.name for path in crawled.iterdir()} <= names | {"crawl.lock"}


def test_damaged_files_do_not_cost_what_the_old_database_knows(crawled: Path) -> None:
    before = told(crawled)
    path = min((crawled / "warc").iterdir())
    data = bytearray(path.read_bytes())
    row = next(row for row in before["captures"] if row["id"] == 3)
    data[row["offset"] + 200] ^= 255
    path.write_bytes(data)
    with pytest.raises(Damaged, match=r"Nothing was changed; put the files back from a copy"):
        rebuild(crawled)
    assert told(crawled) == before
    report = rebuild(crawled, force=True)
    assert f"{path.name}, byte {row['offset']}: its compression is broken" in report.broken[0]
    after = told(crawled)
    assert (
        len(after["captures"]) == len(before["captures"]) - 2
    )  # the one that is broken, and the one that refers to it
    with Archive(crawled) as archive:
        told_of = [problem for problem in broken(archive) if not problem.startswith(path.name)]
    assert all("a capture without a row" in problem for problem in told_of)  # the one that refers to it
    assert len(told_of) == 1


def test_a_database_that_is_no_database_any_more(crawled: Path) -> None:
    before = told(crawled)
    (crawled / "archive.db").write_bytes(b"\xff" * 9000)
    rebuild(crawled)
    assert told(crawled) == before
    assert (crawled / "archive.db.old").read_bytes() == b"\xff" * 9000


def test_what_cannot_be_done_is_said(crawled: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no WARC files"):
        rebuild(tmp_path)
    with pytest.raises(BadInput, match="holds an archive already"):
        rebuild(crawled, into=crawled)
    with Archive(crawled) as archive, archive.lock(), pytest.raises(Busy):
        rebuild(crawled)


@pytest.fixture
def only_read(crawled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive as on a disk that may only be read."""
    opened, asked, link, rename = os.open, os.access, os.link, Path.rename

    def refuse(path: Any) -> None:
        if str(path).startswith(str(crawled)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def open_(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            refuse(path)
        return opened(path, flags, *more, **named)

    def link_(source: Any, target: Any, **named: Any) -> None:
        refuse(source)
        link(source, target, **named)

    def rename_(path: Path, target: Path) -> Path:
        refuse(path)
        return rename(path, target)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "link", link_)
    monkeypatch.setattr(os, "access", lambda path, *more: not str(path).startswith(str(crawled)) and asked(path, *more))
    monkeypatch.setattr(Path, "rename", rename_)
    return crawled


def test_out_of_an_archive_that_may_only_be_read(only_read: Path, tmp_path: Path) -> None:
    """One that a crash left open, too."""
    [*_, path] = sorted((only_read / "warc").iterdir())
    shutil.move(path, f"{path}.open")
    names = {path.name for path in only_read.rglob("*")}
    before = told(only_read)
    rebuild(only_read, into=tmp_path / "moi")
    assert told(tmp_path / "moi") == before
    with Archive(only_read) as archive:
        archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    merge(tmp_path / "gop", [only_read])
    assert told(tmp_path / "gop", "articles", "links") == {name: before[name] for name in ("articles", "links")}
    assert {path.name for path in only_read.rglob("*")} - names <= {"archive.db-wal", "archive.db-shm"}
    with pytest.raises(OSError, match="Read-only"):
        rebuild(only_read)


def test_into_a_file(crawled: Path, congtin: Any, tmp_path: Path) -> None:
    (tmp_path / "tep").touch()
    result = congtin("rebuild", "--jobs", 1, "--into", tmp_path / "tep")
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path / 'tep'} is a file; name a new folder for --into.\n")


def test_the_command(crawled: Path, congtin: Any, tmp_path: Path) -> None:
    result = congtin("rebuild", "--jobs", 1, "--into", tmp_path / "moi", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["articles"] == 5
    result = congtin("rebuild", "--jobs", 1)
    assert result.stdout.startswith(f"{crawled} made again from its WARC files: 25 captures, 5 articles, 6 revisions, ")
