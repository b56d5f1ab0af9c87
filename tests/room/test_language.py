"""Two languages that say the same things."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from lxml import html

from archive.room.language import NAMES, language

TEMPLATES = Path(__file__).parents[2] / "archive" / "room" / "templates" / "room"


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_have_the_same_words_with_the_same_blanks():
    english, vietnamese = language("en").words, language("vi").words
    assert {key.removesuffix("_one") for key in english} == {key.removesuffix("_one") for key in vietnamese}
    for key, text in vietnamese.items():
        assert blanks(text) == blanks(english[key]), key


def test_every_word_that_a_template_asks_for_is_there_and_every_word_is_asked_for():
    askers = [*TEMPLATES.iterdir(), TEMPLATES.parents[1] / "banner.py"]
    templates = "".join(path.read_text("utf-8") for path in askers)
    asked = set(re.findall(r"say\(['\"](\w+)['\"][,)]", templates))
    words = {key.removesuffix("_one") for key in language("en").words}
    assert asked <= words
    made = re.compile(
        "field_|outcome_|sort_|crawl_|state_|timeline_|taken_|not_found|bad_request|damaged|too_slow|year|portal|section|source|author"
    )
    assert not [key for key in words - asked if not made.match(key) and key not in templates]


@pytest.mark.parametrize(
    ("header", "asked", "code"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.5", "", "vi"),
        ("en-US,en;q=0.9", "", "en"),
        ("fr", "", "vi"),
        ("", "", "vi"),
        ("en", "vi", "vi"),
        ("vi", "en", "en"),
        ("en", "../../x", "en"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/article/1", "/timeline", "/crawls", "/nope", "/article/1/diff"])
def test_the_language_of_a_page(room, path, header, asked, code):
    answer = room.get(path, params={"lang": asked} if asked else {}, headers={"Accept-Language": header})
    root = html.fromstring(answer.text)
    assert root.xpath("/html/@lang") == [code]
    assert answer.headers["content-language"] == code
    assert "accept-language" in answer.headers["vary"].lower()
    assert language(code).words["footer"] in answer.text


def test_the_other_language_is_one_link_away(room):
    root = html.fromstring(room.get("/?q=hội&section=Kinh+tế").text)
    links = dict(zip(root.xpath("//nav[2]//a/@hreflang"), root.xpath("//nav[2]//a/@href"), strict=True))
    assert set(links) == set(NAMES)
    other = html.fromstring(room.get(links["vi"]).text)
    assert other.xpath("string(//h1)") == "Kết quả cho “hội”"
    assert other.xpath("//input[@name='section']/@value") == ["Kinh tế"]


def test_numbers_and_days():
    assert [language(code).number(1234567) for code in NAMES] == ["1.234.567", "1,234,567"]
    assert language("en").say("hits", n=1) == "1 article"
    assert language("en").say("hits", n=1000) == "1,000 articles"
    assert language("en").day("hôm qua") == "hôm qua"
    assert language("en").moment("2023-05-29T00:00:00+07:00") == "29 May 2023"
