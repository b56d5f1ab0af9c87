"""Stored captures read again: rows are put right, and no version is invented."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import crawler.again.readers as ours
from archive.again import Reading, Unread
from archive.reread import reread
from archive.verify import broken
from crawler.again.readers import Readers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive import Archive


def state(archive: Archive) -> list[str]:
    """All rows, but not the segments of the index, which depend on how it was written."""
    return [line for line in archive.db.conn.iterdump() if not line.startswith('INSERT INTO "articles_fts_')]


class Changed(Readers):
    """Readers of another day: what they read is changed by a function, which may also say that a page holds no article."""

    def __init__(self, folder: Any, change: Any) -> None:
        super().__init__(folder)
        self.change = change

    def __call__(self, batches: Any) -> Iterator[list[Reading]]:
        for readings in super().__call__(batches):
            yield [replace(reading, result=self.change(reading.result)) for reading in readings]


SPOIL = (
    "UPDATE articles SET title = 'khác', body = 'khác', folded = 'khác', section = 'khác' WHERE id = 1",
    "UPDATE articles SET capture_id = 1, revision = 7, layout = 'khác' WHERE id = 3",
    "UPDATE articles SET first_seen_at = '2020-01-01T00:00:00Z', last_seen_at = '2020-01-01T00:00:00Z' WHERE id = 3",
    "UPDATE revisions SET title = 'khác', images = '[]', seen_at = '2020-01-01T00:00:00Z' WHERE id = 4",
    "UPDATE revisions SET revision = revision + 10 WHERE article_id = 3",
    "UPDATE images SET url = 'https://x.vn/khac.jpg', caption = 'khác', position = 4 WHERE id = 1",
    "UPDATE images SET gone_at = NULL WHERE id = 2",
)


@pytest.mark.parametrize("spoil", [*SPOIL, "; ".join(SPOIL)])
def test_spoiled_rows_are_restored_and_counted(filled: Archive, readers: Readers, spoil: str) -> None:
    before = state(filled)
    filled.db.conn.executescript(spoil)
    spoiled = state(filled)
    assert before != spoiled
    report = reread(filled, readers, dry_run=True)
    assert report.changed > 0
    assert state(filled) == spoiled
    again = reread(filled, readers)
    assert state(filled) == before
    assert (again.articles, again.captures, again.fields) == (3, 5, report.fields)
    assert list(broken(filled, readers)) == []


def test_nothing_to_change(filled: Archive, readers: Readers) -> None:
    before = state(filled)
    report = reread(filled, readers)
    assert (report.articles, report.changed, report.new, report.failed) == (3, 0, 0, 0)
    assert state(filled) == before


def test_a_better_reader_changes_every_version_and_makes_none(filled: Archive, folder: Any) -> None:
    better = Changed(folder, lambda article: replace(article, author="Hồng Hà", title=article.title + " (*)"))
    report = reread(filled, better)
    assert report.fields["author"] == report.fields["title"] == report.fields["revisions.author"] == 3
    assert report.examples["author"] == 1
    versions = filled.article(3)["revisions"]
    assert [(version["revision"], version["author"], version["title"][-3:]) for version in versions] == [
        (1, "Hồng Hà", "(*)"),
        (2, "Hồng Hà", "(*)"),
        (3, "Hồng Hà", "(*)"),
    ]
    assert [hit.id for hit in filled.search('author:"hong ha"')] == [1, 2, 3] or len(filled.search("hong ha")) == 3
    assert list(broken(filled, better)) == []


def test_versions_that_read_alike_today_stay_apart(filled: Archive, folder: Any) -> None:
    """An older reader took a counter for text; the captures still are two, and each keeps its day."""
    plain = Changed(folder, lambda article: replace(article, title="Một", body=("Hai.",), images=()))
    reread(filled, plain)
    versions = filled.article(3)["revisions"]
    assert [version["revision"] for version in versions] == [1, 2, 3]
    assert len({version["seen_at"] for version in versions}) == 3
    assert filled.article(1)["images"] == []  # gone, and told to be
    assert filled.db.conn.execute("SELECT count(*) FROM images WHERE gone_at IS NULL").fetchone() == (0,)
    assert list(broken(filled, plain)) == []


def test_a_page_that_no_longer_reads_keeps_what_was_read(filled: Archive, folder: Any) -> None:
    before = state(filled)
    worse = Changed(folder, lambda article: Unread("body", "no text stands under the headline"))
    report = reread(filled, worse)
    assert report.failed == 5
    assert report.failures[0] == (
        "https://x.vn/tin/gat-lua-1001",
        "capture 1 of article 1: no body, no text stands under the headline",
    )
    assert state(filled) == before


def test_a_page_that_could_not_be_read_before(filled: Archive, press: Any, pages: Any, folder: Any) -> None:
    html, _ = pages
    press.begin()
    url = "https://x.vn/tin/moi-1009"
    filled.ledger.discover("x.vn", [(url, "Tin tức", None)], press.crawl)
    capture = press.capture(url, html("Đò ngang Sa Cao chạy lại"))
    told = {"url": url, "field": "title", "error": "unreadable", "message": "no headline"}
    filled.fail(press.crawl, **told, capture_id=capture.id, link_url=url)
    press.close()
    readers = Readers(folder)
    assert reread(filled, readers, dry_run=True).new == 1
    assert filled.db["articles"].count == 3
    assert reread(filled, readers).new == 1
    article = filled.article(url)
    assert (article["title"], article["section"], article["capture_id"]) == (
        "Đò ngang Sa Cao chạy lại",
        "Tin tức",
        capture.id,
    )
    assert filled.ledger.counts() == {"owed": 0, "kept": 4, "failed": 0, "gone": 0}
    assert reread(filled, readers).new == 0
    assert list(broken(filled, readers)) == []


def test_a_version_tied_to_the_wrong_capture_is_left_alone(filled: Archive, readers: Readers) -> None:
    filled.db.conn.execute("UPDATE revisions SET capture_id = 1 WHERE article_id = 2")
    before = state(filled)
    report = reread(filled, readers)
    assert report.failures == [
        ("https://x.vn/tin/gat-lua-1001", "article 2 reads as another article; `congtin rebuild` sorts them out")
    ]
    assert state(filled) == before


def test_two_processes_read_the_same(filled: Archive, folder: Any) -> None:
    filled.db.conn.executescript("; ".join(SPOIL))
    one = reread(filled, Readers(folder, 1), dry_run=True)
    two = reread(filled, Readers(folder, 2), dry_run=True)
    assert one.to_dict() == two.to_dict()
    assert two.changed == 2


def test_the_command(filled: Archive, congtin: Any) -> None:
    filled.db.conn.execute("UPDATE articles SET author = 'khác' WHERE id = 2")
    result = congtin("reread", "--jobs", 1, "--dry-run")
    assert result.stdout == (
        "3 articles read again from 5 captures: 1 would change.\n  author: 1, as in article 2\n  folded: 1, as in article 2\n"
    ).replace("  folded: 1, as in article 2\n", "")
    told = json.loads(congtin("reread", "--jobs", 1, "--json").stdout)
    assert told["fields"] == {"author": {"count": 1, "example": 2}}
    assert filled.article(2)["author"] is None
    with filled.lock():
        assert congtin("reread").exit_code == 6


def test_captures_that_cannot_be_read_are_failures(filled: Archive, congtin: Any) -> None:
    [path] = (filled.path / "warc").iterdir()
    path.write_bytes(b"")
    result = congtin("reread", "--jobs", 1)
    assert result.exit_code == 3
    assert "5 captures no longer read" in result.stdout
    assert "capture 1 of article 1: no capture, it is cut short." in result.stderr


assert ours.read_bytes  # what a worker runs can be imported by its name
