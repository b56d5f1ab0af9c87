"""What the reader scores on a corpus, and whether that is what its floors ask for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crawler.reading import Unreadable, read
from quality.alterations import ALTERATIONS
from quality.corpus import Corpus, scrambled
from quality.floors import Floors, floor
from quality.scores import Share, page_scores, total

Reader = Callable[
    [bytes, str], Mapping[str, Any] | None
]  # (body, address) -> Article.to_dict(), None for a page given up
READINGS: dict[str, Callable[[bytes], bytes]] = {"as sent": bytes, "scrambled": scrambled, **ALTERATIONS}
WORST = 5


@dataclass(frozen=True)
class Measured:
    """The shares of a corpus by reading, page and field."""

    corpus: Corpus
    pages: Mapping[str, Mapping[str, Mapping[str, Share]]]

    @cached_property
    def scores(self) -> dict[str, dict[str, float]]:
        return {reading: total(pages.values()) for reading, pages in self.pages.items()}


def congtin(body: bytes, url: str) -> Mapping[str, Any] | None:
    """The project's own reader."""
    try:
        return read(body, url).to_dict()
    except Unreadable:
        return None


def measure(corpus: Corpus, reader: Reader = congtin) -> Measured:
    pages = {
        reading: {p.name: page_scores(reader(change(p.body), p.url), p.article) for p in corpus.pages}
        for reading, change in READINGS.items()
    }
    return Measured(corpus, pages)


def complaints(measured: Measured, floors: Floors) -> list[str]:
    """What stands against these scores, a sentence each; [] lets them pass."""
    name, pinned = measured.corpus.name, floors.corpora.get(measured.corpus.name)
    if pinned is None:
        return [f"No floors are pinned for the {name} pages: look at their scores, then `python -m quality --pin`."]
    found = []
    if pinned.digest != measured.corpus.digest:
        found.append(
            f"The {name} pages are not those whose floors are pinned: look at their scores, then `python -m quality --pin`."
        )
    for change in floors.changes(name, measured.scores):
        if change.lowers:
            said = "no page has it" if change.new is None else f"{change.new:.4f}"
            found.append(f"{name}, {change.reading}: {change.field} is below its floor {change.old:.4f}: {said}.")
    return found


def table(measured: Measured, floors: Floors) -> Iterator[str]:
    """Corpus, reading, field, score and floor, a line each."""
    name, pinned = measured.corpus.name, floors.corpora.get(measured.corpus.name)
    for reading, fields in measured.scores.items():
        for field, score in fields.items():
            low = pinned.floors.get(reading, {}).get(field) if pinned else None
            mark = "  BELOW" if low is not None and floor(score) < low else ""
            yield f"{name:8} {reading:10} {field:12} {score:.4f}  {'none' if low is None else f'{low:.4f}'}{mark}"


def worst(measured: Measured) -> Iterator[str]:
    """The pages read worst, and their fields that are not right."""
    for reading, pages in measured.pages.items():
        wrong = {n: [f"{f} {s.score:.2f}" for f, s in of.items() if s.score < 1] for n, of in pages.items()}
        loss = {n: sum(1 - s.score for s in of.values()) for n, of in pages.items() if wrong[n]}
        for name in sorted(loss, key=lambda n: -loss[n])[:WORST]:
            yield f"{measured.corpus.name}, {reading}, {name}: {', '.join(wrong[name])}"
