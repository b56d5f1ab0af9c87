"""How the archive is doing, as its operator is told."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from archive.cli import main
from archive.status import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive

FIELDS = ("published_at", "section", "lead", "body", "images", "author", "source", "attachments", "layout")
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)


@pytest.fixture
def congtin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("CONGTIN_ARCHIVE", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *words: CliRunner().invoke(main, ["status", *map(str, words)])


def crawled(archive: Archive, share: float | None, portal: str = "namdinh", exit_code: int = 0, **counts: int) -> int:
    """One finished crawl that read ten pages, so many of which had each field; None: it read nothing."""
    crawl_id = archive.begin_crawl(portal)
    coverage = {} if share is None else dict.fromkeys(FIELDS, share)
    counts = {"read": 0 if share is None else 10, "new": 3, **counts}
    archive.finish_crawl(crawl_id, outcome="done", exit_code=exit_code, counts=counts, coverage=coverage)
    return crawl_id


@pytest.fixture
def troubled(archive: Archive, desk: Any) -> Archive:
    """An archive where something of every kind has happened."""
    for share in (0.9, 1.0, 0.2):
        crawled(archive, share)
    last = crawled(archive, 0.6, exit_code=4, failed=4)
    links = [(f"https://x.vn/tin/{n}", "Tin", "https://x.vn/tin") for n in range(9)]
    archive.ledger.discover("namdinh", links, last)
    for n, url in ((0, links[0][0]), (1, links[1][0])):
        desk.keep(desk.Story(url, f"Tin {n}"), url)
    for n in (2, 3):
        archive.fail(
            last, url=links[n][0], field="page", error="status", message=f"answered 50{n}", link_url=links[n][0]
        )
    archive.fail(last, url=links[4][0], field="body", error="unreadable", message="no text", link_url=links[4][0])
    archive.fail(last, url="https://x.vn/a.jpg", field="file", error="timeout", message="no answer")
    archive.ledger.gone(links[5][0])
    archive.ledger.gone(links[1][0], now=LONG_AGO)
    archive.ledger.gone(links[1][0])
    archive.begin_crawl("hanam")
    return archive


def test_all_that_is_told_and_under_which_keys(troubled: Archive, congtin: Callable[..., Result]) -> None:
    done = congtin("--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert list(told) == ["archive", "at", "portals", "warc"]
    assert told["archive"] == str(troubled.path.resolve())
    hanam, namdinh = told["portals"]
    keys = "portal articles articles_gone crawls coverage links failed gone_example failures visits warc"
    assert list(hanam) == list(namdinh) == keys.split()
    assert (namdinh["portal"], namdinh["articles"], namdinh["articles_gone"]) == ("namdinh", 2, 1)
    assert namdinh["links"] == {"owed": 3, "kept": 1, "failed": 4, "gone": 1}
    assert namdinh["gone_example"] == "https://x.vn/tin/1"
    assert namdinh["failed"] == [
        {"reason": "status", "links": 2, "example": "https://x.vn/tin/3", "message": "status: answered 503"},
        {
            "reason": "absent",
            "links": 1,
            "example": "https://x.vn/tin/5",
            "message": namdinh["failed"][1]["message"],
        },
        {"reason": "unreadable", "links": 1, "example": "https://x.vn/tin/4", "message": "unreadable: no text"},
    ]
    assert [(group["error"], group["field"], group["pages"]) for group in namdinh["failures"]] == [
        ("status", "page", 2),
        ("timeout", "file", 1),
        ("unreadable", "body", 1),
    ]


def test_crawls_newest_first(troubled: Archive) -> None:
    hanam, namdinh = status(troubled)["portals"]
    assert [crawl["id"] for crawl in namdinh["crawls"]] == [4, 3, 2, 1]
    wanted = "id portal started_at finished_at outcome exit_code listings links_found fetched read new changed unchanged gone failed"
    assert {*wanted.split(), "coverage"} <= set(namdinh["crawls"][0])
    assert namdinh["crawls"][0]["exit_code"] == 4
    assert (hanam["crawls"][0]["outcome"], hanam["coverage"]) == (None, None)
    for _ in range(9):
        crawled(troubled, 0.5)
    assert len(status(troubled, "namdinh")["portals"][0]["crawls"]) == 5


def test_coverage_against_the_median_of_the_past(troubled: Archive) -> None:
    crawled(troubled, None)  # read nothing, and so says nothing
    crawled(troubled, 0.0, portal="hanam")
    [namdinh] = status(troubled, "namdinh")["portals"]
    assert namdinh["coverage"] == {
        "crawl": 4,
        "pages": 10,
        "past_crawls": 3,
        "fields": {name: {"last": 0.6, "past": 0.9} for name in FIELDS},
    }


def test_next_visits(archive: Archive, desk: Any) -> None:
    links = [(f"https://x.vn/{n}", None, None) for n in range(5)]
    archive.ledger.discover("namdinh", links)
    now = datetime.now(UTC)
    moments = (now - timedelta(hours=1), now + timedelta(hours=3), now + timedelta(hours=20), now + timedelta(days=3))
    for at, (url, _, _) in zip(moments, links, strict=False):
        stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        archive.db.execute("UPDATE links SET state = 'kept', next_visit_at = ? WHERE url = ?", (stamp, url))
    [portal] = status(archive)["portals"]
    soonest = moments[1].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert portal["visits"] == {"due": 2, "within_a_day": 2, "next_at": soonest}


def test_warc_files(troubled: Archive, desk: Any, folder: Path) -> None:
    other = troubled.writer("nam-dinh-2", {"software": "congtin tests"})
    (folder / "warc" / "notes.txt").write_text("none of ours")
    told = status(troubled)
    assert (told["warc"]["files"], told["warc"]["open"]) == (2, 2)
    [namdinh] = [portal for portal in told["portals"] if portal["portal"] == "namdinh"]
    [file] = (folder / "warc").glob("namdinh-*")
    assert namdinh["warc"] == {"files": 1, "bytes": file.stat().st_size, "open": 1}
    desk.writer.close()
    other.close()
    assert status(troubled)["warc"] == {"files": 1, "bytes": namdinh["warc"]["bytes"], "open": 0}


def test_on_a_screen(troubled: Archive, congtin: Callable[..., Result]) -> None:
    done = congtin("--portal", "namdinh")
    assert (done.exit_code, done.stderr) == (0, "")
    shown = re.sub(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\dZ)?", "<time>", done.stdout)
    shown = re.sub(r"[\d.]+ kB", "<size>", shown).replace(str(troubled.path.resolve()), "<archive>")
    assert shown.splitlines()[:18] == [
        "namdinh: 2 articles (1 gone), 1 WARC file, <size>, 1 of them open",
        "  crawl started (UTC)    outcome exit new changed unchanged gone failed",
        "      4 <time> done       4   3       0         0    0      4",
        "      3 <time> done       0   3       0         0    0      0",
        "      2 <time> done       0   3       0         0    0      0",
        "      1 <time> done       0   3       0         0    0      0",
        "  has  attachments author body images layout lead published_at section source",
        "  last         60%    60%  60%    60%    60%  60%          60%     60%    60%",
        "  past         90%    90%  90%    90%    90%  90%          90%     90%    90%",
        "  (last: 10 pages; past: median of 3 crawls before)",
        "  links: 3 owed, 4 failed, 1 gone, 1 kept",
        "  visits: 7 due now, 1 more within a day, the next on <time>",
        "  failed: 2 × status: answered 503, https://x.vn/tin/3",
        "  failed: 1 × absent since <time>, https://x.vn/tin/5",
        "  failed: 1 × unreadable: no text, https://x.vn/tin/4",
        "  gone: 1, the newest https://x.vn/tin/1",
        "  last crawl: 2 × status (page): answered 503, https://x.vn/tin/3",
        "  last crawl: 1 × timeout (file): no answer, https://x.vn/a.jpg",
    ]


def test_everything_fits_the_screen(troubled: Archive, congtin: Callable[..., Result]) -> None:
    counts = dict.fromkeys(("new", "changed", "unchanged", "gone", "failed"), 123_456)
    last = crawled(troubled, 1.0, "127.0.0.1_45123", exit_code=130, **counts)
    troubled.db.execute("UPDATE crawls SET outcome = 'unreachable' WHERE id = ?", (last,))
    troubled.fail(
        last, url="https://x.vn/" + "dai/" * 40, field=None, error="tls", message="không \x1b[31mbắt tay\n" * 9
    )
    lines = congtin().stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.isprintable() for line in lines)


def test_of_an_empty_archive(archive: Archive, congtin: Callable[..., Result]) -> None:
    done = congtin()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("No portal has been crawled into this archive yet.\n")
    assert json.loads(congtin("--json").stdout)["portals"] == []


def test_of_what_is_not_there(archive: Archive, congtin: Callable[..., Result], tmp_path: Path) -> None:
    crawled(archive, 1.0)
    for words in (["--portal", "hanam"], ["--archive", tmp_path / "none"]):
        done = congtin(*words)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "it has namdinh." in congtin("--portal", "hanam").stderr
    assert not (tmp_path / "none").exists()


def test_old_archives_know_what_their_crawls_read(archive: Archive, folder: Path) -> None:
    from archive import Archive as Opened

    crawled(archive, 1.0, changed=4)
    archive.db.execute("ALTER TABLE crawls DROP COLUMN read")
    archive.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_pages_read'")
    archive.close()
    with Opened(folder) as again:
        assert again.db.execute("SELECT read FROM crawls").fetchall() == [(7,)]
