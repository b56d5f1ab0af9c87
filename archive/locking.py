"""One writer at a time."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from archive.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "crawl.lock"
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


@contextmanager
def held(folder: Path, *, reading: bool = False) -> Iterator[None]:
    """Holds an archive for one that writes to it, or that wants nothing written while it is `reading`: then a disk that takes
    no lock, being for reading only, needs none. Raises Busy at once when another one holds it.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(f"Another crawl of {folder} is running; wait for its end or use another --archive.") from None
    except OSError as error:
        if not (reading and error.errno in _READ_ONLY):
            raise
    try:
        yield
    finally:
        lock.release()
