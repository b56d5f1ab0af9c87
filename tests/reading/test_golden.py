"""Golden pages: one test a page and field, so that a broken rule is named by the failure."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.reading import read

PAGES = Path(__file__).parents[1] / "pages"
FIELDS = (
    "title published_at published_raw section lead body images author author_role source source_raw attachments".split()
)
GOLD = sorted(PAGES.rglob("*.json"))


@cache
def said(path: Path) -> dict[str, Any]:
    gold = json.loads(path.read_text("utf-8"))
    return read(path.with_suffix(".html").read_bytes(), gold["url"]).to_dict()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("path", GOLD, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_field(path: Path, field: str) -> None:
    gold = json.loads(path.read_text("utf-8"))
    if field in gold.get("uncertain", ()):
        pytest.skip("the page leaves this open")
    assert said(path)[field] == gold[field]


def test_every_family_has_three_pages() -> None:
    families = {folder: len(list(folder.glob("*.json"))) for folder in PAGES.iterdir() if folder.is_dir()}
    assert families and all(count >= 3 for count in families.values()), families
