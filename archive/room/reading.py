"""The article page: the article as it is or was, what changed between two versions, and how to cite it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import Response

from archive import articles, captures, cite
from archive.diff import difference
from archive.errors import BadInput, NotFound
from archive.room.metadata import json_ld, tags
from archive.room.stored import is_picture
from archive.room.typeset import typeset

if TYPE_CHECKING:
    from sqlite3 import Connection

    from archive.cite import Reference
    from archive.models import Capture
    from archive.room.visit import Visit

Row = dict[str, Any]
# Name of the style, its media type, the ending of its file.
STYLES = {
    "bibtex": ("BibTeX", "application/x-bibtex", "bib"),
    "ris": ("RIS", "application/x-research-info-systems", "ris"),
    "csl-json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", "json"),
}


async def article(visit: Visit) -> Response:
    """The article, or with `?version=` one of its earlier versions."""
    row, shown, capture = await visit.look(lambda conn: _article(conn, visit))
    reference = cite.reference(shown, capture)
    stored = f"{visit.origin}/page/{shown['capture_id']}"
    return await visit.page(
        "article.html",
        article=row,
        shown=shown,
        blocks=typeset(shown["body"].split("\n\n") if shown["body"] else [], shown["images"], row["body_html"]),
        capture=capture,
        citations={style: cite.STYLES[style]([reference]) for style in STYLES},
        styles=STYLES,
        tags=list(tags(shown, reference)),
        json_ld=json_ld(shown, reference, stored),
    )


async def diff(visit: Visit) -> Response:
    """Two versions compared: `?from=` and `?to=`, else the last two."""
    row = await visit.look(lambda conn: articles.article(conn, int(visit.place["id"])))
    older, newer = (_number(visit.args.get(name, ""), default) for name, default in (("from", -2), ("to", -1)))
    return await visit.page("diff.html", article=row, difference=difference(row, older, newer))


async def citation(visit: Visit) -> Response:
    """The citation as a file; with `?version=` that of one of the earlier versions."""
    style = visit.place["style"]
    if style not in STYLES:
        raise NotFound
    _, shown, capture = await visit.look(lambda conn: _article(conn, visit))
    reference: Reference = cite.reference(shown, capture)
    _, media, ending = STYLES[style]
    headers = {"Content-Disposition": f'attachment; filename="{reference.key}.{ending}"'}
    return Response(cite.STYLES[style]([reference]), 200, headers, f"{media}; charset=utf-8")


def _article(conn: Connection, visit: Visit) -> tuple[Row, Row, Capture]:
    """The article, the version of it that was asked for, and the capture that this was read from."""
    row = articles.article(conn, int(visit.place["id"]))
    shown = articles.version(row, _number(visit.args.get("version", ""), row["revision"]))
    for part in (*shown["images"], *shown["attachments"]):
        part.setdefault("capture_id", _last_capture(conn, part["url"]))
    for image in shown["images"]:
        image["held"] = is_picture(conn, visit.room.folder, image["capture_id"])
    return row, shown, captures.get(conn, shown["capture_id"])


def _last_capture(conn: Connection, url: str) -> int | None:
    """Where a picture or document of an earlier version is kept, which may be gone from the article since."""
    query = "SELECT max(id) FROM captures WHERE url = ? AND status = 200"
    found: int | None = conn.execute(query, (url,)).fetchone()[0]
    return found


def _number(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(f"{text!r} is no number of a version.")
    return int(text)
