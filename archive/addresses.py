"""Addresses, as far as the archive must understand them."""

from __future__ import annotations

from urllib.parse import urlsplit


def has_host(url: str) -> bool:
    """Whether an http(s) address names a host that there can be; other people's files hold what no browser would ask for.

    >>> [has_host(url) for url in ("http://a.vn/x", "https://[::1]:80/", "http:///x", "http://[::1/", "http://a℀.vn/", "x")]
    [True, True, False, False, False, False]
    """
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in parts.netloc
        )
    except ValueError:
        return False
