"""Each promise, broken on purpose, is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archive.verify import broken

if TYPE_CHECKING:
    from archive import Archive


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


def sentence(archive: Archive) -> str:
    [problem] = broken(archive)
    assert problem.endswith(".")
    assert list(broken(archive)) == [problem]  # looking repairs nothing and breaks nothing
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


def test_a_lost_file(whole: Archive) -> None:
    [path] = (whole.path / "warc").iterdir()
    path.unlink()
    problems = list(broken(whole))
    assert len(problems) == 5
    assert all("No such file" in problem for problem in problems)


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
    assert "full-text index disagrees" in sentence(whole)


def test_a_row_that_refers_to_nothing(whole: Archive) -> None:
    whole.db.conn.execute("PRAGMA foreign_keys = OFF")
    whole.db.conn.execute("UPDATE articles SET capture_id = 99 WHERE id = 2")
    assert sentence(whole) == "archive.db: row 2 of articles refers to a row of captures that is not there."
