"""The piece of an article's true text that shows why a query found it, its hits marked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from archive.vietnamese import WORD, fold, other_spelling, stands_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archive.query import Term

Marks = tuple[str, str]
MARKS: Marks = ("**", "**")
_WIDTH = 160  # letters
_BEFORE = 40  # of them before the first hit


class _Span(NamedTuple):
    start: int
    end: int
    term: Term


def snippet(texts: Mapping[str, str | None], wanted: Sequence[Term], marks: Marks = MARKS) -> str:
    """Where the most of what was wanted stands together, on one line; the first of equals in the order of the texts.

    `texts` by the names of fields. Without a hit in any of them it is how the first one begins.

    >>> from archive.query import Term
    >>> snippet({"lead": None, "body": "Cầu Đò Quan bắc qua sông Đào."}, [Term(("do", "quan")), Term(("song",))])
    'Cầu **Đò Quan** bắc qua **sông** Đào.'
    """
    best: tuple[str, list[_Span], list[_Span]] = ("", [], [])
    together = -1
    for field, text in texts.items():
        line = " ".join(normalize("NFC", text or "").split())
        spans = list(_spans(field, line, wanted))
        near = _densest(spans)
        if line and len({span.term for span in near}) > together:
            best, together = (line, spans, near), len({span.term for span in near})
    return _cut(*best, marks)


def marked(field: str, text: str, wanted: Sequence[Term], marks: Marks = MARKS) -> str:
    """The whole text of a field, on one line, its hits marked.

    >>> from archive.query import Term
    >>> marked("title", "Cầu Đò Quan bắc qua sông Đào", [Term(("song",))])
    'Cầu Đò Quan bắc qua **sông** Đào'
    """
    line = " ".join(normalize("NFC", text).split())
    return "".join(_lit(line, 0, len(line), list(_spans(field, line, wanted)), marks))


def _spans(field: str, text: str, wanted: Sequence[Term]) -> Iterator[_Span]:
    """Where the terms stand in a text, in its order."""
    starts: dict[str, list[Term]] = {}  # the terms that may begin with a word of the text
    here = [term for term in wanted if term.field in (None, field)]
    distinct = set(WORD.findall(text)) if here else set()
    for term in here:
        prefix = term.prefix and len(term.words) == 1
        for word in distinct:
            if _means(term.words[0], word, prefix=prefix):
                starts.setdefault(word, []).append(term)
    words = list(WORD.finditer(text)) if starts else []
    for at, found in enumerate(words):
        for term in starts.get(found[0], ()):
            last = at + len(term.words) - 1
            if last < len(words) and _stands(term, [word[0] for word in words[at : last + 1]]):
                yield _Span(found.start(), words[last].end(), term)


def _stands(term: Term, words: list[str]) -> bool:
    last = len(words) - 1
    pairs = zip(term.words, words, strict=True)
    return all(_means(typed, word, prefix=term.prefix and at == last) for at, (typed, word) in enumerate(pairs))


@lru_cache(maxsize=65536)
def _means(typed: str, word: str, *, prefix: bool) -> bool:
    if not prefix:
        return stands_for(typed, word)
    lower = word.lower()
    return any(way.startswith(typed.lower()) for way in (lower, other_spelling(lower), fold(lower)) if way)


def _densest(spans: list[_Span]) -> list[_Span]:
    """The spans that fit into one snippet with the most different terms among them."""
    best: list[_Span] = []
    for at, first in enumerate(spans):
        near = [span for span in spans[at : at + _WIDTH] if span.end <= first.start + _WIDTH - _BEFORE]
        if len({span.term for span in near}) > len({span.term for span in best}):
            best = near
    return best


def _cut(text: str, spans: list[_Span], near: list[_Span], marks: Marks) -> str:
    """The piece of the text round what stands near together, with every hit in it lit."""
    first, last = (near[0].start, max(span.end for span in near)) if near else (0, 0)
    start = max(first - _BEFORE, 0)
    if start:
        start = min(text.find(" ", start) + 1, first)
    end = max(start + _WIDTH, last)
    if end < len(text):
        end = max(text.rfind(" ", start, end + 1), last)
    within = [span for span in spans if start <= span.start and span.end <= end]
    shown = "".join(_lit(text, start, end, within, marks)).rstrip()
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"


def _lit(text: str, start: int, end: int, spans: list[_Span], marks: Marks) -> Iterator[str]:
    """The text from start to end, marks around the spans."""
    at = start
    for begin, until in _joined(spans):
        yield from (text[at:begin], marks[0], text[begin:until], marks[1])
        at = until
    yield text[at:end]


def _joined(spans: list[_Span]) -> list[tuple[int, int]]:
    """Where the spans begin and end, those that overlap as one."""
    places: list[tuple[int, int]] = []
    for span in spans:
        begin, until = places.pop() if places and span.start < places[-1][1] else (span.start, span.end)
        places.append((begin, max(until, span.end)))
    return places
