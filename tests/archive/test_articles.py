"""Articles: one transaction each, every edit a revision, nothing deleted, keys that never move."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archive.errors import NotFound
from archive.models import Kept

if TYPE_CHECKING:
    from archive import Archive


def dump(archive: Archive) -> list[str]:
    return list(archive.db.conn.iterdump())


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
        assert row["folded"].startswith(
            "Nam Dinh mo lai cho phien ben song Dao\n\ue000\nCho hop lai.\n\ue000\nPhien cho"
        )
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

    @pytest.mark.parametrize(
        ("first", "later"),
        [
            (
                "/image/journal/article?img_id=2182980&t=1661572223111",
                "/image/journal/article?img_id=2182980&t=1661575850443",
            ),
            ("/image/journal/article?t=1661572223111&img_id=7", "/image/journal/article?t=1661575850443&img_id=7"),
            ("/anh/a.jpg?_=1661572223111", "/anh/a.jpg?_=1661575850443"),
            ("/anh/a.jpg?w=600&rnd=0.5529", "/anh/a.jpg?w=600&rnd=0.10318"),
            ("/anh/a.jpg", "/anh/a.jpg?nocache=20220827"),
        ],
    )
    def test_what_stands_in_a_pictures_address_against_caches_is_no_edit(
        self, archive: Archive, desk: Any, first: str, later: str
    ) -> None:
        story = desk.Story("https://x.vn/1", images=(desk.Image(f"https://x.vn{first}", "Chợ.", None),))
        desk.keep(story)
        again = replace(story, images=(desk.Image(f"https://x.vn{later}", "Chợ.", None),))
        assert desk.keep(again).outcome == "unchanged"
        [picture] = archive.article(1)["images"]
        assert picture["url"] == f"https://x.vn{first}"
        assert desk.keep(replace(again, title="Khác")).outcome == "changed"

    @pytest.mark.parametrize(
        ("first", "later"),
        [
            ("/documents/7/a.jpg?t=1459222536083", "/documents/7/a.jpg?t=1528257574874"),  # when the file was changed
            ("/image/journal/article?img_id=1&t=5", "/image/journal/article?img_id=2&t=5"),
            ("/anh.ashx?rnd=a1", "/anh.ashx?rnd=a2"),
            ("/anh.ashx?id=1661572223111", "/anh.ashx?id=1661575850443"),
        ],
    )
    def test_what_names_another_picture_is_an_edit(self, desk: Any, first: str, later: str) -> None:
        stories = [
            desk.Story("https://x.vn/1", images=(desk.Image(f"https://x.vn{url}", "Chợ.", None),))
            for url in (first, later)
        ]
        assert [desk.keep(story).outcome for story in stories] == ["new", "changed"]

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
