"""Folding and spelling: tables of real words, and what must hold for any text."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.vietnamese import fold, folded, is_plain, other_spelling, spellings, stands_for

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵdđbcghklmnpqrstvx"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + "  ,.\n", max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nam Định", "Nam Dinh"),
        ("ĐƯỜNG Đỗ Đức", "DUONG Do Duc"),
        ("Ðịnh", "Dinh"),  # the Eth of pages converted from a legacy encoding
        ("hòa hoà hoa", "hoa hoa hoa"),
        (normalize("NFD", "Giao Thủy, Ý Yên, Vụ Bản"), "Giao Thuy, Y Yen, Vu Ban"),
        ("Mỹ – “Lộc” 2023", "My – “Loc” 2023"),
        ("Москва 東京 한국", "Москва 東京 한국"),
        ("x\u0323", "x"),  # a mark that no letter has
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@settings(deadline=None)
@given(vietnamese)
def test_folding_leaves_only_plain_letters_whatever_the_normal_form(text: str) -> None:
    assert fold(text).isascii()
    assert fold(normalize("NFD", text)) == fold(text) == fold(fold(text))


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_folded_and_no_mark_is_left(text: str) -> None:
    assert not set(fold(text)) & set(map(chr, range(0x300, 0x370)))
    assert folded(text).startswith(fold(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("hóa", "hoá"),
        ("thúy", "thuý"),
        ("ủy", "uỷ"),
        ("khỏe", "khoẻ"),
        ("tòan", "toàn"),
        ("hùynh", "huỳnh"),
        ("ngòai", "ngoài"),
    ],
)
def test_other_spelling_goes_both_ways(one: str, other: str) -> None:
    assert (other_spelling(one), other_spelling(other)) == (other, one)
    assert other_spelling(normalize("NFD", one).upper()) == other


@pytest.mark.parametrize("word", ["quý", "quà", "nguyễn", "thuở", "của", "mía", "hoa", "định", "2023", ""])
def test_a_mark_with_one_place_has_no_other_spelling(word: str) -> None:
    assert other_spelling(word) is None


@settings(deadline=None)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=7))
def test_the_other_spelling_is_the_same_word(word: str) -> None:
    other = other_spelling(word)
    if other is not None:
        assert fold(other) == fold(word)
        assert other_spelling(other) == normalize("NFC", word)


def test_folded_is_the_text_and_each_other_spelling_once() -> None:
    assert folded("Hòa bình", None, "", "hòa giải, HÒA\nthuỷ lợi") == (
        "Hoa binh\n\ue000\nhoa giai, HOA\nthuy loi\n\ue000\nhoà thủy"
    )
    assert folded("Vụ Bản") == "Vu Ban"
    assert folded(None) == ""


@pytest.mark.parametrize(
    "word", ["định", "đình", "dinh", "người", "nghiêng", "quyển", "thuỷ", "thủy", "đắk", "giếng", "ưu", "khuỷu"]
)
def test_spellings_hold_every_word_that_folds_so(word: str) -> None:
    assert word in spellings(fold(word).upper())


@settings(deadline=None)
@given(st.text(alphabet="abcdeghiklmnopqrstuvxyzw", min_size=1, max_size=8))
def test_spellings_all_fold_to_the_word_and_begin_with_it(word: str) -> None:
    found = spellings(word)
    assert found[0] == word
    assert len(set(found)) == len(found)
    assert {fold(way) for way in found} == {word}


def test_what_a_typed_word_stands_for() -> None:
    assert stands_for("dinh", "Định")
    assert stands_for("định", normalize("NFD", "ĐỊNH"))
    assert not stands_for("định", "đình")
    assert not stands_for("bạc", "bac")
    assert is_plain("Nam")
    assert not is_plain("đi")
