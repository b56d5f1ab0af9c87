"""NukeViet's module of news: version 4 and 5 (the default theme, eGovernment) and version 3 (vienkiemsat.haiduong.gov.vn)."""

from crawler.reading.blocks import Flow
from crawler.reading.layouts.base import Layout, css, first
from crawler.reading.page import Page
from crawler.reading.region import Region


class NukeViet(Layout):
    """The lead and its picture stand above `#news-bodyhtml`; author and source below it, right-aligned, each with its label."""

    name = "nukeviet"
    mark = css(".news_column #news-bodyhtml", "#news-bodyhtml.bodytext")
    title = css(".news_column h1.title", ".news_column h1[itemprop=headline]", ".news_column h1")
    date = css(".news_column h1 ~ .row .h5", ".news_column h1 ~ .h5", ".news_column em.time")
    lead = css(".news_column .hometext")
    lead_image = css(".news_column figure.article img")
    content = css(".news_column #news-bodyhtml", "#news-bodyhtml")
    after = css("#news-bodyhtml ~ * p.text-right", "#news-bodyhtml ~ p.text-right")


class NukeViet3(NukeViet):
    """Version 3: the picture, its note and the lead share `#hometext`."""

    name = "nukeviet3"
    mark = css("#news_detail .bodytext")
    title = css("#news_detail h1")
    date = css("#news_detail span.time")
    lead = ()
    content = css("#news_detail .bodytext")
    after = css("#news_detail .bodytext ~ p")

    def fill(self, region: Region, page: Page) -> None:
        super().fill(region, page)
        head = first(css("#news_detail #hometext"), page)
        if head is not None:
            region.before = Flow(head).walk()
