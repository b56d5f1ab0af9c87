"""The files under articles/ → the portal's sections and stories. What a file may hold stands in articles/README.md."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from crawler.demo.story import (
    LEAD_FORMS,
    PICTURE_KINDS,
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Story,
    Table,
)

_NEEDED = {"id", "title", "published"}
_PLAIN = ("cover", "byline", "author", "author_role", "credit", "source", "source_raw", "also", "repeat", "form")
_KEYS = _NEEDED | {"lead"} | set(_PLAIN)


class BadContent(ValueError):  # noqa: N818 - said of a file, in a sentence
    """A file under articles/ that is not written as articles/README.md says."""


@dataclass(frozen=True, slots=True)
class Section:
    """One listing of the portal."""

    slug: str
    title: str
    layout: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the portal has to tell."""

    name: str
    sections: tuple[Section, ...]
    stories: tuple[Story, ...]  # newest first


@cache
def content() -> Content:
    """The portal that this package ships."""
    return load(files("crawler.demo") / "articles")


def load(folder: Traversable) -> Content:
    """Every section and story of a folder. Raises BadContent, which names the file."""
    told = tomllib.loads((folder / "portal.toml").read_text("utf-8"))
    sections = tuple(Section(**section) for section in told["section"])
    stories = [story for section in sections for story in _stories(folder / section.slug, section.slug)]
    return Content(told["name"], sections, tuple(sorted(stories, key=lambda story: story.published, reverse=True)))


def _stories(folder: Traversable, section: str) -> Iterator[Story]:
    for file in folder.iterdir():
        if file.name.endswith(".md"):
            yield parse(file.read_text("utf-8"), slug=file.name.removesuffix(".md"), section=section)


def parse(text: str, *, slug: str, section: str) -> Story:
    """One file's text as a story. Raises BadContent."""
    top, _, rest = text.partition("\n\n")
    try:
        told = _head(top)
        blocks = [block.strip("\n") for block in rest.split("\n\n") if block.strip()]
        leads = [_unquoted(block) for block in blocks if block.startswith(">")]
        day, _, clock = told["published"].partition(" ")
        return Story(
            id=int(told["id"]),
            slug=slug,
            section=section,
            title=told["title"],
            published=datetime.fromisoformat(f"{day} {clock or '00:00'}"),
            has_clock=bool(clock),
            blocks=[_block(block) for block in blocks if not block.startswith(">")],
            **_lead(leads, told.get("lead")),
            **{key: told[key] for key in _PLAIN if key in told},
        )
    except ValueError as error:
        raise BadContent(f"{section}/{slug}.md: {error}") from error


def _head(text: str) -> dict[str, Any]:
    told = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    if len(told) != len(text.splitlines()):
        raise ValueError("every line of the head is `key: value`, each key once")
    if strange := sorted(told.keys() - _KEYS):
        raise ValueError(f"the head knows no {', '.join(strange)}")
    if missing := sorted(_NEEDED - told.keys()):
        raise ValueError(f"the head lacks {', '.join(missing)}")
    return told


def _lead(leads: list[str], form: str | None) -> Mapping[str, Any]:
    form = form or "apart"
    if form not in LEAD_FORMS:
        raise ValueError(f"lead is one of {', '.join(LEAD_FORMS)}, not {form}")
    if len(leads) != (form != "none"):
        raise ValueError(f"lead: {form} goes with {'one' if form != 'none' else 'no'} block that begins with `>`")
    return {"lead": leads[0] if leads else None, "lead_form": form}


def _block(text: str) -> Block:
    if text.startswith("## "):
        return Heading(_joined(text[3:]))
    if text.startswith("- "):
        return Items([_joined(item) for item in ("\n" + text).split("\n- ")[1:]])
    if text.startswith("|"):
        return Table([[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines()])
    if text.startswith("!"):
        return _picture(_joined(text[1:]))
    return Paragraph(_joined(text))


def _picture(text: str) -> Picture:
    what, *told = (part.strip() for part in text.split("|"))
    kind, _, name = what.partition(" ")
    if kind not in PICTURE_KINDS or not name or len(told) > 2:
        raise ValueError(
            f"a picture is `!kind name | caption | credit` with a kind of {', '.join(PICTURE_KINDS)}: !{text}"
        )
    caption, credit = [*told, "", ""][:2]
    return Picture(kind, name, caption or None, credit or None)  # type: ignore[arg-type] # checked above


def _unquoted(text: str) -> str:
    return " ".join(line.removeprefix(">").strip() for line in text.splitlines())


def _joined(text: str) -> str:
    return " ".join(text.split())
