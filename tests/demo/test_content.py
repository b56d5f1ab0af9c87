"""What the portal tells, and how its files are read."""

import re
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.demo import content, markup
from crawler.demo.content import BadContent
from crawler.demo.liferay import Liferay
from crawler.demo.story import PICTURE_KINDS, Heading, Items, Paragraph, Picture, Table, visible

STORIES = content.content().stories
SMALL = "id: 7\ntitle: Tin ngắn\npublished: 2024-05-17 16:57\nlead: none\n\n"


def parse(text):
    return content.parse(text, slug="tin-ngan", section="tin-tuc")


def told(story):
    return "\n".join([story.title, story.lead or "", *story.paragraphs])


class TestWhatIsTold:
    def test_forty_articles_in_three_sections(self):
        assert Counter(story.section for story in STORIES) == {
            "tin-tuc-su-kien": 14,
            "kinh-te-xa-hoi": 13,
            "van-hoa-du-lich": 13,
        }

    def test_nothing_is_told_twice(self):
        paragraphs = [text for story in STORIES for text in (story.lead, *story.paragraphs) if text]
        names = [picture.name for story in STORIES for picture in story.pictures]
        for things in (
            paragraphs,
            names,
            [s.id for s in STORIES],
            [s.slug for s in STORIES],
            [s.title for s in STORIES],
        ):
            assert [thing for thing, count in Counter(things).items() if count > 1] == []

    def test_every_article_has_four_to_nine_paragraphs(self):
        assert {s.slug: len(s.paragraphs) for s in STORIES if not 4 <= len(s.paragraphs) <= 9} == {}

    def test_they_spread_over_the_years(self):
        assert {story.published.year for story in STORIES} == {2021, 2022, 2023, 2024, 2025}

    @pytest.mark.parametrize(
        "word",
        ["Nam Định", "hòa bình", "hoà bình", "bác", "bạc", "bắc", "Thúy", "Thuý", "Ủy ban", "Uỷ ban", "đê điều"],
    )
    def test_words_that_a_search_can_be_shown_with(self, word):
        assert any(re.search(rf"\b{word}\b", told(story)) for story in STORIES)

    def test_every_feature_is_there(self):
        kinds = Counter(picture.kind for story in STORIES for picture in story.pictures)
        assert all(kinds[kind] >= 5 for kind in PICTURE_KINDS)
        assert {story.lead_form for story in STORIES} == {"apart", "bold", "none"}
        assert {type(block) for story in STORIES for block in story.blocks} == {
            Paragraph,
            Heading,
            Items,
            Table,
            Picture,
        }
        assert sum(bool(story.documents) for story in STORIES) == 3
        assert sum(story.form == "NFD" for story in STORIES) == 1
        assert sum(bool(story.also) for story in STORIES) == 2
        assert sum(bool(story.repeat) for story in STORIES) == 1
        assert any(story.source for story in STORIES)
        assert any(story.author_role for story in STORIES)
        assert any(not story.byline for story in STORIES)

    def test_the_files_are_composed_and_hold_nothing_invisible(self):
        for file in (
            file
            for folder in (files("crawler.demo") / "articles").iterdir()
            if folder.is_dir()
            for file in folder.iterdir()
        ):
            text = file.read_text("utf-8")
            assert unicodedata.is_normalized("NFC", text), file.name
            assert [c for c in text if c != "\n" and unicodedata.category(c)[0] == "C"] == [], file.name


class TestTheFileFormat:
    def test_a_whole_file(self):
        story = parse(
            "id: 7\ntitle: Tin: ngắn\npublished: 2024-05-17\nlead: bold\nalso: kinh-te\n\n> Câu một\n> câu hai.\n\n"
            "Đoạn đầu\nnối dòng.\n\n## Mục\n\n- một\n  tiếp\n- hai\n\n| a | b |\n| c | d |\n\n!figure anh | Chú thích. | Hồng Hà\n"
        )
        assert (story.title, story.lead, story.lead_form, story.also) == (
            "Tin: ngắn",
            "Câu một câu hai.",
            "bold",
            "kinh-te",
        )
        assert (f"{story.published:%d/%m/%Y %H:%M}", story.has_clock) == ("17/05/2024 00:00", False)
        assert story.blocks == [
            Paragraph("Đoạn đầu nối dòng."),
            Heading("Mục"),
            Items(["một tiếp", "hai"]),
            Table([["a", "b"], ["c", "d"]]),
            Picture("figure", "anh", "Chú thích.", "Hồng Hà"),
        ]
        assert story.paragraphs == ["Đoạn đầu nối dòng.", "Mục", "một tiếp", "hai", "a | b", "c | d"]

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("id: 7\npublished: 2024-05-17\nlead: none\n\nĐoạn.", "lacks title"),
            (SMALL.replace("lead", "sapo") + "Đoạn.", "knows no sapo"),
            (SMALL.replace("2024-05-17 16:57", "17/05/2024") + "Đoạn.", "17/05/2024"),
            (SMALL.replace("id: 7", "id: bảy") + "Đoạn.", "bảy"),
            (SMALL.replace("id: 7", "id 7") + "Đoạn.", "key: value"),
            (SMALL.replace("id: 7", "id: 7\nid: 8") + "Đoạn.", "each key once"),
            (SMALL + "> Câu.", "lead: none goes with no block"),
            (SMALL.replace("none", "apart") + "Đoạn.", "lead: apart goes with one block"),
            (SMALL.replace("none", "loud") + "Đoạn.", "not loud"),
            (SMALL + "!painting anh", "!painting anh"),
            (SMALL + "!figure | Chú thích", "!kind name"),
            (SMALL + "!figure anh | a | b | c", "!kind name"),
        ],
    )
    def test_a_mistake_is_named_with_its_file(self, text, complaint):
        with pytest.raises(BadContent, match=r"^tin-tuc/tin-ngan\.md: ") as caught:
            parse(text)
        assert complaint in str(caught.value)


class TestMarkup:
    @given(st.text(st.characters(exclude_categories=["C"], exclude_characters="\\\xad"), min_size=1))
    def test_a_browser_shows_the_text_that_was_written(self, text):
        shown = html.fragment_fromstring(f"<p>{markup.inline(text, Liferay())}</p>").text_content()
        assert shown == visible(text)

    def test_documents_and_soft_hyphens(self):
        shown = markup.inline(r"Xem [bản <gốc>](a.pdf) & thông\- tin", Liferay())
        assert shown == 'Xem <a href="/documents/20182/310000/a.pdf">bản &lt;gốc&gt;</a> &amp; thông&shy; tin'

    @pytest.mark.parametrize("kind", PICTURE_KINDS)
    def test_a_picture_stands_before_its_caption_and_credit(self, kind):
        shown = html.fragment_fromstring(markup.block(Picture(kind, "anh", "Cầu <mới>.", "Hà & Lan"), Liferay()), "div")
        (image,) = shown.iter("img")
        text = " ".join(shown.text_content().split())
        assert image.get("src") == "/documents/20182/310000/anh.png"
        assert text in ("", "Cầu <mới>. Ảnh: Hà & Lan", "Cầu <mới>. (Ảnh: Hà & Lan)")
        assert bool(text) == (kind != "bare")
