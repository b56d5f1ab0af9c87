"""What a CDX server knows of captures, and which of them are worth fetching."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from crawler.webarchive.client import Client, Refused, Unreachable
from crawler.webarchive.scope import Scope

_REVISIT = "warc/revisit"
_EMPTY = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # SHA-1 of nothing, in base 32
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PAGE = 20_000  # lines that are asked for at a time, where the server has pages
_TRIES = 3
_OWN_PORT = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Indexed:
    """One line of an index. `status` is None where it does not say; `place` is file, offset and length, where it says."""

    key: str
    timestamp: str  # YYYYMMDDhhmmss
    original: str  # the address, as the index spells it
    mime: str
    status: int | None
    digest: str
    place: tuple[str, int, int] | None = None

    @property
    def mark(self) -> str:
        """What an index is sorted by."""
        return f"{self.key} {self.timestamp}"

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.timestamp + "+0000", "%Y%m%d%H%M%S%z").astimezone(UTC)

    @property
    def url(self) -> str:
        """The address without its scheme's own port, without user and fragment."""
        parts = urlsplit(self.original)
        scheme = parts.scheme.lower()
        host = parts.netloc.rpartition("@")[2].lower().removesuffix(_OWN_PORT.get(scheme, "\0"))
        return urlunsplit((scheme, host, parts.path or "/", parts.query, ""))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A capture that is wanted. `like`: an earlier one of the same address and content, so that nothing need be fetched."""

    line: Indexed
    like: Indexed | None = None


class Index:
    """A CDX server: the Internet Archive's, or another one that speaks as it or as pywb or Common Crawl does.

    Which, the end of its address says: `/cdx/search/cdx` the Internet Archive's, `-index` Common Crawl's, else pywb's.
    """

    def __init__(self, server: str, client: Client) -> None:
        self.server, self._client = server, client

    def captures(self, scope: Scope) -> Iterator[Indexed]:
        """What the server has within a scope, by address and then by date; nothing twice. Raises Unreachable.

        An answer that breaks off is asked for again, and what was had of it is passed over.
        """
        had, tries = "", 0
        while True:
            try:
                for line in self._asked(scope):
                    if line.mark >= had:
                        had = line.mark
                        if _is_sound(line):
                            yield line
            except Refused as error:
                tries += 1
                if tries == _TRIES or not self._client.answered:
                    raise Unreachable(
                        f"The index {self.server} {error} when asked for {scope.url}; try again later, what was done is kept."
                    ) from error
            else:
                return

    def _asked(self, scope: Scope) -> Iterator[Indexed]:
        told = {"url": scope.url, "matchType": scope.match, "from": scope.first or "", "to": scope.last or ""}
        told = {name: value for name, value in told.items() if value}
        if is_wayback(self.server):
            return self._paged(told)
        lines = self._client.lines(self.server, told | {"output": "json"})
        return (found for line in lines if (found := _from_json(line)))

    def _paged(self, told: dict[str, str]) -> Iterator[Indexed]:
        """The Internet Archive's API: after so many lines, an empty one and the key to go on with."""
        told |= {"fl": ",".join(_FIELDS), "showResumeKey": "true", "limit": str(_PAGE)}
        lines, key = self._page(told)
        yield from lines
        while key:
            for form in dict.fromkeys(
                (unquote_plus(key), key)
            ):  # servers print it encoded, and not all of them want it so
                following, after = self._page(told | {"resumeKey": form})
                if following and following[0].mark >= lines[-1].mark:
                    break
            else:
                if following:
                    raise Refused("began again in the middle")
                return
            yield from following
            lines, key = following, after

    def _page(self, told: dict[str, str]) -> tuple[list[Indexed], str]:
        """Some lines, and the key to go on with; "" at the end."""
        found: list[Indexed] = []
        before, key = "-", ""
        for line in self._client.lines(self.server, told):
            if read := _from_text(line):
                found.append(read)
            key = line.strip() if not before.strip() and line.strip() else ""
            before = line
        return found, key if found else ""


def is_wayback(server: str) -> bool:
    return urlsplit(server).path.rstrip("/").endswith("/cdx/search/cdx")


def is_common_crawl(server: str) -> bool:
    return urlsplit(server).path.rstrip("/").endswith("-index")


def _from_text(line: str) -> Indexed | None:
    fields = line.split()
    if len(fields) != len(_FIELDS):
        return None
    key, timestamp, original, mime, status, digest, _ = fields
    return Indexed(key, timestamp, original, mime, _number(status), digest)


def _from_json(line: str) -> Indexed | None:
    try:
        told = json.loads(line)
        place = (str(told["filename"]), int(told["offset"]), int(told["length"])) if "filename" in told else None
        status = _number(str(told.get("status", "-")))
        return Indexed(
            told["urlkey"], told["timestamp"], told["url"], told.get("mime", "-"), status, told["digest"], place
        )
    except (ValueError, KeyError, TypeError):
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _is_sound(line: Indexed) -> bool:
    """Whether a line is of a page of the web, at an address and a moment that there are."""
    with suppress(ValueError, AttributeError, TypeError):
        return urlsplit(line.url).scheme in ("http", "https") and bool(urlsplit(line.url).hostname and line.at)
    return False


def choose(lines: Iterable[Indexed]) -> Iterator[Chosen]:
    """One capture for each time that the content of an address changed; and the last one before it changed again, which says
    how long it stood. Redirects, errors and what is empty are passed over.

    `lines` by address and date. What the archive itself wrote as a repetition counts as what it repeats.
    """
    for _, same in groupby(lines, lambda line: line.key):
        known: dict[str, Indexed] = {}
        run: list[Indexed] = []  # the first and the last of what looks the same
        for line in _whole(same):
            if run and line.digest != run[0].digest:
                yield from _of_run(run, known)
                run = []
            run[1:] = [line]
        if run:
            yield from _of_run(run, known)


def _whole(lines: Iterable[Indexed]) -> Iterator[Indexed]:
    kinds: dict[str, tuple[int | None, str]] = {}
    for line in lines:
        told = line
        if line.mime == _REVISIT:
            status, mime = kinds.get(line.digest, (line.status, "-"))
            told = replace(line, status=status, mime=mime)
        else:
            kinds[line.digest] = line.status, line.mime
        if told.status in (200, None) and told.digest.upper() != _EMPTY:
            yield told


def _of_run(run: list[Indexed], known: dict[str, Indexed]) -> Iterator[Chosen]:
    for line in run:
        like = known.setdefault(line.digest, line)
        yield Chosen(line, like if like is not line else None)
