"""The page that `make bench` writes: whole whatever was measured, and of the rows that it has today."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_all", ROOT / "benchmarks" / "all.py")
    sys.modules["bench_all"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_row_has_the_cells_of_its_head(bench):
    parts = {
        "reading": [("reader", "a|b"), ("congtin", "1.00")],
        "crawling": [("pages", "9", "bare", "10", "0.9")],
        "searching": [("`x`", "1", "2", "3", "4")],
        "rereading": [("one process", "1", "loop", "3", "0.3")],
    }
    page = bench.report(parts, "Measured today.")
    tables = re.findall(r"(?:^\|.*\n?)+", page, re.MULTILINE)
    assert len(tables) == 4
    for table in tables:
        widths = {len(re.split(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(widths) == 1, table
    assert "a\\|b" in page
    assert "Measured today." in page


def test_our_own_reader_by_the_benchmarks_way(bench):
    """The scores that the page prints are those of the quality gate, though they went through another process."""
    pages = bench.load("golden", bench.FOLDERS["golden"]).pages[:4]
    told = json.loads(bench.python("peers.py", "congtin", "1", given=bench.lines_of(pages)))
    assert told["milliseconds"] > 0
    assert set(bench.scored(pages, told["read"], peer=None).values()) == {1.0}


def test_a_reader_that_fails_is_told(bench):
    with pytest.raises(Exception, match=r"peers\.py nobody 1 ended with 1"):
        bench.python("peers.py", "nobody", "1")


def test_the_page_has_every_row():
    page = PAGE.read_text("utf-8")
    assert re.search(r"Measured on \d{4}-\d\d-\d\d: \d+ cores", page)
    assert "A small run" not in page
    queries = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, 'benchmarks'); import search; print(*search.QUERIES.values(), sep='\\n')"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    rows = [
        "| congtin ",
        "| trafilatura ",
        "| newspaper4k ",
        "| news-please ",
        "| pages a second ",
        "| one process ",
        "| two processes ",
    ]
    missing = [row for row in [*rows, *(f"| `{query}` (" for query in queries)] if row not in page]
    assert missing == []
