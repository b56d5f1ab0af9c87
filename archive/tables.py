"""Articles as text for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import textwrap
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from archive.models import Hit
from archive.snippets import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
_COLUMNS = [field.name for field in fields(Hit)]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 100  # letters; a longer line is hard to read on any screen


def as_json(rows: list[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def as_jsonl(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: list[Row]) -> str:
    """With a header line. A cell that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> as_csv([{"id": 1, "title": "=1+1", "lead": None}]).splitlines()
    ['id,title,lead', "1,'=1+1,"]
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else _COLUMNS)
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_table(rows: list[Row]) -> str:
    """A headline with its id, day and portal, and below it the snippet; hits are bold on a terminal, between ** elsewhere."""
    wide = max([len(str(row["id"])) for row in rows], default=0)
    return "".join(f"{line}\n" for row in rows for line in _entry(row, wide))


def _entry(row: Row, wide: int) -> Iterator[str]:
    day = (row["published_at"] or "")[:10]
    first = f"{row['id']:>{wide}}  {day:10}  {row['portal']}  "
    indent = " " * (wide + 2)
    yield from (bold(line) for line in wrapped(first + row["title"], indent))
    yield from _lit(wrapped(indent + row["snippet"], indent))
    yield ""


def harmless(text: str) -> str:
    """What a page says may not command the terminal: control characters become spaces."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def indented(text: str) -> str:
    """A text of several lines below a heading, without control characters."""
    return textwrap.indent("\n".join(map(harmless, text.rstrip().split("\n"))), "  ")


def wrapped(text: str, indent: str) -> list[str]:
    """Lines that fit the screen, without control characters."""
    return folded(harmless(text), indent)


def folded(text: str, indent: str) -> list[str]:
    """Lines that fit the screen, of a text that is known to be harmless."""
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [text]


def on_terminal() -> bool:
    return sys.stdout.isatty()


def bold(text: str) -> str:
    return click.style(text, bold=True) if on_terminal() else text


def _lit(lines: list[str]) -> list[str]:
    """The marks of a snippet turned into colour; a hit may go on on the next line."""
    if not on_terminal():
        return lines
    text = "\n".join(lines)
    pieces = text.split(MARKS[0])
    lit = (click.style(piece, fg="yellow", bold=True) if at % 2 else piece for at, piece in enumerate(pieces))
    return "".join(lit).split("\n")


SHAPES: dict[str, Callable[[list[Row]], str]] = {
    "table": as_table,
    "json": as_json,
    "jsonl": as_jsonl,
    "csv": as_csv,
}


def article(row: Row, citation: str) -> str:
    """One article to be read on a screen: headline, text, what is known about it, and how it is cited."""
    paragraphs = [part for part in (row["lead"], *row["body"].split("\n\n")) if part]
    lines = [bold(line) for line in wrapped(row["title"], "")]
    lines += [*_facts(row), ""]
    for paragraph in paragraphs:
        lines += [*wrapped(paragraph, ""), ""]
    for heading, listed in _lists(row):
        lines += [bold(heading), *(line for entry in listed for line in wrapped(f"  {entry}", "    ")), ""]
    lines += [bold("Citation"), indented(citation), ""]
    return "\n".join(lines)


def _facts(row: Row) -> list[str]:
    signed = ", ".join(filter(None, (row["author"], row["author_role"])))
    facts = {
        "published": row["published_at"] or row["published_raw"],
        "section": row["section"],
        "author": signed,
        "source": row["source"],
        "portal": row["portal"],
        "address": row["url"],
        "seen": f"{row['first_seen_at']} to {row['last_seen_at']}",
        "gone": row["gone_at"],
    }
    return [f"{name + ':':10} {harmless(value)}" for name, value in facts.items() if value]


def _lists(row: Row) -> Iterator[tuple[str, list[str]]]:
    images = [_described(image["url"], image["caption"], image["credit"]) for image in row["images"]]
    documents = [_described(document["url"], document["label"], None) for document in row["attachments"]]
    versions = [f"{old['revision']}  {old['seen_at']}  capture {old['capture_id']}" for old in row["revisions"]]
    read_from = {row["capture_id"], *(old["capture_id"] for old in row["revisions"])}
    captures = [
        f"{capture['id']}  {capture['fetched_at']}  {capture['warc']} byte {capture['offset']}  {capture['payload_digest']}"
        for capture in row["captures"]
        if capture["id"] in read_from
    ]
    original = [row["original"]] if row["original"] else []
    headed = {
        "Taken from": [_taken(other) for other in original],
        "Taken by": [_taken(other) for other in row["copies"]],
    }
    headed |= {"Pictures": images, "Documents": documents, "Versions": versions, "Captures": captures}
    yield from ((heading, listed) for heading, listed in headed.items() if listed)


def _taken(other: Row) -> str:
    """The other article, why it is thought so, and what was changed on the way."""
    known = other["evidence"]
    said = [
        f"by {known['by']}",
        f"{known['of_copy']:.0%} of the copy's text",
        f"{known['of_original']:.0%} of the original's",
    ]
    said += [change.replace("_", " ") for change in known["changes"]]
    return f"{other['id']}  {other['portal']}  {other['title']} ({', '.join(said)})"


def _described(url: str, text: str | None, credit: str | None) -> str:
    said = " ".join(filter(None, (text, credit and f"({credit})")))
    return f"{said}: {url}" if said else url
