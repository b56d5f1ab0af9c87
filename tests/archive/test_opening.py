"""What an archive is, and what is none: nothing is made by looking, nothing foreign is touched."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from archive import Archive
from archive.errors import NoArchive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a folder: names, times, contents."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def foreign(path: Path, *statements: str) -> None:
    conn = sqlite3.connect(path)
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    conn.close()


NO_ARCHIVES: dict[str, Callable[[Path], object]] = {
    "missing": lambda folder: None,
    "empty folder": lambda folder: folder.mkdir(),
    "folder of other things": lambda folder: (folder.mkdir(), (folder / "warc").mkdir()),
    "a file": lambda folder: folder.write_text("ghi chú"),
    "empty database": lambda folder: (folder.mkdir(), (folder / "archive.db").touch()),
    "text called archive.db": lambda folder: (folder.mkdir(), (folder / "archive.db").write_text("ghi chú " * 40)),
    "another program's SQLite": lambda folder: (
        folder.mkdir(),
        foreign(folder / "archive.db", "CREATE TABLE articles (id)"),
    ),
    "another application": lambda folder: (
        folder.mkdir(),
        foreign(folder / "archive.db", "PRAGMA application_id = 7", "CREATE TABLE a (b)"),
    ),
    "folder called archive.db": lambda folder: (folder / "archive.db").mkdir(parents=True),
}


@pytest.mark.parametrize("kind", NO_ARCHIVES)
def test_what_is_no_archive_is_refused_and_not_touched(tmp_path: Path, folder: Path, kind: str) -> None:
    NO_ARCHIVES[kind](folder)
    before = snapshot(tmp_path)
    with pytest.raises(NoArchive, match=str(folder)):
        Archive(folder)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("kind", NO_ARCHIVES)
def test_an_archive_is_made_only_where_nothing_of_another_is_in_the_way(
    tmp_path: Path, folder: Path, kind: str
) -> None:
    NO_ARCHIVES[kind](folder)
    if kind in ("missing", "empty folder", "folder of other things", "empty database"):
        Archive(folder, create=True).close()
        with Archive(folder) as archive:
            assert archive.db["articles"].count == 0
    else:
        before = snapshot(tmp_path)
        with pytest.raises(NoArchive):
            Archive(folder, create=True)
        assert snapshot(tmp_path) == before


def test_looking_changes_nothing(tmp_path: Path, archive: Archive, desk: Any) -> None:
    desk.articles("Một", "Hai")
    archive.close()
    before = snapshot(tmp_path)
    with Archive(archive.path) as again:
        again.search("mot")
        again.article(1)
        again.open_capture(1)
        again.ledger.due("namdinh", 1, 10)
        again.ledger.counts()
    assert {name: kept[2] for name, kept in snapshot(tmp_path).items()} == {
        name: kept[2] for name, kept in before.items()
    }


def test_an_archive_is_made_in_a_folder_of_a_strange_name(tmp_path: Path) -> None:
    strange = tmp_path / "kho tin?mode=ro#%20 ảnh" / "sâu"
    Archive(strange, create=True).close()
    assert (strange / "archive.db").exists()
    Archive(str(strange)).close()


def test_a_crash_while_an_archive_is_made_is_made_good(folder: Path) -> None:
    Archive(folder, create=True).close()
    (folder / "archive.db").unlink()
    conn = sqlite3.connect(folder / "archive.db")
    conn.execute("PRAGMA application_id = 0x43544E31")  # the first thing that is written
    conn.close()
    with Archive(folder) as archive:
        assert archive.db["links"].count == 0


def test_many_make_the_same_archive_at_once(folder: Path) -> None:
    code = f"from archive import Archive; Archive({str(folder)!r}, create=True).begin_crawl('namdinh')"
    racing = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in racing] == [b""] * 4
    with Archive(folder) as archive:
        assert archive.db["crawls"].count == 4


def test_an_archive_that_may_only_be_read_is_read(
    archive: Archive, desk: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.articles("Chợ phiên")
    archive.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with Archive(folder) as read_only:
        assert [hit.title for hit in read_only.search("cho")] == ["Chợ phiên"]
        assert not list(folder.glob("archive.db-*"))  # what could not be made was not asked for


def test_how_the_database_is_opened(archive: Archive) -> None:
    pragmas = {
        name: archive.db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}
