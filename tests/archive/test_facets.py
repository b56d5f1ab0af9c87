"""Facets: a count is what choosing that value leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import Archive, facets
from archive.cli import main
from archive.search import Filters, scope

if TYPE_CHECKING:
    from pathlib import Path

AUTHORS = [None, "Hồng Hà", "Hồng Hà, Thu Trang", "Hong Ha", "Thu Trang", "Đỗ Hoà", "Đỗ Hòa"]
SOURCES = [None, "Báo Nam Định", "Báo Nam Đinh", "TTXVN"]
SECTIONS = ["Kinh tế", "Hoà bình", "Hòa bình", None]
DAYS = [None, "2021-12-31", "2022-01-01T00:00:00+07:00", "2022-06-01", "2023-01-01"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, desks: Any) -> Any:
    with Archive(tmp_path_factory.mktemp("mat") / "kho", create=True) as archive:
        desk = desks(archive)
        for number in range(60):
            story = desk.Story(
                f"https://x.vn/{number}",
                f"Bài số {number} về {'lúa' if number % 3 else 'bạc'}",
                published_at=DAYS[number % 5],
                author=AUTHORS[number % 7],
                source=SOURCES[number % 4],
            )
            desk.keep(story, section=SECTIONS[number % 4])
        desk.writer.close()
        yield archive


def filters(name: str, value: str) -> dict[str, str]:
    return {"date_from": f"{value}-01-01", "date_to": f"{value}-12-31"} if name == "year" else {name: value}


@pytest.mark.parametrize("query", ["lúa", "bac", "bài", "-lúa", "bài -bạc"])
def test_a_count_is_what_choosing_it_leaves(mixed: Archive, query: str) -> None:
    counted = facets.facets(mixed.db.conn, query, Filters())
    assert counted.total == mixed.count(query) > 0
    for name, values in counted.values.items():
        assert values
        for value in values:
            assert value.count == mixed.count(query, **filters(name, value.value)), (name, value)


def test_an_article_that_came_after_the_columns_were_read_is_counted_in_the_total(mixed: Archive) -> None:
    conn = mixed.db.conn
    told = {name: column[:-1] for name, column in facets.columns(conn).items()}
    counted = facets.count(conn, scope(conn, "", Filters()), told)
    assert counted.total == mixed.count("bài") + mixed.count("-bài")
    assert sum(value.count for value in counted.values["year"]) < counted.total


def test_spellings_of_one_name_are_one_value(mixed: Archive) -> None:
    counted = facets.facets(mixed.db.conn, "", Filters())
    shown = [value.value for value in counted.values["section"]]
    assert len([value for value in shown if "bình" in value]) == 1
    assert sum(value.count for value in counted.values["section"]) == 45


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=20), st.sampled_from([None, *AUTHORS[1:]]), st.sampled_from([None, *SOURCES[1:]]))
def test_any_query_and_filters(mixed: Archive, query: str, author: str | None, source: str | None) -> None:
    chosen = Filters(author=author, source=source)
    counted = facets.facets(mixed.db.conn, f"{query} bài", chosen)
    assert counted.total == mixed.count(f"{query} bài", author=author, source=source)
    assert sum(value.count for value in counted.values["year"]) <= counted.total


def test_years_are_shown_from_the_last_and_most_values_are_few(mixed: Archive) -> None:
    counted = facets.facets(mixed.db.conn, "", Filters(), most=2)
    assert [value.value for value in counted.values["year"]] == ["2023", "2022", "2021"]
    assert [len(counted.values[name]) for name in ("section", "source", "author")] == [2, 2, 2]


def test_nothing_found_has_no_facets(mixed: Archive) -> None:
    counted = facets.facets(mixed.db.conn, "không đâu có", Filters())
    assert (counted.total, set(map(len, counted.values.values()))) == (0, {0})


def test_the_command_prints_them(mixed: Archive) -> None:
    folder: Path = mixed.path
    words = ["search", "bạc", "--facets", "--archive", str(folder)]
    table = CliRunner().invoke(main, words)
    assert table.exit_code == 0
    assert table.stdout.splitlines()[:3] == ["20 articles", "", "year"]
    one = CliRunner().invoke(main, ["search", "title:1 bài", "--facets", "--archive", str(folder)])
    assert one.stdout.startswith("1 article\n")
    rows = json.loads(CliRunner().invoke(main, [*words, "--format", "json"]).stdout)
    assert {"facet": "portal", "value": "namdinh", "count": 20} in rows
