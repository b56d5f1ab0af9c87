"""Stored pages read with today's readers, in as many processes as asked for, or on a cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from archive.again import Page, Reading, Unread, read_pages
from archive.records import Place
from crawler.again.pool import Workers, in_order
from crawler.reading import Article, Unreadable, read

_DIED = Unread("page", "the process that read it died, twice")


class Readers:
    """`archive.again.Readers` over the WARC files of the archive at `folder`; `warcs` is where workers elsewhere find them."""

    def __init__(self, folder: Path, jobs: Workers = 1, warcs: str | None = None) -> None:
        self._place, self._jobs = warcs or folder.absolute(), jobs

    def __call__(self, batches: Iterator[Sequence[Page]]) -> Iterator[Sequence[Reading]]:
        return in_order(partial(read_all, self._place), batches, given_up, self._jobs)


def read_bytes(body: bytes, url: str, content_type: str | None) -> Article | Unread:
    """What a page reads as, light enough to be passed between processes: without its evidence."""
    try:
        return replace(read(body, url, content_type=content_type), evidence={})
    except Unreadable as error:
        return Unread(error.field, error.reason, error.kind)
    except Exception as error:  # noqa: BLE001 - a page on which a reader fails must not cost all the others
        return failed_on(error)


def failed_on(error: Exception) -> Unread:
    """What is known of a page on which a reader of ours failed."""
    return Unread("page", " ".join(f"our reader failed on it ({type(error).__name__}: {error})".split()))


def read_all(place: Place, pages: Sequence[Page]) -> Sequence[Reading]:
    return read_pages(place, pages, read_bytes)


def given_up(pages: Sequence[Page]) -> Sequence[Reading]:
    return [Reading(page.capture_id, _DIED) for page in pages]
