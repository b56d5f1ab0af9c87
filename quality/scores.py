"""How well an article was read: each field's score is a share, so that the scores of many pages add up."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

FIELDS = tuple("read title date clock text exact lead author source captions credits attachments".split())
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF])
_WORD = re.compile(r"\w+")
_GRAM = 4  # words

Read = Mapping[str, Any]  # Article.to_dict(), or a gold file


class Share(NamedTuple):
    """So much right of so much. Nothing of nothing is right."""

    right: float = 0.0
    of: float = 0.0

    @property
    def score(self) -> float:
        return self.right / self.of if self.of else 1.0

    def plus(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.of + other.of)


def page_scores(said: Read | None, gold: Read) -> dict[str, Share]:
    """The shares of one page by field. `said` is the article as read, None for a page that was given up.

    A field that the gold file calls uncertain, and a clock where the page displays none, have no share. title, lead, author, source,
    date, clock, exact (all paragraphs, in order): right or wrong. text: F1 of the word 4-grams of lead and body. captions, credits,
    attachments: F1 of the pairs (file name, value), so that missed and invented ones both count, and pages count by what they have.
    """
    open_fields = set(gold.get("uncertain", ()))
    shares = {"read": _right(said is not None)}
    said = said or {}
    for fields, measured in _MEASURES:
        if fields not in open_fields:
            shares |= measured(said, gold)
    return shares


def total(pages: Iterable[Mapping[str, Share]]) -> dict[str, float]:
    """The scores of many pages together, in the order of FIELDS; a field that no page has is not there."""
    sums: dict[str, Share] = {}
    for page in pages:
        for field, share in page.items():
            sums[field] = sums.get(field, Share()).plus(share)
    return {field: sums[field].score for field in FIELDS if field in sums}


def same(text: Any) -> str:
    """A value as it is compared: NFC, white space folded, nothing invisible; "" for None.

    >>> same("  Nam\\u00a0Đi\\u0323nh\\u00ad ")
    'Nam Định'
    """
    return " ".join(unicodedata.normalize("NFC", str(text or "")).translate(_INVISIBLE).split())


def _plain(field: str) -> Callable[[Read, Read], dict[str, Share]]:
    return lambda said, gold: {field: _right(same(said.get(field)) == same(gold.get(field)))}


def _date(said: Read, gold: Read) -> dict[str, Share]:
    mine, true = same(said.get("published_at")), same(gold.get("published_at"))
    shares = {"date": _right(mine[:10] == true[:10])}
    return shares | {"clock": _right(mine[:16] == true[:16])} if "T" in true else shares


def _text(said: Read, gold: Read) -> dict[str, Share]:
    mine, true = _paragraphs(said), _paragraphs(gold)
    return {"text": Share(_f1(_grams(mine), _grams(true)).score, 1), "exact": _right(mine == true)}


def _pictures(said: Read, gold: Read) -> dict[str, Share]:
    return {
        f"{key}s": _f1(_pairs(said.get("images"), key), _pairs(gold.get("images"), key))
        for key in ("caption", "credit")
    }


def _attachments(said: Read, gold: Read) -> dict[str, Share]:
    mine, true = (Counter(_file_name(a["url"]) for a in of.get("attachments") or ()) for of in (said, gold))
    return {"attachments": _f1(mine, true)}


_MEASURES = (
    *((field, _plain(field)) for field in ("title", "lead", "author", "source")),
    ("published_at", _date),
    ("body", _text),
    ("images", _pictures),
    ("attachments", _attachments),
)


def _right(right: bool) -> Share:
    return Share(float(right), 1)


def _f1(mine: Counter[Any], true: Counter[Any]) -> Share:
    return Share(2 * (mine & true).total(), mine.total() + true.total())


def _paragraphs(article: Read) -> list[str]:
    return [p for p in map(same, (article.get("lead"), *(article.get("body") or ()))) if p]


def _grams(paragraphs: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Runs of four words; a shorter text is one run."""
    words = _WORD.findall(" ".join(paragraphs).lower())
    runs = (words[i : i + _GRAM] for i in range(max(1, len(words) - _GRAM + 1)))
    return Counter(tuple(run) for run in runs if run)


def _pairs(images: Any, key: str) -> Counter[tuple[str, str]]:
    return Counter((_file_name(i["url"]), value) for i in images or () if (value := same(i.get(key))))


def _file_name(url: str) -> str:
    """What mirrors keep of an address: file name and query."""
    parts = urlsplit(same(url))
    return unquote(parts.path.rpartition("/")[2] + (f"?{parts.query}" if parts.query else "")).lower()
