"""Reading is a function: bytes and an address in, an article out."""

from crawler.reading.article import Article, Unreadable
from crawler.reading.assembly import Parts, assemble
from crawler.reading.breadcrumb import filed_under, section_of
from crawler.reading.conventions.addresses import canonical
from crawler.reading.conventions.furniture import is_site_name
from crawler.reading.dating import with_clock
from crawler.reading.kinds import other_kind
from crawler.reading.layouts import LAYOUTS
from crawler.reading.layouts.selector import names_on
from crawler.reading.locate import locate
from crawler.reading.page import Page
from crawler.reading.region import CONVENTIONS, Region
from crawler.reading.sanitise import Markup
from crawler.reading.structured import Structured

_MIN_TEXT = 20  # characters of lead and body without which a page tells nothing


def read(body: bytes, url: str, *, content_type: str | None = None) -> Article:
    """The article on a page.

    `body` is the page as bytes (content encodings undone), `url` where it was fetched, `content_type` the response's header.
    The same bytes and address give the same article, anywhere. Raises Unreadable, and nothing else, for a page that holds none:
    a listing, a home page, an error page.
    """
    page = Page.parse(body, url, content_type)
    structured = Structured(page)
    region = by_layout(page) or locate(page, structured)
    _complete(region, page, structured)
    parts = assemble(region, page.base)
    _check(region, parts, page, structured)
    return _article(page, region, parts)


def by_layout(page: Page) -> Region | None:
    """The place that the first layout which claims the page gives; None: the conventions must look."""
    names = names_on(page)
    for layout in LAYOUTS:
        if not (layout.names and names.isdisjoint(layout.names)) and layout.claims(page):
            region = layout.locate(page)
            if region is not None:
                return region
    return None


def _complete(region: Region, page: Page, structured: Structured) -> None:
    """What a layout did not find, the conventions may."""
    if region.layout != CONVENTIONS and (region.published is None or not region.title):
        found = locate(page, structured)
        for name, field in (("title", "title"), ("published", "published_at")):
            if not getattr(region, name) and getattr(found, name):
                setattr(region, name, getattr(found, name))
                region.evidence.setdefault(field, found.evidence[field])
    if region.published is not None:
        region.published = with_clock(region.published, page, structured)
    if region.section is None and (filed := filed_under(block.text for block in region.near)):
        region.section = filed
        region.witness("section", "convention", "a line beside the headline")
    if region.section is None and (section := section_of(page, structured, region.title, region.head)):
        region.section = section[0]
        region.witness("section", "convention", section[1])


def _check(region: Region, parts: Parts, page: Page, structured: Structured) -> None:
    """Raises Unreadable for what is no article. An article that a layout dates may be empty: some portals publish such."""
    by_layout = region.layout != CONVENTIONS
    if not by_layout and (other := other_kind(page, region, structured)):
        raise Unreadable(page.url, "body", other.reason, other.kind)
    if not region.title or is_site_name(region.title):
        raise Unreadable(page.url, "title", "no headline is displayed: a home page, a listing or an error page")
    told = len("".join(parts.body)) + len(parts.lead or "") >= _MIN_TEXT or parts.images or parts.attachments
    if not told and not (by_layout and region.published is not None):
        raise Unreadable(page.url, "body", "no text stands under the headline")


def _article(page: Page, region: Region, parts: Parts) -> Article:
    return Article(
        url=canonical(page.url),
        title=region.title,
        published_at=region.published.at if region.published else None,
        published_raw=region.published.raw if region.published else None,
        section=region.section,
        lead=parts.lead,
        body=tuple(parts.body),
        images=tuple(parts.images),
        author=parts.byline.author if parts.byline else None,
        author_role=parts.byline.role if parts.byline else None,
        source=parts.attribution.source if parts.attribution else None,
        source_raw=parts.attribution.raw if parts.attribution else None,
        attachments=tuple(parts.attachments),
        markup=Markup(region.root, page.base),
        layout=region.layout,
        evidence=region.evidence,
    )
