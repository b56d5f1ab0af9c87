"""Which articles are taken, and each as a row."""

from __future__ import annotations

import sqlite3
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from archive.export.chosen import Chosen, snapshot
from archive.search import Filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive import Archive

    Rows = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ((), ["Làng mở hội xuân", '=HYPERLINK("http://x.vn")', "Trang thứ hai", "Giá bạc tăng"]),
        (("lang",), ["Làng mở hội xuân"]),
        (("-lang", "-bac"), ['=HYPERLINK("http://x.vn")', "Trang thứ hai"]),
        (("làng", "OR", "bạc"), ["Làng mở hội xuân", "Giá bạc tăng"]),
        (("--portal", "hanam"), ["Giá bạc tăng"]),
        (("--source", "bao nam dinh"), ["Làng mở hội xuân"]),
        (("--author", "thu trang"), ["Làng mở hội xuân"]),
        (("--section", "tin tuc"), ["Làng mở hội xuân", '=HYPERLINK("http://x.vn")']),
        (("--from", "2023-06-01"), ['=HYPERLINK("http://x.vn")']),
        (("--to", "2023-05-29", "bạc"), ["Giá bạc tăng"]),
        (("--from", "2024-01-01"), None),
    ],
)
def test_the_filters_are_those_of_search(
    held: Archive, congtin: Any, rows: Rows, words: tuple[str, ...], titles: list[str] | None
) -> None:
    if titles is None:
        result = congtin("export", *words)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "No article matches; the export is empty.\n"
    else:
        assert [row["title"] for row in rows(*words)] == titles


def test_what_is_read_is_one_moment_of_a_running_crawl(held: Archive) -> None:
    with snapshot(held.db.conn):
        with sqlite3.connect(held.path / "archive.db") as crawling:
            crawling.execute("UPDATE articles SET title = 'sửa sau'")
            crawling.execute("DELETE FROM attachments")
        crawling.close()
        first, *_ = Chosen(held).rows()
        assert (first["title"], len(first["attachments"])) == ("Làng mở hội xuân", 1)
    with snapshot(held.db.conn):
        assert {row["title"] for row in Chosen(held).rows()} == {"sửa sau"}


def test_memory_stays_flat(archive: Archive, desk: Any) -> None:
    body = tuple("Đoạn văn dài về con đường mới qua làng. " * 20 for _ in range(8))
    desk.articles(*(f"Bài {n}" for n in range(200)), body=body)
    with snapshot(archive.db.conn):
        tracemalloc.start()
        letters = sum(len("".join(row["body"])) for row in Chosen(archive, "bài", Filters(portal="namdinh")).rows())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert letters == 200 * 6400
    assert peak < letters / 5
