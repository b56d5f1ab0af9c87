"""JSON Lines and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from archive.export import csvfile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive import Archive

FIELDS = (
    "url title published_at published_raw section lead body images author author_role source source_raw attachments"
)


def test_a_line_has_every_field_and_the_bytes_it_was_read_from(held: Archive, rows: Callable[..., Any]) -> None:
    first, hostile, *_ = rows()
    assert set(FIELDS.split()) < set(first)
    known = held.article(1)
    [capture] = [capture for capture in known["captures"] if capture["id"] == known["capture_id"]]
    picture, document = (held.open_capture(n).payload_digest for n in (2, 3))
    assert {name: first[name] for name in ("id", "portal", "revision", "title", "body", "images", "attachments")} == {
        "id": 1,
        "portal": "namdinh",
        "revision": 2,
        "title": "Làng mở hội xuân",
        "body": ["Phiên chợ đầu tiên họp từ sáng sớm.", "Bà con mang ra hoa, gạo và đồ đan lát."],
        "images": [
            {
                "url": "https://namdinh.gov.vn/a.png",
                "caption": "Rước kiệu.",
                "credit": "Viết Dư",
                "capture_digest": picture,
            },
            {"url": "https://namdinh.gov.vn/thieu.png", "caption": None, "credit": None, "capture_digest": None},
        ],
        "attachments": [{"url": "https://namdinh.gov.vn/a.pdf", "label": "Chương trình", "capture_digest": document}],
    }
    assert (first["capture_digest"], first["captured_at"]) == (capture["payload_digest"], capture["fetched_at"])
    assert hostile["body"] == ["<script>alert(1)</script>", "-2+3\u2028+4", "\tĐê"]


def test_earlier_versions_go_along(rows: Callable[..., Any]) -> None:
    first, *others = rows()
    [earlier] = first["revisions"]
    assert (earlier["revision"], earlier["title"]) == (1, "Làng mở hội")
    assert earlier["body"] == first["body"]
    assert [image["caption"] for image in earlier["images"]] == ["Rước kiệu.", None]
    assert earlier["captured_at"] < first["captured_at"]
    assert earlier["capture_digest"] != first["capture_digest"]
    assert [row["revisions"] for row in others] == [[], [], []]


def test_lines_are_lines_for_every_reader(exported: Callable[..., Path]) -> None:
    text = exported("jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["id"] for line in text.splitlines()] == [1, 2, 3, 4]


def test_standard_output_is_as_good_as_a_file(exported: Callable[..., Path], congtin: Any) -> None:
    for form in ("jsonl", "csv", "parquet"):
        assert congtin("export", "--format", form).stdout_bytes == exported(form).read_bytes()


def cells(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_no_cell_is_a_formula(exported: Callable[..., Path], rows: Callable[..., Any]) -> None:
    listed = cells(exported("csv"))
    assert {cell[0] for row in listed for cell in row.values() if cell}.isdisjoint("=+-@\t\r\n＝＋－＠")
    hostile = listed[1]
    assert hostile["title"] == '\'=HYPERLINK("http://x.vn")'
    assert hostile["lead"].startswith("'@SUM")
    assert hostile["author"] == "'＝A1"
    whole = rows()[1]
    assert json.loads(hostile["body"]) == whole["body"]
    assert json.loads(hostile["images"]) == whole["images"]
    assert list(hostile) == list(whole)


def test_a_mark_for_excel_only_when_asked_for(exported: Callable[..., Path], congtin: Any) -> None:
    plain, marked = exported("csv").read_bytes(), exported("csv", "--bom").read_bytes()
    assert plain.startswith(b"id,url,")
    assert marked == b"\xef\xbb\xbf" + plain
    result = congtin("export", "--bom")
    assert (result.exit_code, result.stderr) == (
        2,
        "--bom goes with --format csv; jsonl has no use for a byte order mark.\n",
    )


@pytest.mark.parametrize("at_once", [1, 3, 4])
def test_there_is_one_header(exported: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    expected = exported("csv").read_bytes()
    monkeypatch.setattr(csvfile, "_AT_ONCE", at_once)
    assert exported("csv").read_bytes() == expected


def test_nothing_chosen_is_a_table_without_rows(held: Archive, congtin: Any, exported: Callable[..., Path]) -> None:
    result = congtin("export", "--format", "csv", "--from", "2030-01-01")
    assert result.stdout_bytes.split(b"\r\n") == [exported("csv").read_bytes().split(b"\r\n")[0], b""]
