"""The tables that others rely on, readable by stock tools."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import sqlite_utils

from archive import Archive, opening
from archive.schema import APPLICATION_ID, bring_up_to_date, migrations

if TYPE_CHECKING:
    from pathlib import Path

# DESIGN.md, section 3
PROMISED = {
    "articles": "id url portal section title published_at published_raw lead body body_html captions author author_role source"
    " source_raw revision capture_id layout first_seen_at last_seen_at changed_at gone_at folded",
    "images": "id article_id position url caption credit capture_id",
    "attachments": "id article_id position url label capture_id",
    "revisions": "id article_id revision capture_id seen_at title published_at published_raw lead body captions author"
    " author_role source source_raw",
    "captures": "id record_id url role status mime fetched_at payload_digest warc offset length",
    "copies": "id article_id original_id similarity evidence",
    "links": "url portal section listing_url state discovered_at attempts next_visit_at last_error",
    "crawls": "id portal started_at finished_at outcome exit_code listings links_found fetched new changed unchanged gone failed",
    "failures": "id crawl_id capture_id url field error message at",
}


@pytest.mark.parametrize("table", PROMISED)
def test_every_promised_column_is_there(archive: Archive, table: str) -> None:
    columns = archive.db[table].columns_dict
    assert set(PROMISED[table].split()) <= set(columns)
    assert archive.db[table].pks == ["id"]


def test_keys_are_integers_that_never_move(archive: Archive, desk: object) -> None:
    for table in PROMISED:
        [key] = [column for column in archive.db[table].columns if column.is_pk]
        assert key.type == "INTEGER"  # an alias of the rowid, which VACUUM keeps


@pytest.mark.parametrize("table", PROMISED)
def test_every_reference_is_a_foreign_key_with_an_index(archive: Archive, table: str) -> None:
    referring = {
        column for column in archive.db[table].columns_dict if column.endswith("_id") and column != "record_id"
    }
    assert {key.column for key in archive.db[table].foreign_keys} == referring | (
        {"refers_to"} if table == "captures" else set()
    )
    leading = {index.columns[0] for index in archive.db[table].indexes}
    assert {key.column for key in archive.db[table].foreign_keys} <= leading


def test_references_are_enforced(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        archive.db.conn.execute(
            "INSERT INTO failures (crawl_id, url, error, message, at) VALUES (9, 'u', 'e', 'm', 'a')"
        )


@pytest.mark.parametrize(("table", "column", "value"), [("links", "state", "lost"), ("captures", "role", "page")])
def test_states_and_roles_are_few(archive: Archive, table: str, column: str, value: str) -> None:
    [row] = archive.db.conn.execute(f"SELECT sql FROM sqlite_master WHERE name = '{table}'").fetchall()
    assert f"CHECK ({column} IN" in row[0]
    needed = [c.name for c in archive.db[table].columns if c.notnull and not c.is_pk and c.default_value is None]
    values = dict.fromkeys(needed, "x") | {column: value}
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        archive.db[table].insert(values)


def test_stock_tools_find_the_index(archive: Archive, desk: object) -> None:
    assert archive.db["articles"].detect_fts() == "articles_fts"
    with sqlite_utils.Database(str(archive.path / "archive.db")) as plain:
        assert plain["articles"].detect_fts() == "articles_fts"
    schema = archive.db["articles_fts"].schema
    assert 'content="articles"' in schema
    assert "tokenize='unicode61 remove_diacritics 0'" in schema
    assert {trigger.name for trigger in archive.db["articles"].triggers} == {
        "articles_ai",
        "articles_ad",
        "articles_au",
    }


def test_a_fresh_archive_is_marked_as_ours_and_migrated_once(archive: Archive) -> None:
    header = (archive.path / "archive.db").read_bytes()[:100]
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID
    assert migrations.pending(archive.db) == []
    before = archive.db.conn.total_changes
    bring_up_to_date(archive.db)
    assert archive.db.conn.total_changes == before


def test_two_who_open_a_new_archive_at_once_migrate_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, and then finds nothing left to do."""
    with monkeypatch.context() as unmigrated:
        unmigrated.setattr(opening, "bring_up_to_date", lambda db: None)
        first = Archive(tmp_path, create=True)
    first.db.conn.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as other:
        second = other.submit(lambda: Archive(tmp_path).close())
        time.sleep(0.3)
        migrations.apply(first.db)
        first.db.conn.execute("COMMIT")
        assert second.result() is None
    first.close()


def test_an_archive_made_before_fields_were_kept_apart_is_brought_up_to_date(archive: Archive, desk: Any) -> None:
    desk.keep(desk.Story("https://x.vn/1", "Hội làng", lead="Bên sông."))
    made = archive.db.execute("SELECT folded FROM articles").fetchone()[0]
    with archive.db.conn as conn:
        conn.execute("UPDATE articles SET folded = replace(folded, ?, char(10))", ("\n\ue000\n",))
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm005_fields_apart'")
    assert archive.count('"lang ben"') == 1
    with Archive(archive.path) as opened:
        assert opened.db.execute("SELECT folded FROM articles").fetchone()[0] == made
        assert opened.count('"lang ben"') == 0
        opened.db.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
        assert {trigger.name for trigger in opened.db["articles"].triggers} >= {"articles_au"}


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive import schema

    monkeypatch.setattr(schema, "_INDEXES", (*schema._INDEXES, "nowhere(id)"))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Archive(tmp_path, create=True)
    monkeypatch.undo()
    with Archive(tmp_path) as archive:
        assert archive.db["articles"].count == 0
