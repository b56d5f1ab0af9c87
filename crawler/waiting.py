"""How long a server asks to be left alone."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_of(retry_after: str) -> float:
    """The seconds of a Retry-After: a number, or a date; 0 for nothing that can be understood.

    >>> seconds_of("120"), seconds_of("Wed, 21 Oct 2015 07:28:00 GMT"), seconds_of("soon")
    (120.0, 0.0, 0.0)
    """
    stated = retry_after.strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        at = parsedate_to_datetime(stated)
    except ValueError:
        return 0.0
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
