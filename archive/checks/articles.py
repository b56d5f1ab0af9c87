"""Articles: every one has its versions, numbered in the order of their days, and its rows say what the newest one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.again import Unread, histories
from archive.checks.problem import FROM_A_COPY, REBUILD, REREAD, Problem
from archive.history import Version, changes, revisions, rows
from archive.reread import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from sqlite3 import Connection

    from archive.again import History, Readers
    from archive.history import Change, Row

_BATCH = 100
_PARTS = """
SELECT p.id, p.article_id, p.url, c.id AS capture_id, c.status, c.role, c.url AS captured
  FROM {table} p JOIN captures c ON c.id = p.capture_id
 WHERE c.status <> 200 OR (c.url <> p.url AND c.role NOT IN ('image', 'attachment'))"""


def check(conn: Connection, readers: Readers | None, tell: Callable[[int], None]) -> Iterator[Problem]:
    """With `readers` every version is read again from its bytes; without, rows are compared with rows."""
    for history in histories(conn, readers) if readers else _stored(conn):
        yield from _article(conn, history)
        tell(1)
    for table in ("images", "attachments"):
        for part in rows(conn, _PARTS.format(table=table)):
            yield Problem(
                "articles",
                f"Article {part['article_id']}: its {table[:-1]} {part['url']} is said to stand in capture"
                f" {part['capture_id']}, which is {part['captured']} ({part['status']}); {REBUILD}.",
            )


def _stored(conn: Connection) -> Iterator[History]:
    from archive.again import History  # noqa: PLC0415

    after = 0
    while ids := [row[0] for row in conn.execute("SELECT id FROM articles WHERE id > ? LIMIT ?", (after, _BATCH))]:
        after = ids[-1]
        for article_id in ids:
            yield History(article_id, [Version.stored(row) for row in revisions(conn, article_id)], [])


def _article(conn: Connection, history: History) -> Iterator[Problem]:
    known = revisions(conn, history.article_id)
    if not known:
        yield _problem(history, f"it has no version; {REBUILD}")
        return
    numbers = [row["revision"] for row in known]
    if numbers != list(range(1, len(known) + 1)):
        yield _problem(history, f"its versions are numbered {numbers} in the order of their days; {REREAD}")
    for capture_id, why in history.unread:
        yield _problem(history, _unreadable(capture_id, why))
    if other := elsewhere(conn, history):
        yield _problem(history, f"a capture of its reads as another article, {other}; {REBUILD}")
        return
    yield from _differences(history, known, changes(conn, history.article_id, history.versions))


def _unreadable(capture_id: int, why: Unread) -> str:
    if why.field == "capture":
        advice = "" if why.reason.endswith(FROM_A_COPY) else f"; {FROM_A_COPY}"
        return f"capture {capture_id} cannot be read: {why.reason}{advice}"
    return f"capture {capture_id} no longer reads as an article (no {why.field}: {why.reason}); report the page"


def _differences(history: History, known: Sequence[Row], found: Sequence[Change]) -> Iterator[Problem]:
    """One sentence a row: which of its columns say something else than its capture."""
    numbers = {row["id"]: row["revision"] for row in known}
    wrong: dict[str, list[str]] = {}
    for change in found:
        match change.table:
            case "articles":
                where = "its row"
            case "revisions":
                where = f"version {numbers[change.row_id or 0]}"
            case _:
                where = change.table
        wrong.setdefault(where, []).append(change.column)
    for where, columns in wrong.items():
        told = ", ".join(dict.fromkeys(columns))
        yield _problem(history, f"{where} differs from what its captures say in {told}; {REREAD}")


def _problem(history: History, message: str) -> Problem:
    return Problem("articles", f"Article {history.article_id}: {message}.")
