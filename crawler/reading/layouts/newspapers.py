"""Newspapers of other provinces, each on a system of its own. Their class names are common words, so all of `mark` must be there."""

from functools import cached_property

from crawler.reading.layouts.base import Layout, css, first
from crawler.reading.locate import locate
from crawler.reading.page import Page
from crawler.reading.region import Region, place_of
from crawler.reading.structured import Structured


class _Newspaper(Layout):
    """Claims a page that has every mark. Where no source tells the headline's element, the conventions find it."""

    @cached_property
    def names(self) -> frozenset[str]:
        """Classes and ids of which a page must have one: those of the first mark that names any."""
        return next((names for mark in self.mark if (names := mark.names)), frozenset())

    def claims(self, page: Page) -> bool:
        return all(first((mark,), page) is not None for mark in self.mark)

    def locate(self, page: Page) -> Region | None:
        if self.title:
            return super().locate(page)
        found, content = locate(page, Structured(page)), self.find_content(page)
        if content is None or not found.title:
            return None
        region = Region(title=found.title, root=content, head=found.head, layout=self.name)
        region.evidence["title"] = found.evidence["title"]
        region.witness("body", f"layout {self.name}", place_of(content))
        self.fill(region, page)
        return region


class BaoNinhBinh(_Newspaper):
    """Its lead is the first paragraph, bold by its class alone."""

    name = "baoninhbinh"
    mark = css("h1.header-title", "#content_detail, #content-detail, .content-detail")
    title = css("h1.header-title")
    lead = css(".content-detail > .font-bold:first-child", "#content-detail > .font-bold:first-child")
    content = css("#content_detail", "#content-detail", ".content-detail")


class BaoCanTho(_Newspaper):
    """The section stands in an h1 of its own, above the headline's."""

    name = "baocantho"
    mark = css("#newscontents .content-fck")
    title = css("#colcate1 > h1")
    date = css("span.pubdate")
    section = css("#colcate1 .titlecate h1 span a")
    content = css("#newscontents .content-fck")


class BaoPhuTho(_Newspaper):
    name = "baophutho"
    mark = css("h1.pTitle", "#dcontent")
    title = css("h1.pTitle")
    lead = css("p.pHead")
    content = css("#dcontent")


class BaoQuangNinh(_Newspaper):
    """Báo Quảng Ninh and Báo Hưng Yên. The signature is a `div.pseudonym`."""

    name = "baoquangninh"
    mark = css("h1.name", "#content-detail")
    title = css("h1.name")
    content = css("#content-detail")
    author = css("div.pseudonym")
    drop = css("div.pseudonym")


class BaoBacNinh(_Newspaper):
    name = "baobacninh"
    mark = css(".news-details__content.link_content")
    lead = css(".news_detail_sapo")
    content = css(".news-details__content.link_content")


class BaoLaiChau(_Newspaper):
    name = "baolaichau"
    mark = css(".post-info .title", ".post-info .body")
    title = css(".post-info h1.title", ".post-info .title")
    lead = css(".post-info .sapo")
    content = css(".post-info .body")


class BaoSonLa(_Newspaper):
    name = "baosonla"
    mark = css("div#editor-detail")
    lead = css("#editor-detail > p.font-bold:first-child")
    content = css("div#editor-detail")
