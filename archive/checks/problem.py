"""A promise that is broken, as it is told."""

from __future__ import annotations

from typing import NamedTuple

FROM_A_COPY = "put the file back from a copy"
REBUILD = "`congtin rebuild` makes the database anew from the WARC files"
REREAD = "`congtin reread` puts it right"


class Problem(NamedTuple):
    """One broken thing: the check that found it, and a sentence that says what, where, and what to do."""

    check: str
    message: str
