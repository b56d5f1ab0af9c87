"""Paragraphs become headings, lists, tables; pictures find their places. Nothing of the markup comes through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.room.typeset import typeset

IMAGE = {"url": "http://x.vn/a.png", "caption": None}


def kinds(paragraphs, markup, images=()):
    return [block.kind for block in typeset(paragraphs, images, markup)]


def test_without_markup_all_is_text_and_pictures_come_first():
    assert kinds(["Một.", "Hai."], "", [IMAGE]) == ["picture", "text", "text"]


def test_a_bold_line_is_a_heading_and_a_bold_sentence_is_not():
    markup = "<p><b>Ba việc cần làm</b></p><p><b>Ba việc đã xong.</b></p><p><b>Ba</b> việc</p>"
    assert kinds(["Ba việc cần làm", "Ba việc đã xong.", "Ba việc"], markup) == ["heading", "text", "text"]


def test_a_picture_splits_a_list():
    markup = '<ul><li>Một</li></ul><img src="http://x.vn/a.png"><ul><li>Hai</li></ul>'
    assert kinds(["Một", "Hai"], markup, [IMAGE]) == ["list", "picture", "list"]


def test_a_picture_inside_a_paragraph_follows_it():
    markup = '<p>Đầu câu <img src="http://x.vn/a.png"> cuối câu.</p><p>Hết.</p>'
    assert kinds(["Đầu câu cuối câu.", "Hết."], markup, [IMAGE]) == ["text", "picture", "text"]


def test_paragraphs_of_one_element_are_told_apart():
    markup = 'Một.<br><br><img src="http://x.vn/a.png">Hai.<br><br>Ba.'
    assert kinds(["Một.", "Hai.", "Ba."], markup, [IMAGE]) == ["text", "picture", "text", "text"]


@pytest.mark.parametrize("markup", ["<", "<!-- ", "\x00", "<p", "]]>", "<![CDATA[", "&#0;", "<svg><![CDATA[x"])
def test_any_markup_will_do(markup):
    assert kinds(["Một."], markup) == ["text"]


@given(
    st.lists(st.text(min_size=1), max_size=6),
    st.text(),
    st.lists(
        st.sampled_from(["<p>", "</p>", "<li>", "<b>", "<tr><td>", "<img src='http://x.vn/a.png'>", "a"]), max_size=12
    ),
)
def test_every_paragraph_and_picture_is_set_once_in_order(paragraphs, text, tags):
    blocks = typeset(paragraphs, [IMAGE], "".join([*tags, text]))
    assert [line for block in blocks for line in block.lines] == paragraphs
    assert [block.picture for block in blocks if block.picture] == [IMAGE]
