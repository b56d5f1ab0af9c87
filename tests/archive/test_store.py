"""The archive as a whole: crawls, the lock, what is seen again and what failed, and a crawl that is killed."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from archive import Archive, warc
from archive.errors import BadInput, Busy
from archive.verify import broken
from archive.warc import WarcWriter


def dump(archive: Archive) -> list[str]:
    return list(archive.db.conn.iterdump())


def test_two_crawls_of_one_archive(archive: Archive) -> None:
    with archive.lock(), pytest.raises(Busy, match="Another crawl"), archive.lock():
        pass
    with archive.lock():
        pass


def test_a_crawl_is_written_down(archive: Archive) -> None:
    crawl = archive.begin_crawl("namdinh")
    assert archive.db["crawls"].get(crawl)["finished_at"] is None
    archive.finish_crawl(
        crawl, outcome="done", exit_code=3, counts={"new": 2, "failed": 1}, coverage={"title": 1.0, "lead": 0.5}
    )
    row = archive.db["crawls"].get(crawl)
    assert (row["outcome"], row["exit_code"], row["new"], row["failed"], row["gone"]) == ("done", 3, 2, 1, 0)
    assert json.loads(row["coverage"]) == {"lead": 0.5, "title": 1.0}
    assert row["started_at"] <= row["finished_at"]
    assert row["finished_at"].endswith("Z")
    with pytest.raises(ValueError, match="hỏng"):
        archive.finish_crawl(crawl, outcome="done", exit_code=0, counts={"hỏng": 1}, coverage={})


def test_seen_again(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", [("https://x.vn/1", None, None), ("https://x.vn/2", None, None)])
    desk.keep(desk.Story("https://x.vn/1"))
    archive.ledger.failed("https://x.vn/1", "timeout")
    desk.capture("https://x.vn/1", b"", 304)
    assert archive.seen("https://x.vn/1")
    link, row = archive.db["links"].get(1), archive.article(1)
    assert (link["state"], link["last_error"], link["attempts"], link["capture_id"]) == ("kept", None, 0, 1)
    assert (row["last_seen_at"], row["revision"], row["capture_id"]) == ("2023-05-29T01:17:00Z", 1, 1)
    assert link["next_visit_at"] == "2023-05-29T13:17:00Z"

    before = dump(archive)
    assert not archive.seen("https://x.vn/2")  # never read: it has to be
    assert not archive.seen("https://x.vn/không")
    assert dump(archive) == before


def test_a_vanished_article_stays_and_may_come_back(archive: Archive, desk: Any) -> None:
    archive.ledger.discover("namdinh", [("https://x.vn/1", None, None)])
    desk.keep(desk.Story("https://x.vn/1", "Bão số ba"))
    assert not archive.ledger.gone("https://x.vn/1", desk.at)
    assert archive.article(1)["gone_at"] is None
    assert archive.ledger.gone("https://x.vn/1", desk.at + timedelta(days=2))
    assert archive.article(1)["gone_at"] == "2023-05-31T01:16:00Z"
    assert [hit.title for hit in archive.search("bao")] == ["Bão số ba"]
    desk.keep(desk.Story("https://x.vn/1", "Bão số ba"))
    assert archive.article(1)["gone_at"] is None
    assert archive.db["links"].get(1)["state"] == "kept"


def test_a_failure_is_written_down_and_owed(archive: Archive, desk: Any) -> None:
    crawl = archive.begin_crawl("namdinh")
    archive.ledger.discover("namdinh", [("https://x.vn/1", None, None)], crawl)
    capture = desk.capture("https://x.vn/1")
    archive.fail(
        crawl,
        url="https://x.vn/1",
        field="title",
        error="Unreadable",
        message="no headline",
        capture_id=capture.id,
        link_url="https://x.vn/1",
    )
    archive.fail(crawl, url="https://x.vn/a.jpg", field=None, error="timeout", message="no answer")
    first, second = archive.db["failures"].rows
    assert (first["crawl_id"], first["capture_id"], first["field"], first["error"], first["message"]) == (
        crawl,
        1,
        "title",
        "Unreadable",
        "no headline",
    )
    assert (second["url"], second["capture_id"]) == ("https://x.vn/a.jpg", None)
    assert first["at"].endswith("Z")
    link = archive.db["links"].get(1)
    assert (link["state"], link["attempts"], link["last_error"]) == ("failed", 1, "Unreadable: no headline")


def test_days_that_are_none(archive: Archive) -> None:
    with pytest.raises(BadInput, match="'29/5/2023' is no day"):
        archive.search("bão", date_from="29/5/2023")
    with pytest.raises(BadInput, match="2023-02-30"):
        archive.count("bão", date_to="2023-02-30")


CRAWL = """
import sys
from datetime import UTC, datetime
sys.path.insert(0, {tests!r})
from conftest import Desk, Story
from archive import Archive
archive = Archive({folder!r}, create=True)
desk, crawl, n = Desk(archive), archive.begin_crawl("namdinh"), 0
while True:
    n += 1
    print(n, flush=True)
    links = [(f"https://x.vn/{{n}}-{{i}}", "Tin", None) for i in range(3)]
    archive.ledger.discover("namdinh", links, crawl)
    for url, *_ in links:
        archive.ledger.trying(url, crawl)
        desk.keep(Story(url, f"Bài {{url}}", images=(desk.Image(url + ".jpg"),)))
"""


@pytest.mark.parametrize("pages", [2, 9, 40])
def test_killed_at_any_moment_nothing_is_broken_or_forgotten(folder: Path, pages: int) -> None:
    code = CRAWL.format(tests=str(Path(__file__).parent), folder=str(folder))
    crawl = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert crawl.stdout is not None
    for _ in range(pages):
        crawl.stdout.readline()
    time.sleep(random.random() / 100)
    crawl.send_signal(signal.SIGKILL)
    crawl.wait()
    crawl.stdout.close()

    with Archive(folder) as archive, archive.lock():
        [recovered] = archive.recover()
        assert recovered.kept
        assert list(broken(archive)) == []
        kept, owed = (archive.ledger.counts("namdinh")[state] for state in ("kept", "owed"))
        assert kept > 0
        assert kept == archive.db["articles"].count == archive.db["revisions"].count
        assert len(archive.ledger.due("namdinh", archive.begin_crawl("namdinh"), 10)) >= owed
        path = folder / "warc" / recovered.warc
        assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0
        with pytest.raises(FileNotFoundError):
            (folder / "warc" / (recovered.warc + ".open")).stat()
        WarcWriter(folder, "namdinh", {}).close()


def test_bytes_whose_row_could_not_be_written_get_it_later(folder: Path, desks: Any) -> None:
    with Archive(folder, create=True) as archive:
        desk = desks(archive)
        desk.capture("https://x.vn/1", b"mot")
        archive.db.conn.execute("CREATE TRIGGER full BEFORE INSERT ON captures BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(sqlite3.IntegrityError, match="full"):
            desk.capture("https://x.vn/2", b"hai")
        archive.db.conn.execute("DROP TRIGGER full")
        desk.capture("https://x.vn/3", b"ba")
        desk.writer.close()
        [recovered] = archive.recover()
        assert (recovered.cut_bytes, recovered.kept) == (0, True)
        assert {row["url"] for row in archive.db["captures"].rows} == {f"https://x.vn/{n}" for n in (1, 2, 3)}
        assert len(list((folder / "warc").iterdir())) == 2
        assert list(broken(archive)) == []


def test_death_between_rows_and_name(folder: Path, desks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(folder, create=True) as archive:
        desk = desks(archive)
        desk.capture("https://x.vn/1", b"mot")
        desk.writer.leave()
        archive.db.conn.execute("DELETE FROM captures")
        with monkeypatch.context() as patched:
            patched.setattr(warc, "settle", Mock(side_effect=KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                archive.recover()
        assert archive.db["captures"].count == 1
        assert [recovered.kept for recovered in archive.recover()] == [True]
        assert archive.db["captures"].count == 1
        assert list(broken(archive)) == []
