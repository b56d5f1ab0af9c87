"""Stored pages read with today's readers, in as many processes as asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from archive.again import Page, Reading, Unread, read_page
from crawler.again.pool import in_order
from crawler.reading import Article, Unreadable, read

_DIED = Unread("page", "the process that read it died, twice")


class Readers:
    """`archive.again.Readers` over the WARC files of the archive at `folder`."""

    def __init__(self, folder: Path, jobs: int = 1) -> None:
        self._folder, self._jobs = folder.absolute(), jobs

    def __call__(self, batches: Iterator[Sequence[Page]]) -> Iterator[Sequence[Reading]]:
        return in_order(partial(read_all, self._folder), batches, given_up, self._jobs)


def read_bytes(body: bytes, url: str, content_type: str | None) -> Article | Unread:
    """What a page reads as, light enough to be passed between processes: without its evidence."""
    try:
        return replace(read(body, url, content_type=content_type), evidence={})
    except Unreadable as error:
        return Unread(error.field, error.reason)


def read_all(folder: Path, pages: Sequence[Page]) -> Sequence[Reading]:
    return [read_page(folder, page, read_bytes) for page in pages]


def given_up(pages: Sequence[Page]) -> Sequence[Reading]:
    return [Reading(page.capture_id, _DIED) for page in pages]
