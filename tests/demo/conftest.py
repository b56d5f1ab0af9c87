import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from crawler.demo.portal import DemoPortal


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Fetch = Callable[..., Reply]


@pytest.fixture(scope="module")
def portal() -> Iterator[DemoPortal]:
    with DemoPortal() as portal:
        yield portal


@pytest.fixture(scope="module")
def fetch(portal) -> Iterator[Fetch]:
    """One request as it goes over the wire, nothing decoded, nothing followed; the headers are keyword arguments."""
    connection = http.client.HTTPConnection(urlsplit(portal.origin).netloc, timeout=10)

    def fetch(url: str, method: str = "GET", **headers: str) -> Reply:
        connection.request(
            method, url.removeprefix(portal.origin), headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        reply = connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())

    yield fetch
    connection.close()
