"""The real pages beside the project, against floors that are never lowered silently."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from crawler.reading import Unreadable, read

FLOORS = {
    "title": 1.0, "date": 1.0, "clock": 1.0, "source": 1.0, "author": 1.0, "lead": 1.0,
    "captions": 1.0, "credits": 1.0, "text": 1.0, "exact": 1.0, "attachments": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("scrambled", [False, True], ids=["as sent", "every class and id meaningless"])
def test_floors(score: ModuleType, shared: Path, scrambled: bool) -> None:
    tally = score.Tally()
    for path in sorted((shared / "gold" / "pages").glob("*.json")):
        gold, body = json.loads(path.read_text("utf-8")), path.with_suffix(".html").read_bytes()
        said = read(score.scramble(body) if scrambled else body, gold["url"]).to_dict()
        score.score_page(said, gold, tally)
    below = {field: value for field, value in tally.result().items() if value < FLOORS[field]}
    assert not below


def test_a_page_that_is_cut_anywhere_is_read_or_given_up(shared: Path) -> None:
    path = next(iter(sorted((shared / "gold" / "pages").glob("*.html"))))
    body = path.read_bytes()
    for end in range(0, len(body), len(body) // 40):
        try:
            assert read(body[:end], "https://a.vn/tin").title
        except Unreadable as error:
            assert error.reason
