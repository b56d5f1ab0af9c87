"""Parquet, its columns typed: times, days, and lists of structures for pictures, documents and versions."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.errors import BadInput
from archive.export.chosen import COLUMNS

if TYPE_CHECKING:
    from archive.export.chosen import Chosen, Row
    from archive.export.output import Tell

_AT_ONCE = 1000  # rows of a row group
_DAY = len("2023-05-29")
_MOMENTS = ("published_at", "captured_at", "seen_at", "first_seen_at", "last_seen_at", "changed_at", "gone_at")


def write(chosen: Chosen, out: BinaryIO, tell: Tell) -> None:
    """The columns of jsonl, and `published_date`: `published_at` is empty where the page gives only a day.

    Raises BadInput without pyarrow.
    """
    arrow, parquet = _arrow()
    total, done, rows, schema = chosen.count(), 0, chosen.rows(), _schema(arrow)
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while some := list(islice(rows, _AT_ONCE)):
            writer.write_batch(arrow.RecordBatch.from_pylist([_typed(row) for row in some], schema=schema))
            done += len(some)
            tell(done, total)


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise BadInput("Parquet needs pyarrow, which is not installed; `pip install 'congtin[parquet]'`.") from error


def _typed(row: Row) -> Row:
    """The texts of times as times; a version like the article."""
    published = row["published_at"]
    typed = row | {name: datetime.fromisoformat(row[name]) for name in _MOMENTS if row.get(name)}
    typed["published_date"] = date.fromisoformat(published[:_DAY]) if published else None
    if published and len(published) == _DAY:
        typed["published_at"] = None
    if "revisions" in row:
        typed["revisions"] = [_typed(version) for version in row["revisions"]]
    return typed


def _schema(arrow: Any) -> Any:
    """The columns of jsonl, in their order."""
    moment = arrow.timestamp("ms", tz="UTC")
    picture = {"url": arrow.string(), "caption": arrow.string(), "credit": arrow.string()}
    document = {"url": arrow.string(), "label": arrow.string()}
    digest = {"capture_digest": arrow.string()}
    version = _version(arrow)
    earlier = version | {"seen_at": moment} | _lists(arrow, picture, document)
    types = {"id": arrow.int64(), "url": arrow.string(), "portal": arrow.string()} | version
    types |= dict.fromkeys(("first_seen_at", "last_seen_at", "changed_at", "gone_at"), moment)
    types |= _lists(arrow, picture | digest, document | digest) | {"revisions": arrow.list_(arrow.struct(earlier))}
    texts, shares = ("url", "portal", "by"), ("similarity", "of_copy", "of_original")
    original = {"id": arrow.int64()} | dict.fromkeys(texts, arrow.string()) | dict.fromkeys(shares, arrow.float64())
    types["taken_from"] = arrow.list_(arrow.struct(original | {"changes": arrow.list_(arrow.string())}))
    at = COLUMNS.index("published_at")
    return arrow.schema([(name, types[name]) for name in (*COLUMNS[:at], "published_date", *COLUMNS[at:])])


def _version(arrow: Any) -> dict[str, Any]:
    texts = (
        "section",
        "title",
        "published_raw",
        "lead",
        "author",
        "author_role",
        "source",
        "source_raw",
        "capture_digest",
    )
    return {
        "revision": arrow.int32(),
        "captured_at": arrow.timestamp("ms", tz="UTC"),
        "published_at": arrow.timestamp("ms", tz="+07:00"),  # Vietnam's one offset, as long as there has been a web
        "published_date": arrow.date32(),
        **dict.fromkeys(texts, arrow.string()),
        "body": arrow.list_(arrow.string()),
    }


def _lists(arrow: Any, picture: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    each = {"images": picture, "attachments": document}
    return {name: arrow.list_(arrow.struct(fields)) for name, fields in each.items()}
