"""The archive keeps its promises: bytes before rows, one transaction an article, nothing deleted, nothing made by looking."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive import Archive
from archive.errors import BadInput, Busy, Damaged, NoArchive, NotFound, Unwritable
from archive.models import Capture, Kept
from archive.verify import broken
from archive.warc import WarcWriter

if TYPE_CHECKING:
    from collections.abc import Callable


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a folder: names, times, contents."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def dump(archive: Archive) -> list[str]:
    return list(archive.db.conn.iterdump())


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


def test_how_the_database_is_opened(archive: Archive) -> None:
    pragmas = {
        name: archive.db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}


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


def test_a_capture_is_a_row_that_leads_to_its_bytes(archive: Archive, desk: Any) -> None:
    headers = [
        ("Content-Type", "Text/HTML; charset=utf-8"),
        ("ETag", '"a"'),
        ("Last-Modified", "Mon"),
        ("Content-Encoding", "gzip"),
    ]
    capture = desk.capture("https://x.vn/1", gzip.compress(b"trang"), response_headers=headers)
    row = archive.db["captures"].get(capture.id)
    assert Capture(**row) == capture
    assert (row["mime"], row["etag"], row["last_modified"], row["status"], row["role"]) == (
        "text/html",
        '"a"',
        "Mon",
        200,
        "article",
    )
    assert row["fetched_at"] == "2023-05-29T01:16:00Z"
    record = archive.open_capture(capture.id)
    assert (record.content, record.url, record.status) == (b"trang", "https://x.vn/1", 200)
    desk.writer.close()
    assert archive.open_capture(capture.id) == record
    assert (archive.path / "warc" / row["warc"]).exists()


def test_pages_that_are_not_found_are_kept_too(archive: Archive, desk: Any) -> None:
    capture = desk.capture("https://x.vn/1", "Không tìm thấy".encode(), 404, response_headers=[])
    assert (capture.status, capture.mime, capture.refers_to) == (404, None, None)
    assert archive.open_capture(capture.id).content.decode() == "Không tìm thấy"


def test_bytes_come_before_rows(archive: Archive, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (fsync(descriptor), happened.append("bytes")))
    archive.db.conn.set_trace_callback(
        lambda statement: happened.append("row") if "INTO captures" in statement else None
    )
    desk.capture("https://x.vn/1")
    assert happened == ["bytes", "row"]


def test_without_bytes_no_row(archive: Archive, desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dump(archive)
    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(
            os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(Unwritable):
            desk.capture("https://x.vn/1")
    assert dump(archive) == before
    assert desk.capture("https://x.vn/1").id == 1


class TestRevisits:
    """What is stored once, and what `unchanged` may say."""

    def test_the_same_bytes_again(self, archive: Archive, desk: Any) -> None:
        url = "https://x.vn/1"
        first, second, third = (desk.capture(url, b"trang") for _ in range(3))
        assert (first.refers_to, first.unchanged) == (None, False)
        assert [(c.refers_to, c.unchanged, c.payload_digest) for c in (second, third)] == [
            (first.id, True, first.payload_digest)
        ] * 2
        assert archive.open_capture(third.id).content == b"trang"
        assert archive.open_capture(third.id).record_id == third.record_id

    def test_not_modified(self, archive: Archive, desk: Any) -> None:
        first = desk.capture("https://x.vn/1", b"trang")
        later = desk.capture("https://x.vn/1", b"", 304, response_headers=[])
        assert (later.refers_to, later.unchanged, later.mime, later.payload_digest) == (
            first.id,
            True,
            "text/html",
            first.payload_digest,
        )
        record = archive.open_capture(later.id)
        assert (record.content, record.status, record.fetched_at > desk.at) == (b"trang", 200, False)

    def test_not_modified_since_what_we_never_had(self, archive: Archive, desk: Any) -> None:
        odd = desk.capture("https://x.vn/1", b"", 304, response_headers=[])
        assert (odd.refers_to, odd.unchanged) == (None, False)
        assert archive.open_capture(odd.id).body == b""

    def test_the_same_bytes_elsewhere_are_stored_once_but_say_nothing_of_this_page(
        self, archive: Archive, desk: Any
    ) -> None:
        first = desk.capture("https://x.vn/1", b"trang", response_headers=[("Content-Type", "image/png")])
        other = desk.capture("https://x.vn/2", b"trang", response_headers=[("Content-Type", "image/gif")])
        assert (other.refers_to, other.unchanged, other.mime) == (first.id, False, "image/gif")
        record = archive.open_capture(other.id)
        assert (record.body, record.url, record.headers) == (
            b"trang",
            "https://x.vn/2",
            [("Content-Type", "image/gif")],
        )

    def test_nothing_is_not_worth_referring_to(self, desk: Any) -> None:
        assert [desk.capture("https://x.vn/1", b"", 302).refers_to for _ in range(2)] == [None, None]
        assert not desk.capture("https://x.vn/1", b"").unchanged
        assert not desk.capture("https://x.vn/1", b"").unchanged

    def test_a_page_that_goes_back_to_an_older_text_has_changed(self, desk: Any) -> None:
        story = desk.Story("https://x.vn/1", "Một")
        desk.archive.ledger.discover("namdinh", [(story.url, None, None)])
        for body, title in ((b"mot", "Một"), (b"hai", "Hai")):
            capture = desk.capture(story.url, body)
            desk.archive.keep(
                replace(story, title=title), portal="namdinh", section=None, capture_id=capture.id, link_url=story.url
            )
        back = desk.capture(story.url, b"mot")
        assert (back.refers_to, back.unchanged) == (1, False)
        assert desk.capture(story.url, b"hai").unchanged

    def test_what_could_not_be_read_is_not_unchanged_when_it_comes_again(self, desk: Any) -> None:
        story = desk.Story("https://x.vn/1")
        desk.archive.ledger.discover("namdinh", [(story.url, None, None)])
        desk.keep(story)
        kept = desk.archive.article(1)["capture_id"]
        for n in range(2):
            broken_page = desk.capture(story.url, b"<p>loi</p>")
            assert not broken_page.unchanged
            assert (broken_page.refers_to is None) == (n == 0)
        later = desk.capture(story.url, b"", 304)
        assert (later.unchanged, later.refers_to) == (True, kept)


class TestKeep:
    def test_a_new_article(self, archive: Archive, desk: Any) -> None:
        images = (
            desk.Image("https://x.vn/a.jpg", "Chợ phiên.", "Viết Dư"),
            desk.Image("https://x.vn/b.jpg", "Chợ phiên.", None),
        )
        story = desk.Story(
            "https://x.vn/1",
            lead="Chợ họp lại.",
            images=images,
            author="Thu Trang",
            author_role="PV",
            source="Báo Nam Định",
            source_raw="(Nguồn: Báo Nam Định)",
            attachments=(desk.Attachment("https://x.vn/a.pdf", "Kế hoạch"),),
        )
        assert desk.keep(story) == Kept(1, "new", 1)
        row = archive.article("https://x.vn/1")
        assert {
            name: row[name]
            for name in ("portal", "section", "title", "published_at", "published_raw", "lead", "layout")
        } == {
            "portal": "namdinh",
            "section": "Tin tức",
            "title": story.title,
            "published_at": story.published_at,
            "published_raw": story.published_raw,
            "lead": "Chợ họp lại.",
            "layout": "thử",
        }
        assert row["body"] == "\n\n".join(story.body)
        assert row["body_html"] == story.body_html
        assert row["captions"] == "Chợ phiên.\nViết Dư"
        assert (row["author"], row["author_role"], row["source"], row["source_raw"]) == (
            "Thu Trang",
            "PV",
            "Báo Nam Định",
            "(Nguồn: Báo Nam Định)",
        )
        assert row["folded"].startswith("Nam Dinh mo lai cho phien ben song Dao\nCho hop lai.\nPhien cho")
        assert [(i["position"], i["url"], i["caption"], i["credit"]) for i in row["images"]] == [
            (0, "https://x.vn/a.jpg", "Chợ phiên.", "Viết Dư"),
            (1, "https://x.vn/b.jpg", "Chợ phiên.", None),
        ]
        assert [(a["position"], a["url"], a["label"]) for a in row["attachments"]] == [
            (0, "https://x.vn/a.pdf", "Kế hoạch")
        ]
        assert [(r["revision"], r["title"], r["capture_id"]) for r in row["revisions"]] == [(1, story.title, 1)]
        assert row["revisions"][0]["images"][0] == {
            "url": "https://x.vn/a.jpg",
            "caption": "Chợ phiên.",
            "credit": "Viết Dư",
        }
        assert row["revisions"][0]["attachments"] == [{"url": "https://x.vn/a.pdf", "label": "Kế hoạch"}]

    def test_times_are_those_of_the_captures(self, archive: Archive, desk: Any) -> None:
        story = desk.Story("https://x.vn/1")
        assert desk.keep(story).outcome == "new"
        assert desk.keep(story).outcome == "unchanged"
        assert desk.keep(replace(story, title="Hai")).outcome == "changed"
        assert desk.keep(replace(story, title="Hai")).outcome == "unchanged"
        row = archive.article(1)
        assert {name: row[name][14:16] for name in ("first_seen_at", "changed_at", "last_seen_at")} == {
            "first_seen_at": "16",
            "changed_at": "18",
            "last_seen_at": "19",
        }
        assert (row["revision"], row["capture_id"], row["gone_at"]) == (2, 3, None)
        assert [r["seen_at"] for r in row["revisions"]] == [row["first_seen_at"], row["changed_at"]]
        assert len(row["captures"]) == 4

    @pytest.mark.parametrize(
        "edit",
        [
            {"title": "Khác"},
            {"published_at": None},
            {"published_raw": "29/5/2023"},
            {"lead": "Khác"},
            {"body": ("Khác.",)},
            {"author": "Khác"},
            {"author_role": "Khác"},
            {"source": "TTXVN"},
            {"source_raw": "Theo TTXVN"},
            {"images": "caption"},
            {"images": "credit"},
            {"images": "url"},
            {"images": "none"},
            {"images": "order"},
            {"attachments": "label"},
        ],
    )
    def test_an_edit_of_anything_is_a_revision(self, archive: Archive, desk: Any, edit: dict[str, Any]) -> None:
        pictures = (desk.Image("https://x.vn/a.jpg", "Chợ.", "Dư"), desk.Image("https://x.vn/b.jpg", "Chợ.", "Dư"))
        story = desk.Story(
            "https://x.vn/1",
            lead="Chợ.",
            author="A",
            source="B",
            images=pictures,
            attachments=(desk.Attachment("u", "l"),),
        )
        edits = {
            "caption": (replace(pictures[0], caption="Khác"), pictures[1]),
            "credit": (replace(pictures[0], credit=None), pictures[1]),
            "url": (replace(pictures[0], url="https://x.vn/c.jpg"), pictures[1]),
            "none": (),
            "order": pictures[::-1],
            "label": (desk.Attachment("u", "khác"),),
        }
        changes = {name: edits.get(value, value) if isinstance(value, str) else value for name, value in edit.items()}
        desk.keep(story)
        before = archive.article(1)
        kept = desk.keep(replace(story, **changes))
        assert (kept.article_id, kept.outcome, kept.revision) == (1, "changed", 2)
        after = archive.article(1)
        old, new = after["revisions"]
        assert old == before["revisions"][0]
        [(name, value)] = changes.items()
        if name in ("images", "attachments"):
            assert (
                [part["url"] for part in after[name]]
                == [part["url"] for part in new[name]]
                == [part.url for part in value]
            )
        else:
            assert after[name] == new[name] == (value[0] if isinstance(value, tuple) else value)
        assert desk.keep(replace(story, **changes)).outcome == "unchanged"

    @pytest.mark.parametrize("fields", [{"body_html": "<p class=x>khác</p>"}, {"layout": "khác"}, {"section": "Khác"}])
    def test_markup_layout_and_section_alone_are_no_edit(
        self, archive: Archive, desk: Any, fields: dict[str, str]
    ) -> None:
        story = desk.Story("https://x.vn/1")
        desk.keep(story)
        before = archive.article(1)
        assert desk.keep(replace(story, **fields)).outcome == "unchanged"
        changed = {name for name, value in archive.article(1).items() if value != before[name]}
        assert changed == {"last_seen_at", "captures"}

    def test_parts_keep_their_rows_and_none_is_deleted(self, archive: Archive, desk: Any) -> None:
        a, b, c = (desk.Image(f"https://x.vn/{name}.jpg", name) for name in "abc")
        desk.keep(desk.Story("https://x.vn/1", images=(a, b, a)))
        desk.keep(desk.Story("https://x.vn/1", images=(c, b)))
        rows = {(r["id"], r["url"][-5], r["position"], r["gone_at"] is not None) for r in archive.db["images"].rows}
        assert rows == {(1, "a", 0, True), (2, "b", 1, False), (3, "a", 2, True), (4, "c", 0, False)}
        desk.keep(desk.Story("https://x.vn/1", images=(a, b)))
        assert [(i["id"], i["url"][-5]) for i in archive.article(1)["images"]] == [(1, "a"), (2, "b")]
        assert archive.db["images"].count == 4

    def test_a_section_once_known_stays(self, archive: Archive, desk: Any) -> None:
        story = desk.Story("https://x.vn/1", section="Breadcrumb")
        desk.keep(replace(story, section=None), section=None)
        assert archive.article(1)["section"] is None
        desk.keep(story, section=None)
        assert archive.article(1)["section"] == "Breadcrumb"
        desk.keep(story, section="Danh sách khác")
        assert archive.article(1)["section"] == "Breadcrumb"
        desk.keep(replace(story, title="Hai", section=None), section=None)
        assert archive.article(1)["section"] == "Breadcrumb"
        desk.keep(replace(story, title="Ba"), section="Danh sách")
        assert archive.article(1)["section"] == "Danh sách"

    def test_the_ledger_is_part_of_it(self, archive: Archive, desk: Any) -> None:
        archive.ledger.discover("namdinh", [("https://x.vn/r?id=1", "Tin", None)])
        desk.keep(desk.Story("https://x.vn/1"), link_url="https://x.vn/r?id=1")
        link = archive.db["links"].get(1)
        assert (link["state"], link["article_id"], link["capture_id"], link["attempts"]) == ("kept", 1, 1, 0)
        assert link["next_visit_at"] == "2023-05-29T13:16:00Z"
        assert archive.article("https://x.vn/r?id=1")["id"] == 1

    @pytest.mark.parametrize(
        ("kind", "event", "table"),
        [
            ("new", "INSERT", "articles"),
            ("new", "INSERT", "images"),
            ("new", "INSERT", "revisions"),
            ("new", "UPDATE", "links"),
            ("edited", "UPDATE", "articles"),
            ("edited", "INSERT", "images"),
            ("edited", "UPDATE", "images"),
            ("edited", "INSERT", "revisions"),
            ("edited", "UPDATE", "links"),
        ],
    )
    def test_it_is_all_or_nothing(self, archive: Archive, desk: Any, kind: str, event: str, table: str) -> None:
        archive.ledger.discover("namdinh", [("https://x.vn/1", None, None), ("https://x.vn/2", None, None)])
        desk.keep(desk.Story("https://x.vn/1", images=(desk.Image("a"),)))
        story = desk.Story(f"https://x.vn/{1 if kind == 'edited' else 2}", "Hai", images=(desk.Image("b"),))
        capture = desk.capture(story.url, b"hai")
        before = dump(archive)
        archive.db.conn.execute(
            f"CREATE TEMP TRIGGER hong BEFORE {event} ON main.{table} BEGIN SELECT RAISE(ABORT, 'hỏng'); END"
        )
        with pytest.raises(sqlite3.IntegrityError, match="hỏng"):
            archive.keep(story, portal="namdinh", section=None, capture_id=capture.id, link_url=story.url)
        assert dump(archive) == before
        assert not archive.db.conn.in_transaction
        archive.db.conn.execute("DROP TRIGGER hong")
        kept = archive.keep(story, portal="namdinh", section=None, capture_id=capture.id, link_url=story.url)
        assert kept.outcome == {"new": "new", "edited": "changed"}[kind]

    def test_no_article_without_a_capture(self, archive: Archive, desk: Any) -> None:
        before = dump(archive)
        with pytest.raises(NotFound, match="no capture 7"):
            archive.keep(desk.Story("https://x.vn/1"), portal="namdinh", section=None, capture_id=7, link_url=None)
        assert dump(archive) == before

    def test_touching_an_article_leaves_the_index_alone(self, archive: Archive, desk: Any) -> None:
        desk.keep(desk.Story("https://x.vn/1"))
        before = archive.db.conn.execute("SELECT * FROM articles_fts_data").fetchall()
        desk.keep(desk.Story("https://x.vn/1"))
        assert archive.db.conn.execute("SELECT * FROM articles_fts_data").fetchall() == before
        desk.keep(desk.Story("https://x.vn/1", "Bão số ba"))
        assert [hit.id for hit in archive.search("bao")] == [1]
        assert archive.search("cho phien title:cho") == []


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


@pytest.mark.parametrize("before", [True, False])
def test_pictures_and_documents_find_their_bytes_whichever_comes_first(
    archive: Archive, desk: Any, before: bool
) -> None:
    story = desk.Story(
        "https://x.vn/1",
        images=(desk.Image("https://x.vn/a.jpg"),),
        attachments=(desk.Attachment("https://x.vn/a.pdf"),),
    )
    if not before:
        desk.keep(story)
        assert archive.article(1)["images"][0]["capture_id"] is None
    desk.capture("https://x.vn/a.jpg", b"", 404, role="image")
    picture = desk.capture("https://x.vn/a.jpg", b"jpg", role="image")
    document = desk.capture("https://x.vn/a.pdf", b"pdf", role="attachment")
    if before:
        desk.keep(story)
    row = archive.article(1)
    assert [row["images"][0]["capture_id"], row["attachments"][0]["capture_id"]] == [picture.id, document.id]


@pytest.mark.parametrize("wanted", [7, "7", "https://x.vn/7", "", "bài", 10**30, "-1", "١"])
def test_an_article_that_is_not_there(archive: Archive, desk: Any, wanted: int | str) -> None:
    desk.articles("Một")
    with pytest.raises(NotFound, match="no article"):
        archive.article(wanted)


def test_an_article_is_found_by_id_and_address(archive: Archive, desk: Any) -> None:
    desk.keep(desk.Story("https://x.vn/1"))
    assert (
        archive.article(1)
        == archive.article("1")
        == archive.article("https://x.vn/1")
        == archive.article("https://x.vn/1#tin")
    )


def test_bytes_that_are_not_those_captured_are_told(archive: Archive, desk: Any) -> None:
    first, second = desk.capture("https://x.vn/1", b"mot"), desk.capture("https://x.vn/2", b"hai")
    archive.db.conn.execute('UPDATE captures SET "offset" = ? WHERE id = 1', (second.offset + 10**6,))
    with pytest.raises(Damaged, match="No record begins"):
        archive.open_capture(1)
    archive.db.conn.execute('UPDATE captures SET "offset" = -1 WHERE id = 2')
    archive.db.conn.execute('UPDATE captures SET "offset" = ? WHERE id = 1', (second.offset,))
    with pytest.raises(Damaged, match="another record"):
        archive.open_capture(1)
    archive.db.conn.execute(
        'UPDATE captures SET "offset" = ?, payload_digest = ? WHERE id = 1', (first.offset, second.payload_digest)
    )
    with pytest.raises(Damaged, match="not those that were captured"):
        archive.open_capture(1)
    with pytest.raises(NotFound, match="no capture 9"):
        archive.open_capture(9)


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
print("crawling", flush=True)
while True:
    n += 1
    links = [(f"https://x.vn/{{n}}-{{i}}", "Tin", None) for i in range(3)]
    archive.ledger.discover("namdinh", links, crawl)
    for url, *_ in links:
        archive.ledger.trying(url, crawl)
        desk.keep(Story(url, f"Bài {{url}}", images=(desk.Image(url + ".jpg"),)))
"""


@pytest.mark.parametrize("after", [0.15, 0.4, 0.7])
def test_killed_at_any_moment_nothing_is_broken_or_forgotten(folder: Path, after: float) -> None:
    code = CRAWL.format(tests=str(Path(__file__).parent), folder=str(folder))
    crawl = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert crawl.stdout is not None
    crawl.stdout.readline()
    time.sleep(after)
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
