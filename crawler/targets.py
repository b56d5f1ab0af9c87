"""What a crawl is asked to crawl: portals by name, listings by address."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from archive.addresses import has_host
from archive.errors import BadInput
from crawler import settings as ours
from crawler.links import host_of
from crawler.reading.conventions.addresses import absolute
from crawler.spider import PortalSpider


def scrapy_settings(**overrides: object) -> Settings:
    """Scrapy's settings with ours, and above them those of one command."""
    settings = Settings()
    settings.setmodule(ours, priority="project")
    settings.setdict(overrides, priority="cmdline")
    return settings


def portals() -> dict[str, type[PortalSpider]]:
    """The portals that have a file in `crawler/portals/`, by name."""
    loader = SpiderLoader.from_settings(scrapy_settings())
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in found.items() if issubclass(spider, PortalSpider)}


def chosen(targets: Sequence[str], listed: Path | None, *, every: bool) -> tuple[str, ...]:
    """What a crawl is asked for: targets, those of a file, or every portal. Raises BadInput for nothing, and for a line that is neither."""
    if every and (targets or listed):
        raise BadInput("--all is every portal already; name none beside it.")
    found = (*targets, *(_lines(listed) if listed else ()), *(portals() if every else ()))
    if not found:
        raise BadInput(
            f"{listed} names nothing to crawl."
            if listed
            else "Say what to crawl: a portal's name (`congtin portals` lists them) or the address of a listing."
        )
    return found


def _lines(path: Path) -> Iterator[str]:
    known = portals()
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path} could not be read ({error}); give a text file, a portal or an address a line."
        ) from error
    for number, line in enumerate(lines, 1):
        target = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if target and target not in known:
            try:
                _checked(target)
            except BadInput as error:
                raise BadInput(f"{path}, line {number}: {error}") from None
        if target:
            yield target


def spiders_for(targets: Iterable[str]) -> list[type[PortalSpider]]:
    """One spider class a portal: addresses of one portal share its spider. Raises BadInput for what is neither."""
    known = portals()
    wanted: dict[str, dict[str, str]] = {}
    classes: dict[str, type[PortalSpider]] = {}
    for target in targets:
        spider = known.get(target) or _by_address(target, known.values())
        classes.setdefault(spider.name, spider)
        wanted.setdefault(spider.name, {}).update(spider.listings)
    return [_with_listings(spider, wanted[name]) for name, spider in classes.items()]


def _by_address(target: str, known: Iterable[type[PortalSpider]]) -> type[PortalSpider]:
    """A spider that walks one listing: of the portal that owns the address, else of a portal named by its host."""
    url = _checked(target)
    owner = next((spider for spider in known if spider.owns(url)), None)
    if owner is not None:
        return _with_listings(owner, {url: url})
    host = host_of(url)
    about = {"name": host.replace(":", "_"), "title": host, "hosts": (host,), "listings": {url: url}}
    return type("AddressSpider", (PortalSpider,), about)


def _checked(target: str) -> str:
    """The address, when it is one that can be crawled."""
    url = absolute("", target) if target.lower().startswith(("http://", "https://")) else None
    if url is None or not has_host(url):
        raise BadInput(
            f"{target!r} is neither a portal that we know (`congtin portals` lists them) nor an address that begins with"
            " http:// or https://."
        )
    return url.partition("#")[0]


def _with_listings(spider: type[PortalSpider], listings: dict[str, str]) -> type[PortalSpider]:
    if listings == spider.listings:
        return spider
    return type(spider.__name__, (spider,), {"listings": listings})
