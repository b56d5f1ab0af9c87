"""What a query may have meant: other tones, and only where they find something."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import Archive
from archive.cli import main
from archive.search import Filters
from archive.suggest import suggest


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, desks: Any) -> Any:
    with Archive(tmp_path_factory.mktemp("dau") / "kho", create=True) as archive:
        desk = desks(archive)
        desk.articles(
            "Làng nghề đúc bạc nén vào vụ", "Nam Định mở hội bên sông Đào", "Lúa đông xuân được mùa", body=("Hết.",)
        )
        desk.writer.close()
        yield archive


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("bác nén", ["bạc nén"]),
        ("Nam Đinh", ["Nam Định"]),
        ('"Nám Định" hội', ['"Nam Định" hội']),
        ("title:lủa -bão", ["title:lúa -bão"]),
        ("(bác OR lủa) nền", ["(bạc OR lủa) nén"]),
        ("đông xuẩn", ["đông xuân"]),
        ("bác nén".encode().decode(), ["bạc nén"]),
        ("bac nen", []),  # plain words mean every spelling already
        ("đèn lồng", []),
        ("-bác", []),
        ("", []),
    ],
)
def test_other_tones(told: Archive, query: str, meant: list[str]) -> None:
    assert suggest(told.db.conn, query, Filters()) == meant


def test_a_query_in_other_capitals_is_the_same_one(archive: Archive, desk: Any) -> None:
    desk.articles("Làng BẠC NÉN vào vụ", "Bạc nén lên giá", "Giá bạc nén", "Bạc Nén xưa")
    assert len(suggest(archive.db.conn, "Bác Nén", Filters())) == 1


def test_the_filters_count(told: Archive) -> None:
    assert suggest(told.db.conn, "bác nén", Filters(portal="namdinh")) == ["bạc nén"]
    assert suggest(told.db.conn, "bác nén", Filters(portal="khác")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(["bác", "bậc", "nèn", "Nám", "đình", "hội", '"', "(", "-", "OR", "title:", "lùa*"]), max_size=6
    )
)
def test_every_suggestion_finds_something(told: Archive, words: list[str]) -> None:
    for meant in suggest(told.db.conn, " ".join(words), Filters()):
        assert told.count(meant) > 0


def test_the_command_asks(told: Archive) -> None:
    result = CliRunner().invoke(main, ["search", "bác", "nén", "--archive", str(told.path)])
    assert result.stderr.splitlines() == ["No article matches 'bác nén'.", "Did you mean: bạc nén"]
    assert result.exit_code == 0
