"""Parquet, read by pyarrow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from archive.export import parquet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

HANOI = timezone(timedelta(hours=7))


def test_columns_have_types(exported: Callable[..., Path], rows: Callable[..., Any]) -> None:
    schema = pq.read_schema(exported("parquet"))
    types = {
        name: str(schema.field(name).type) for name in ("id", "published_at", "published_date", "captured_at", "body")
    }
    assert types == {
        "id": "int64",
        "published_at": "timestamp[ms, tz=+07:00]",
        "published_date": "date32[day]",
        "captured_at": "timestamp[ms, tz=UTC]",
        "body": "list<element: string>",
    }
    for name in ("images", "attachments", "revisions"):
        assert pa.types.is_struct(schema.field(name).type.value_type)
    assert [name for name in schema.names if name != "published_date"] == list(rows()[0])


def test_rows_say_what_the_lines_say(exported: Callable[..., Path], rows: Callable[..., Any]) -> None:
    first, hostile, undated, _ = pq.read_table(exported("parquet")).to_pylist()
    line = rows()[0]
    same = ("id", "url", "title", "body", "images", "attachments", "author", "revision", "capture_digest")
    assert {name: first[name] for name in same} == {name: line[name] for name in same}
    assert first["published_at"] == datetime(2023, 5, 29, 8, 15, tzinfo=HANOI)
    assert first["captured_at"] == datetime.fromisoformat(line["captured_at"])
    assert first["captured_at"].tzinfo is not None
    assert first["revisions"][0]["title"] == "Làng mở hội"
    assert first["revisions"][0]["captured_at"] < first["captured_at"] <= first["last_seen_at"]
    assert first["first_seen_at"] > datetime(2023, 5, 29, tzinfo=UTC)
    assert (hostile["published_at"], hostile["published_date"]) == (None, date(2023, 6, 2))
    assert (undated["published_at"], undated["published_date"]) == (None, None)


def test_row_groups_are_written_as_they_come(exported: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_AT_ONCE", 3)
    path = exported("parquet")
    groups = pq.ParquetFile(path).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [3, 1]


def test_nothing_chosen_has_columns_all_the_same(held: Any, congtin: Any, tmp_path: Path) -> None:
    congtin("export", "--format", "parquet", "--from", "2030-01-01", "--output", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").num_rows == 0


def test_without_pyarrow_it_says_how_to_get_it(
    held: Any, congtin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(parquet, "import_module", without)
    result = congtin("export", "--format", "parquet", "--output", tmp_path / "x.parquet")
    assert (result.exit_code, list(tmp_path.glob("*x.parquet*"))) == (2, [])
    assert result.stderr == "Parquet needs pyarrow, which is not installed; `pip install 'congtin[parquet]'`.\n"
