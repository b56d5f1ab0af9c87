"""How long a portal asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.pace import retry_after


def asked(value, status=503):
    return retry_after(Response("http://a.vn/", status=status, headers={"Retry-After": value}))


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7), ("0", 0), (" 120 ", 120), ("", 0), ("soon", 0), ("-5", 0), ("٣", 0)]
)
def test_seconds(value, seconds):
    assert asked(value.encode()) == seconds


def test_date():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < asked(later) <= 90
    assert asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_only_of_answers_that_turn_away():
    assert asked("7", status=429) == 7
    assert asked("7", status=301) == 0


@given(st.binary(max_size=40))
def test_whatever_it_says(value):
    assert asked(value) >= 0
