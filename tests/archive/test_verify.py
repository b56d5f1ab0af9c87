"""Each promise, broken on purpose, is told."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from archive import Archive
from archive.checks import files
from archive.models import Provenance
from archive.verify import broken, problems

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def whole(archive: Archive, desk: Any) -> Archive:
    desk.articles("Một", "Hai")
    desk.capture("https://x.vn/1", b"trang")
    desk.capture("https://x.vn/1", b"trang")
    desk.capture("https://x.vn/1", b"", 304)
    desk.writer.close()
    before = list(archive.db.conn.iterdump())
    assert list(broken(archive)) == []
    assert list(archive.db.conn.iterdump()) == before
    return archive


def sentence(archive: Archive, check: str | None = None) -> str:
    """The one thing that is broken; of one kind, when another kind has to be broken too."""
    [problem] = (problem.message for problem in problems(archive) if check in (None, problem.check))
    assert problem.endswith(".")
    assert problem in broken(archive)  # looking repairs nothing and breaks nothing
    return problem


def test_a_flipped_bit(whole: Archive) -> None:
    row = whole.db["captures"].get(1)
    path = whole.path / "warc" / row["warc"]
    data = bytearray(path.read_bytes())
    data[row["offset"] + row["length"] // 2] ^= 4
    path.write_bytes(data)
    assert row["warc"] in sentence(whole)


def test_bytes_exchanged(whole: Archive) -> None:
    whole.db.conn.execute(
        "UPDATE captures SET payload_digest = (SELECT payload_digest FROM captures WHERE id = 2) WHERE id = 1"
    )
    assert "Capture 1 (https://x.vn/" in sentence(whole)


def test_answers_without_a_content_type(archive: Archive, desk: Any) -> None:
    """However their rows say that nothing said it: NULL in archives of old."""
    desk.capture("https://x.vn/1", b"trang", 503, response_headers=[])
    desk.capture("https://x.vn/2", b"trang", response_headers=[])
    assert list(broken(archive)) == []
    archive.db.conn.execute("UPDATE captures SET mime = NULL")
    assert list(broken(archive)) == []


def test_a_lost_file(whole: Archive) -> None:
    [path] = (whole.path / "warc").iterdir()
    path.unlink()
    problem = sentence(whole)
    assert "No such file, and 5 captures stand in it" in problem


def test_a_revisit_that_leads_nowhere(whole: Archive) -> None:
    whole.db.conn.execute("UPDATE captures SET refers_to = 1 WHERE id = 4")
    assert "Capture 4" in sentence(whole)


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO articles_fts (articles_fts, rowid, title) VALUES ('delete', 1, 'Một')",
        "INSERT INTO articles_fts (rowid, title) VALUES (99, 'không có bài này')",
        "INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')",
    ],
)
def test_an_index_that_disagrees(whole: Archive, damage: str) -> None:
    whole.db.conn.execute(damage)
    assert "full-text index disagrees" in sentence(whole)
    whole.db["articles"].rebuild_fts()  # as the sentence says
    assert list(broken(whole)) == []


def test_an_index_behind_its_trigger(whole: Archive) -> None:
    whole.db.conn.execute("DROP TRIGGER articles_au")
    whole.db.conn.execute("UPDATE articles SET title = 'Khác' WHERE id = 1")
    assert any("full-text index disagrees" in problem for problem in broken(whole))


def test_a_row_that_refers_to_nothing(whole: Archive) -> None:
    whole.db.conn.execute("PRAGMA foreign_keys = OFF")
    whole.db.conn.execute("UPDATE articles SET capture_id = 99 WHERE id = 2")
    assert sentence(whole, "database").startswith("archive.db: row 2 of articles refers to a row of captures that is")


@pytest.mark.parametrize("bits", range(8) if os.environ.get("CONGTIN_SLOW") else [None])
def test_every_byte_of_a_file_flipped_in_turn(archive: Archive, desk: Any, bits: int | None) -> None:
    """All bytes, each in one bit of its own choice; with $CONGTIN_SLOW in every bit."""
    desk.capture("https://x.vn/1", b"trang")
    desk.writer.close()
    [path] = (archive.path / "warc").iterdir()
    data, choose = path.read_bytes(), random.Random(7)
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (choose.randrange(8) if bits is None else bits)
        path.write_bytes(flipped)
        assert any(files.check(archive.db.conn, archive.path, lambda _: None)), at
    path.write_bytes(data)
    assert list(broken(archive)) == []


def test_a_capture_that_lost_its_row(whole: Archive) -> None:
    whole.db.conn.execute("DELETE FROM captures WHERE id = 5")
    assert "a capture without a row in archive.db; `congtin rebuild`" in sentence(whole)


def test_a_file_that_no_row_speaks_of(whole: Archive, desks: Any, folder: Path, tmp_path: Path) -> None:
    with Archive(tmp_path / "khac", create=True) as other:
        desk = desks(other)
        desk.articles("Ba", "Bốn")
        desk.writer.close()
    [path] = (tmp_path / "khac" / "warc").iterdir()
    (folder / "warc" / ("khac-" + path.name)).write_bytes(path.read_bytes())
    told = list(broken(whole))
    assert len(told) == 2
    assert all("khac-" in problem and "without a row" in problem for problem in told)


def test_a_file_that_is_there_twice(whole: Archive, folder: Path) -> None:
    """Nothing is missing, and nothing says otherwise."""
    [path] = (folder / "warc").iterdir()
    (folder / "warc" / ("khac-" + path.name)).write_bytes(path.read_bytes())
    assert list(broken(whole)) == []
    whole.db.conn.execute("UPDATE captures SET payload_digest = 'sha256:0' WHERE id = 1")
    assert any("khac-" in problem for problem in broken(whole))


def test_an_archive_that_another_program_is_writing_to(whole: Archive, folder: Path) -> None:
    """That is no damage."""
    whole.db.conn.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            list(broken(whole))
    assert list(broken(whole)) == []


def test_an_archive_that_may_only_be_read(whole: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage = "INSERT INTO articles_fts (articles_fts, rowid, title) VALUES ('delete', 1, 'Một')"
    for statement, told in (("SELECT 1", 0), (damage, 1)):
        whole.db.conn.execute(statement)
        whole.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with monkeypatch.context() as patch:
            patch.setattr(os, "access", lambda *_, **__: False)
            with Archive(folder) as archive:
                problems = list(broken(archive))
        assert len(problems) == told
        assert all("full-text index disagrees" in problem for problem in problems)


@pytest.mark.parametrize("name", ["trigger articles_au", "trigger articles_ai", "index idx_captures_payload_digest"])
def test_what_keeps_the_index_and_the_order_is_dropped(whole: Archive, name: str) -> None:
    whole.db.conn.execute("CREATE INDEX cua_toi ON articles (title)")
    assert list(broken(whole)) == []
    whole.db.conn.execute(f"DROP {name}")
    assert f"the {name} is missing" in sentence(whole)


def test_a_trigger_that_does_something_else(whole: Archive) -> None:
    whole.db.conn.execute("DROP TRIGGER articles_ad")
    whole.db.conn.execute("CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN SELECT 1; END")
    assert "the trigger articles_ad is another one" in sentence(whole)


def test_a_file_cut_off(whole: Archive) -> None:
    [path] = (whole.path / "warc").iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    assert "no record says of which portal and role the capture is" in sentence(whole)
    path.write_bytes(path.read_bytes()[:-700])
    assert "Capture 5" in sentence(whole)


def test_what_a_crash_leaves_is_not_broken_and_gets_its_row(archive: Archive, desk: Any) -> None:
    desk.articles("Một")
    exchange = desk.exchange("https://x.vn/2")
    desk.writer.write(exchange, Provenance("namdinh", "article"))  # and the row was never written
    desk.writer._file.close()
    [path] = (archive.path / "warc").iterdir()
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00 nua chung")
    assert list(broken(archive)) == []
    [recovered] = archive.recover()
    assert recovered.cut_bytes == 14
    assert list(broken(archive)) == []
    row = archive.db["captures"].get(2)
    assert (row["url"], row["status"], row["role"]) == ("https://x.vn/2", 200, "article")
    assert archive.open_capture(2).body == exchange.body
