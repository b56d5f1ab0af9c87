"""Why a page could not be had, in one word for the table and one sentence for the reader."""

import sqlite3

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest

from archive.again import UNDECODABLE
from archive.errors import CongtinError, Undecodable


class OffPortal(IgnoreRequest):
    """A redirect led to another site."""

    def __init__(self, url: str) -> None:
        super().__init__(f"redirects off the portal, to {url}")


class Stopped(IgnoreRequest):
    """The crawl is being stopped, and the request was not sent; its link is owed as it was."""


# A word, and what to say where the error says it in a library's words only.
_WORDS: tuple[tuple[type[Exception], str, str | None], ...] = (
    (OffPortal, "off portal", None),
    (exceptions.CannotResolveHostError, "unknown host", "its host has no address"),
    (exceptions.DownloadConnectionRefusedError, "refused", "the connection was refused"),
    (exceptions.DownloadTimeoutError, "timeout", "no whole answer came in time"),
    (exceptions.ResponseDataLossError, "cut off", "the answer broke off before its end"),
    (exceptions.DownloadCancelledError, "too large", "the answer is larger than a crawl takes"),
    (exceptions.DownloadFailedError, "connection", "the connection failed"),
    (Undecodable, UNDECODABLE, None),
)
ARCHIVE_ERRORS = (CongtinError, sqlite3.Error)
OURS = "archive"  # what the archive could not take: no fault of the portal's
_IGNORED = (("robots.txt", "robots"), ("", "ignored"))


def describe(error: BaseException) -> tuple[str, str]:
    """A word for the column `failures.error`, a sentence for `failures.message`.

    >>> describe(IgnoreRequest("Forbidden by robots.txt"))
    ('robots', 'Forbidden by robots.txt')
    >>> describe(OffPortal("http://b.vn/"))
    ('off portal', 'redirects off the portal, to http://b.vn/')
    """
    message = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    for kind, word, sentence in _WORDS:
        if isinstance(error, kind):
            return word, (sentence or message)[:500]
    if isinstance(error, IgnoreRequest):
        word = next(word for part, word in _IGNORED if part in message)
    else:
        word = OURS if isinstance(error, ARCHIVE_ERRORS) else "unexpected"
    return word, message[:500]
