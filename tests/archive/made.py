"""A made corpus whose originals are known: Vietnamese-like texts, copies of them as portals make them, and texts that only look like copies."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x".split()
RIMES = "a à á ả ã ạ ai ái ao áo ang àng ánh anh ăn ân ất âu ông ôi ơi ước ương iên iến yên oà óa uyện uân inh ình im em ên eo".split()
ZONE = timezone(timedelta(hours=7))


@dataclass
class Made:
    """One article of the corpus; `original` is the number of the one that it was taken from."""

    url: str
    title: str
    lead: str | None
    body: list[str]
    published: datetime
    source: str | None = None
    original: int | None = None
    kind: str = "original"


class Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        weights = self.random
        self.words = sorted({weights.choice(ONSETS) + weights.choice(RIMES) for _ in range(900)})
        self.often = [1 / (n + 3) for n in range(len(self.words))]

    def syllables(self, count: int) -> list[str]:
        return self.random.choices(self.words, self.often, k=count)

    def name(self) -> str:
        return " ".join(word.capitalize() for word in self.syllables(2))

    def sentence(self) -> str:
        said = self.syllables(self.random.randint(14, 28))
        if self.random.random() < 0.5:
            said[5:5] = [self.name()]
        if self.random.random() < 0.4:
            said[9:9] = [str(self.random.randint(2, 900))]
        return " ".join(said).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.random.randint(2, 4)))

    def form(self, sentences: int, slots: int) -> str:
        """A formula: sentences with places to be filled in."""
        said = []
        for _ in range(sentences):
            words = self.syllables(22)
            for place in range(slots):
                words[4 + place * 9 : 5 + place * 9] = ["{}"]
            said.append(" ".join(words).capitalize() + ".")
        return " ".join(said)


def corpus(seed: int, originals: int) -> list[Made]:
    """`originals` articles of a newspaper, a copy of each in one of seven ways, and as many hard negatives."""
    w = Writer(seed)
    made: list[Made] = []
    start = datetime(2023, 1, 1, 8, tzinfo=ZONE)

    def add(site: str, title: str, lead: str | None, body: list[str], hours: float, **more: object) -> int:
        at = start + timedelta(hours=hours)
        made.append(Made(f"https://{site}/tin-{len(made)}.html", title, lead, body, at, **more))
        return len(made) - 1

    for n in range(originals):
        title, lead, body = " ".join(w.syllables(11)).capitalize(), w.sentence(), [w.paragraph() for _ in range(6)]
        first = add("baonamdinh.vn", title, lead, body, 5 * n)
        how = ("whole", "headline", "lead", "dateline", "two thirds", "everything", "rewritten end")[n % 7]
        if how in ("headline", "everything"):
            title = " ".join(w.syllables(4)).capitalize() + " " + title
        if how in ("lead", "everything"):
            lead = None
        if how == "two thirds":
            body = body[:4]
        if how == "rewritten end":
            body = [*body[:4], w.paragraph(), w.paragraph()]
        if how in ("dateline", "everything"):
            lead, body = (
                lead and f"(NĐ) - Ngày {n % 28 + 1}/3, {lead}",
                [f"Nam Định, ngày {n % 28 + 1}/3 - {body[0]}", *body[1:]],
            )
        source = "Báo Nam Định" if n % 2 else None
        add(
            ("namdinh.gov.vn", "ninhbinh.gov.vn")[n % 2],
            title,
            lead,
            body,
            5 * n + 3,
            source=source,
            original=first,
            kind=how,
        )
    weather = [w.form(7, 2) for _ in range(3)]
    notice, boilerplate = w.form(5, 2), [w.form(3, 0), w.form(2, 0)]
    for n in range(originals // 2):
        numbers = [w.random.randint(1, 999) for _ in range(14)]
        add("namdinh.gov.vn", f"Thời tiết tuần {n}", None, [weather[n % 3].format(*numbers)], 7 * n, kind="weather")
        names = [w.name() for _ in range(10)]
        add(
            "namdinh.gov.vn",
            "Thông báo",
            None,
            [boilerplate[0], notice.format(*names), boilerplate[1]],
            7 * n,
            kind="notice",
        )
        event, shared = w.name(), w.sentence()
        for site in ("baonamdinh.vn", "namdinh.gov.vn"):
            body = [w.paragraph(), f"{event}: {shared}", w.paragraph(), w.paragraph()]
            add(site, f"Sự kiện {event}", w.sentence(), body, 9 * n, kind="event")
    return made
