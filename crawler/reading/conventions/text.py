"""Text as the archive keeps it: NFC, invisible characters gone, white space folded, nothing else changed."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_ODD = re.compile(
    "[\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufeff\uf900-\ufaff]"
)  # what NFC and cleaning could change in Vietnamese text
_SHORT = 1000  # characters: the words of a longer text are not kept
_MAX_WORDS = 200  # no headline or lead is longer
_PLAIN_D = dict.fromkeys(map(ord, "đð"), "d") | dict.fromkeys(map(ord, "ĐÐ"), "D")  # the other one is the Western eth
_WORD = re.compile(r"\w+")
_TEXTS = etree.XPath("descendant::text()", smart_strings=False)


def clean(text: str) -> str:
    """One line of clean text.

    >>> clean("  Nam\\u00a0\\u00a0Đi\\u0323nh\\n hôm\\u00ad nay ")
    'Nam Định hôm nay'
    """
    text = text.strip()
    if text.isprintable() and "  " not in text and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text  # as most lines are: no white space in it but single spaces
    return " ".join((text if text.isascii() else normalised(text)).split())


def normalised(text: str) -> str:
    """Text in NFC without invisible characters, white space as it was."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)) if _ODD.search(text) else text


def text_of(element: HtmlElement) -> str:
    """All the text of an element, as one clean line."""
    return clean(" ".join(texts_in(element)) if len(element) else element.text or "")


def texts_in(element: HtmlElement) -> list[str]:
    """The texts of an element in their order, as `itertext` gives them, sooner."""
    return cast("list[str]", _TEXTS(element))


def words(text: str) -> list[str]:
    """The words of a text, lower case, without punctuation: what two spellings of a sentence have in common.

    >>> words("Đảng bộ Khối (1/6/2020):")
    ['đảng', 'bộ', 'khối', '1', '6', '2020']
    """
    return _WORD.findall(text.lower())


def first_word(text: str) -> str:
    """The first of `words`, "" where there is none."""
    match = _WORD.search(text)
    return match[0].lower() if match else ""


def plain_words(text: str) -> list[str]:
    """The words of a text without diacritics, as an address spells them.

    >>> plain_words("Đê điều Giao Thủy, QÐ")
    ['de', 'dieu', 'giao', 'thuy', 'qd']
    """
    plain = unicodedata.normalize("NFD", text.translate(_PLAIN_D))
    return words("".join(c for c in plain if not unicodedata.combining(c)))


def same_sentence(left: str, right: str) -> bool:
    """Whether two texts are one sentence, slightly altered: nine in ten words the same, in order, figures apart.

    >>> same_sentence("Kỷ niệm Ngày thành lập (1/6/2020): Đổi mới", "Kỷ niệm ngày thành lập (1-6-2020 - 1-6-2023): Đổi mới")
    True
    >>> same_sentence("Hội nghị tổng kết năm", "Hội nghị tổng kết")
    False
    """
    if left == right:
        return bool(words(left))
    if abs(len(left) - len(right)) > 0.35 * max(len(left), len(right)) + 12:
        return False
    a, b = _without_figures(left), _without_figures(right)
    if not a or not b:
        return words(left) == words(right) != []
    if a == b:
        return True
    longest = max(len(a), len(b))
    if (
        min(len(a), len(b)) < 5
        or abs(len(a) - len(b)) > max(1, len(a) // 10)
        or len(set(a) & set(b)) < 0.7 * len(set(a))
    ):
        return False
    return longest <= _MAX_WORDS and _common(a, b) >= 0.9 * longest


def _without_figures(text: str) -> Sequence[str]:
    return _lettered(text) if len(text) <= _SHORT else _lettered.__wrapped__(text)


@lru_cache(maxsize=128)
def _lettered(text: str) -> tuple[str, ...]:
    """The words of a text but its figures. Kept, since a headline is compared with line after line."""
    return tuple(w for w in words(text) if not w.isdigit())


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence of two short lists."""
    row = [0] * (len(b) + 1)
    for x in a:
        previous = 0
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], previous + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]
