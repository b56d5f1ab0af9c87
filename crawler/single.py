"""Reading one page, from a file or from its address, and keeping nothing."""

import http.client
import json
import os
import ssl
import urllib.error
import urllib.request
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.addresses import has_host
from archive.errors import BadInput, CongtinError, NotFound
from crawler.identity import user_agent
from crawler.reading import Article, Unreadable, read
from crawler.reading.conventions.addresses import absolute
from crawler.reading.page import Page

_TIMEOUT = 60  # seconds
_LARGEST = 32 * 1024 * 1024


class NoArticle(CongtinError):  # noqa: N818 - named like the rest of archive.errors
    """The page holds no article."""

    exit_code = 3


class Unreachable(CongtinError):  # noqa: N818
    """The page could not be had."""

    exit_code = 5


def read_source(source: str, url: str | None) -> Article:
    """The article of a file or an address. `url` is where a file was fetched; else the page's own word for it counts.

    Raises BadInput, NotFound, Unreachable or NoArticle.
    """
    remote = source.lower().startswith(("http://", "https://"))
    for address in (*([source] if remote else []), *([url] if url is not None else [])):
        if not has_host(address):
            raise BadInput(f"{address!r} is no address of a page; it begins with http:// or https:// and a host.")
    if remote:
        body, address, content_type = fetch(source)
    else:
        body, content_type = _file(source), None
        address = url or _stated_address(body) or Path(source).absolute().as_uri()
    try:
        return read(body, url or address, content_type=content_type)
    except Unreadable as error:
        raise NoArticle(f"{source} holds no article: no {error.field}, {error.reason}.") from None


def explained(article: Article) -> dict[str, Any]:
    """The article with the layout that read it, and the rule and place of each field."""
    evidence = {name: asdict(found) for name, found in article.evidence.items()}
    return {**article.to_dict(), "layout": article.layout, "evidence": evidence}


def draft_gold(article: Article, page: str, *, force: bool) -> Path:
    """Writes what was read on the page NAME.html beside it and gives the path, NAME.json. A gold file stays unless `force`.

    Raises BadInput.
    """
    path = Path(page).with_suffix(".json")
    if not page.endswith(".html") or not Path(page).is_file() or not absolute(article.url, ""):
        raise BadInput(
            f"{page}: --gold wants a file NAME.html, and --url where the page does not tell its own address."
        )
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(json.dumps(article.to_dict(), ensure_ascii=False, indent=1) + "\n")
    except FileExistsError:
        raise BadInput(f"{path} is there already; --force writes over it.") from None
    except OSError as error:
        raise BadInput(f"{path} could not be written: {error.strerror}; is its folder yours?") from error
    return path


def fetch(url: str) -> tuple[bytes, str, str | None]:
    """One page: its bytes, the address it was found at in the end, its Content-Type. An error page is a page too."""
    headers = {"User-Agent": user_agent(version("congtin"), os.environ.get("CONGTIN_CONTACT"))}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is http or https
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - as the crawl: settings.py has the reason
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT, context=context) as response:  # noqa: S310
            return response.read(_LARGEST), response.url, response.headers.get("Content-Type")
    except urllib.error.HTTPError as error:
        with error:
            return error.read(_LARGEST), url, error.headers.get("Content-Type")
    except (OSError, ValueError, http.client.HTTPException) as error:
        why = getattr(error, "reason", None) or error or type(error).__name__
        raise Unreachable(f"{url} could not be had: {why}; look at the address and the connection.") from error


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise NotFound(f"{path} could not be read: {error.strerror}; give a file or an http(s) address.") from error


def _stated_address(body: bytes) -> str | None:
    """What a page says its own address is."""
    page = Page.parse(body, "")
    links = page.root.xpath("//link[@rel='canonical']/@href")
    return next((url for url in (*map(str, links), page.meta.get("og:url", "")) if absolute(url, "")), None)
