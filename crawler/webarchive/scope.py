"""What of the web is asked for: an address, all below a path, a host, a host with its sub-sites."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from archive.errors import BadInput
from crawler.links import host_of
from crawler.reading.conventions.addresses import absolute

Match = Literal["exact", "prefix", "host", "domain"]
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d+)?|localhost(?::\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked of a CDX server: `url` and its `matchType`, and the first and last day, as YYYYMMDD, where bounded."""

    url: str
    match: Match = "exact"
    first: str | None = None
    last: str | None = None

    @classmethod
    def of(cls, address: str, first: str | None = None, last: str | None = None) -> "Scope":
        """The scope that an address means. Raises BadInput.

        >>> [(s.url, s.match) for s in map(Scope.of, ("http://a.vn/tin", "http://a.vn/tin/*", "a.vn", "*.a.vn"))]
        [('http://a.vn/tin', 'exact'), ('http://a.vn/tin/', 'prefix'), ('a.vn', 'host'), ('a.vn', 'domain')]
        """
        bare = address.strip().partition("#")[0]
        host = bare.removeprefix("*.").removesuffix("/*")
        if _HOST.fullmatch(host):
            return cls(host.lower(), "domain" if bare.startswith("*.") else "host", first, last)
        match: Match = "prefix" if bare.endswith("*") else "exact"
        url = absolute("", bare.removesuffix("*")) if bare.lower().startswith(("http://", "https://")) else None
        if url is None or "*" in url or not _HOST.fullmatch(urlsplit(url).netloc):
            raise BadInput(
                f"{address!r} is no address, no path (https://a.vn/tin/*) and no host (a.vn, or *.a.vn with its sub-sites)."
            )
        return cls(url, match, first, last)

    @property
    def host(self) -> str:
        return self.url if self.match in ("host", "domain") else host_of(self.url)

    def holds(self, url: str) -> bool:
        """Whether a capture of that address was asked for. `www.`, http or https and the letters' case make no difference.

        >>> Scope.of("*.a.vn").holds("https://so.a.vn/tin"), Scope.of("a.vn").holds("https://so.a.vn/tin")
        (True, False)
        """
        host = host_of(url)
        if self.match == "domain":
            return host == self.host or host.endswith(f".{self.host}")
        if self.match == "host":
            return host == self.host.removeprefix("www.")
        return host == self.host and (self.match == "exact" or _rest(url).startswith(_rest(self.url)))


def _rest(url: str) -> str:
    return url.partition("://")[2].partition("/")[2].lower()
