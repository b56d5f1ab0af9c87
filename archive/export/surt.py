"""The key of an address in a CDXJ index: host reversed, everything that seldom matters taken off.

The rules are those of the Wayback Machine's canonicalisation, by which pywb looks up what it is asked for; the package
`surt` that holds them is under a licence (AGPL) that ours would have to follow, so they are written again here.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # every other byte is written as %xx
_PORTS = {"http": "80", "https": "443"}
_WWW = re.compile(r"www\d*\.")
_SESSION = "jsessionid=[0-9a-z]{32}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+"
_SESSIONS = [re.compile(rf"(.*)(?:{one})(?:&(.*))?") for one in _SESSION.split("|")]
_PATH_SESSIONS = [
    re.compile(rf"(.*/)\({one}\)/([^?]+\.aspx.*)") for one in (r"(?:[a-z]\([0-9a-z]{24}\))+", "[0-9a-z]{24}")
]


def surt(url: str) -> str:
    """The key under which an address is looked up.

    >>> surt("https://www.namdinh.gov.vn:443/Default.aspx?sname=ubnd&PageId=468#tin")
    'vn,gov,namdinh)/default.aspx?pageid=468&sname=ubnd'
    >>> surt("http://baonamdinh.vn/Đê%20sông/../tin/")
    'vn,baonamdinh)/tin'
    """
    parts = urlsplit(re.sub(r"[\r\n\t]", "", url.strip()))
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    host = _WWW.sub("", _host(host), count=1) if _WWW.match(_host(host)) else _host(host)
    port = f":{port}" if port and port != _PORTS.get(parts.scheme.lower()) else ""
    query = _query(parts.query)
    return f"{','.join(reversed(host.split('.')))}{port}){_path(parts.path)}{f'?{query}' if query else ''}"


def _host(host: str) -> str:
    plain = _unescaped(host).decode("utf-8", "ignore")
    with suppress(UnicodeError):
        plain = plain if plain.isascii() else plain.encode("idna").decode()
    return _escaped(plain.replace("..", ".").strip(".").lower().encode())


def _path(path: str) -> str:
    kept: list[bytes] = []
    for segment in _unescaped(path).split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    whole = b"/".join([*filter(None, kept[:-1]), *kept[-1:]])  # an empty one at the end is the slash there
    lower = _escaped(b"/" + whole).lower()
    for session in _PATH_SESSIONS:
        if found := session.fullmatch(lower):
            lower = found[1] + found[2]
    return lower.removesuffix("/") or "/"


def _query(query: str) -> str:
    lower = _escaped(_unescaped(query)).lower()
    for session in _SESSIONS:
        if found := session.fullmatch(lower):
            lower = found[1] + (found[2] or "")
    return "&".join("=".join(pair) for pair in sorted(tuple(part.split("=", 1)) for part in lower.split("&")))


def _unescaped(text: str) -> bytes:
    """Percent signs undone until none is left that can be."""
    raw = text.encode()
    while (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return raw


def _escaped(raw: bytes) -> str:
    return quote_from_bytes(raw, safe=_KEPT)
