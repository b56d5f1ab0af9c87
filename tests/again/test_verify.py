"""Each promise, broken on purpose, is told; the pages read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archive.verify import broken
from crawler.again.readers import Readers

if TYPE_CHECKING:
    from archive import Archive

# Every column of a row, and what it says instead. Those that refer to a row refer to another one that is there.
SPOILED = {
    "articles": {
        **dict.fromkeys(("title", "published_at", "published_raw", "lead", "body", "body_html", "captions"), "khác"),
        **dict.fromkeys(
            ("author", "author_role", "source", "source_raw", "layout", "folded", "section", "portal"), "khác"
        ),
        **dict.fromkeys(("first_seen_at", "last_seen_at", "changed_at", "gone_at"), "2020-01-01T00:00:00Z"),
        "url": "https://x.vn/khac",
        "revision": 9,
        "capture_id": 1,
    },
    "revisions": {
        **dict.fromkeys(("title", "published_at", "published_raw", "lead", "body", "captions", "author"), "khác"),
        **dict.fromkeys(("author_role", "source", "source_raw", "section"), "khác"),
        "seen_at": "2020-01-01T00:00:00Z",
        "revision": 9,
        "capture_id": 1,
        "article_id": 1,
        "images": "[]",
        "attachments": '[{"url": "https://x.vn/a.pdf", "label": null}]',
    },
    "captures": {
        "record_id": "<urn:uuid:0>",
        "url": "https://x.vn/khac",
        "role": "other",
        "status": 500,
        "mime": "text/plain",
        "fetched_at": "2020-01-01T00:00:00Z",
        "payload_digest": "sha256:0",
        "warc": "khac.warc.gz",
        "offset": 7,
        "length": 7,
        "etag": '"0"',
        "last_modified": "Mon, 29 May 2023 01:15:00 GMT",
        "refers_to": 2,
    },
    "images": {
        "article_id": 2,
        "position": 5,
        "url": "https://x.vn/khac.jpg",
        "caption": "khác",
        "credit": "khác",
        "gone_at": "2020-01-01T00:00:00Z",
        "capture_id": 3,
    },
    "links": {"article_id": 2, "state": "owed", "next_visit_at": None, "capture_id": 2},
}
CASES = [(table, column, row) for table, columns in SPOILED.items() for column in columns for row in ("first", "last")]


@pytest.mark.parametrize(("table", "column", "which"), CASES)
def test_a_spoiled_column(kept: Archive, table: str, column: str, which: str) -> None:
    conn, readers = kept.db.conn, Readers(kept.path)
    where = f"id = (SELECT {'min' if which == 'first' else 'max'}(id) FROM {table})"
    was = conn.execute(f'SELECT "{column}" FROM {table} WHERE {where}').fetchone()[0]
    now = SPOILED[table][column]
    if was == now:
        pytest.skip("it says so already")
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', (now,))
    assert list(broken(kept, readers))
    conn.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', (was,))
    assert list(broken(kept, readers)) == []


@pytest.mark.parametrize("table", ["captures", "articles", "revisions", "images", "links"])
def test_a_row_that_is_missing(kept: Archive, table: str) -> None:
    conn, readers = kept.db.conn, Readers(kept.path)
    conn.execute("PRAGMA foreign_keys = OFF")
    for (row_id,) in conn.execute(f"SELECT id FROM {table}").fetchall():
        conn.execute("BEGIN")
        conn.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))
        assert list(broken(kept, readers)), row_id
        conn.rollback()


def test_without_reading_what_rows_say_of_each_other_is_told(filled: Archive, readers: Readers) -> None:
    filled.db.conn.execute("UPDATE articles SET title = 'khác' WHERE id = 3")
    assert list(broken(filled)) == [
        "Article 3: its column folded is not its text without diacritics; `congtin reread` puts it right.",
        "Article 3: its row differs from what its captures say in title; `congtin reread` puts it right.",
    ]


def test_what_only_the_bytes_tell_needs_reading(filled: Archive, readers: Readers) -> None:
    conn = filled.db.conn
    for table, key in (("articles", "id"), ("revisions", "article_id")):
        conn.execute(f"UPDATE {table} SET author = 'Người khác' WHERE {key} = 1")
    conn.execute("UPDATE articles SET folded = folded WHERE id = 1")
    assert any("author" in told for told in broken(filled, readers))


def test_the_command(filled: Archive, congtin: Any, folder: Any) -> None:
    result = congtin("verify", "--jobs", 1)
    assert (result.exit_code, result.stdout) == (0, f"{folder} is whole: 6 captures, 3 articles.\n")
    filled.db.conn.execute("UPDATE articles SET layout = 'khác' WHERE id = 2")
    assert congtin("verify", "--quick").exit_code == 0
    result = congtin("verify", "--jobs", 1, "--json")
    assert result.exit_code == 7
    [told] = json.loads(result.stdout)["broken"]
    assert told["check"] == "articles"
    assert "Article 2: its row differs from what its captures say in layout" in told["message"]
    assert result.stderr == f"The archive {folder} is damaged: 1 promises broken, listed above.\n"


def test_what_to_do_is_said_once(archive: Archive, press: Any, pages: Any, readers: Readers) -> None:
    html, _ = pages
    press.publish("https://x.vn/tin/gat-lua-1001", html("Gặt lúa chiêm ở Giao Thịnh"))
    press.close()
    [path] = (archive.path / "warc").iterdir()
    path.unlink()
    for problem in broken(archive, readers):
        assert problem.count("put the file back from a copy") == 1, problem
