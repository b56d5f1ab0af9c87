"""Vietnamese words as a searcher types them: without diacritics, with the tone mark in its other place.

SQLite's tokenizers never fold đ to d, and with every diacritic removed *bác*, *bạc* and *bắc* are one word. So the index
keeps the true text, and beside it what `folded` returns here; these functions say which spellings stand for which.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, product
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[^\W_]+")

_MARKS = range(0x300, 0x370)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Ð and Ɖ are other letters of Unicode that look like Đ; pages converted from legacy encodings carry them.
_LOOKALIKES = {ord("Ð"): "Đ", ord("ð"): "đ", ord("Ɖ"): "Đ", ord("ɖ"): "đ"}


def _bare(letter: str) -> str:
    return "".join(c for c in normalize("NFD", letter) if ord(c) not in _MARKS)


_FOLDED = {code: _bare(chr(code)) for code in chain(range(0xC0, 0x250), range(0x1E00, 0x1F00))}
_FOLDED |= dict.fromkeys(_MARKS, "") | dict.fromkeys(map(ord, "ĐÐƉ"), "D") | dict.fromkeys(map(ord, "đðɖ"), "d")


def fold(text: str) -> str:
    """The text without diacritics, đ as d, in NFC; letters keep their case, other scripts stay as they are.

    >>> fold("Đường về Nam Định, cafe\u0301")
    'Duong ve Nam Dinh, cafe'
    """
    return normalize("NFC", text).translate(_FOLDED)


def is_plain(word: str) -> bool:
    """Whether the word carries no diacritic, so that it stands for every word that folds to it."""
    return fold(word) == normalize("NFC", word)


def _moved() -> dict[str, str]:
    """Each toned pair with its twin: the tone on the first vowel, and on the second."""
    twins: dict[str, str] = {}
    for pair, tone in product(("oa", "oe", "uy"), _TONES):
        old, new = normalize("NFC", pair[0] + tone) + pair[1], pair[0] + normalize("NFC", pair[1] + tone)
        twins |= {old: new, new: old}
    return twins


_TWINS = _moved()
_PAIR = re.compile("(?<!q)(?:" + "|".join(_TWINS) + ")")  # after q the u is no vowel: quý has one spelling


@lru_cache(maxsize=65536)
def other_spelling(syllable: str) -> str | None:
    """The same syllable, in lower case, with its tone mark on the other vowel of oa, oe, uy; None when it has one place.

    Spelling rules let the mark move at the end of a syllable only, real pages write "họat" and "tòan" as well. A letter
    that merely looks like đ (Ð of Western encodings) is put right in the same way.

    >>> [other_spelling(s) for s in ("hòa", "Thuý", "ủy", "khoẻ", "họat", "quý", "nguyễn", "định", "Ðịnh")]
    ['hoà', 'thúy', 'uỷ', 'khỏe', 'hoạt', None, None, None, 'định']
    """
    lower = normalize("NFC", syllable).lower()
    moved = _PAIR.sub(lambda pair: _TWINS[pair[0]], lower, count=1).translate(_LOOKALIKES)
    return moved if moved != lower else None


_APART = "\n\ue000\n"  # to SQLite's tokenizer a letter of private use is a word


def folded(*texts: str | None) -> str:
    """What the column `folded` holds: the texts without diacritics, then the distinct other spellings of their syllables.
    A word that nobody types stands between them, so that no phrase goes from one into the next.

    >>> folded("Hòa bình", None, "ở Thuý Sơn, hòa")
    'Hoa binh\\n\ue000\\no Thuy Son, hoa\\n\ue000\\nhoà thúy'
    """
    known = _known()
    chunks = normalize("NFC", _APART.join(filter(None, texts))).split(" ")
    plain = " ".join(map(known.__getitem__, chunks))
    more = filter(None, map(known.others.get, dict.fromkeys(chunks)))
    others = " ".join(dict.fromkeys(chain.from_iterable(more)))
    return f"{plain}{_APART}{others}" if others else plain


class _Chunks(dict[str, str]):
    """What stands between two spaces, without diacritics; in `others` the other spellings of its syllables, where it has any."""

    def __init__(self) -> None:
        self.others: dict[str, tuple[str, ...]] = {}

    def __missing__(self, chunk: str) -> str:
        if others := tuple(filter(None, map(other_spelling, WORD.findall(chunk)))):
            self.others[chunk] = others
        plain = self[chunk] = chunk.translate(_FOLDED)
        return plain


_MANY = 32768
_CHUNKS = [_Chunks()]


def _known() -> _Chunks:
    """A language has few distinct words: remembered ones make folding an article cheaper than one pass over its letters. Too many are
    forgotten all at once, by whoever comes next."""
    if len(_CHUNKS[0]) > _MANY:
        _CHUNKS[0] = _Chunks()
    return _CHUNKS[0]


_VARIANTS = {"a": "aăâ", "e": "eê", "o": "oôơ", "u": "uư", "d": "dđ"}
_SYLLABLE = re.compile(r"([b-df-hj-np-tv-xz]{0,3})([aeiouy]{1,3})([b-df-hj-np-tv-xz]{0,2})")


def spellings(plain: str) -> list[str]:
    """Every spelling, in lower case, that a word typed without diacritics can stand for; itself first.

    A word that is no Vietnamese syllable stands for itself alone. Far more spellings than real words come out: whoever
    asks looks up which of them the archive knows.

    >>> [word for word in spellings("Dam") if word in {"dam", "dám", "đám", "đầm", "nam"}]
    ['dam', 'dám', 'đám', 'đầm']
    >>> spellings("Facebook")
    ['facebook']
    """
    lower = plain.lower()
    syllable = _SYLLABLE.fullmatch(lower)
    if not syllable:
        return [lower]
    head, vowels, tail = syllable.groups()
    heads = dict.fromkeys((head, head.replace("d", "đ")))
    return [start + middle + tail for start, middle in product(heads, _voiced(vowels))]


def _voiced(vowels: str) -> Iterator[str]:
    for letters in product(*(_VARIANTS.get(vowel, vowel) for vowel in vowels)):
        yield "".join(letters)
        for at, tone in product(range(len(letters)), _TONES):
            yield normalize("NFC", "".join(letters[: at + 1]) + tone + "".join(letters[at + 1 :]))


def stands_for(typed: str, word: str) -> bool:
    """Whether a typed word means this word of a text: itself, its other spelling, or, typed plain, any word it folds from.

    >>> [stands_for("hoà", "Hòa"), stands_for("bac", "bạc"), stands_for("bạc", "bác"), stands_for("Nam", "năm")]
    [True, True, False, True]
    """
    typed, word = normalize("NFC", typed).lower(), normalize("NFC", word).lower()
    return typed in (word, other_spelling(word), fold(word))
