"""Tân Dân's portals on SharePoint (namdinh.gov.vn, dienbien.gov.vn, mpi.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class TanDan(Layout):
    """As Điện Biên runs it. The site's name may be the page's only h1."""

    name = "td"
    mark = css(".tandan-p-article-news-title")
    title = css(".tandan-p-article-news-title")
    date = css(".tandan-span-date-publish")
    lead = css(".tandan-p-article-news-summary")
    content = css(
        ".tandan-p-article-main",
        ".tandan-p-article-news-content",
        "#art-content",
        ".article-contents",
        ".ms-rtestate-field",
    )
    drop = css(
        "div.tandan-div-article-other",
        "p.tandan-p-article-other",
        ".social-share",
        ".td-tags",
        "#ctl00_PlaceHolderMain_ctl08_label",
    )


class TanDanView(TanDan):
    """The same portal's other article page."""

    name = "td-view"
    mark = css(".tandan-title-view")
    title = css(".tandan-title-view")
    date = css(".tandan-date-view")
    content = css(".tandan-content-view")


class TanDanContent(TanDan):
    """Nam Định's `#art-content` and the Ministry of Planning's `.article-contents`, where nothing is known of the headline's place."""

    name = "td-content"
    mark = css("#art-content", ".tandan-span-date-publish", "div.tandan-div-article-other")
    title = ()
    content = css("#art-content", ".article-contents")
