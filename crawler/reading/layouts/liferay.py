"""Liferay 6.2 asset publishers (sotttt.hanoi.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class Liferay6(Layout):
    """Liferay 6.2 as Hà Nội's departments run it. The lead's element is there on every article and often empty: then the first bold
    paragraph may be the lead. `p.view-content-author` is the account that entered the article."""

    name = "liferay6"
    mark = css("div.asset-full-content")
    title = css("div.asset-full-content-title", "h1.asset-title", ".asset-full-content h3.asset-title")
    date = css("div.assetPublishDate")
    lead = css("div.asset-full-content p.sapo")
    lead_image = css("div.sapo-wrapper img")
    content = css("div.asset-full-content div.journal-content-article", "div.asset-full-content div.asset-content")
    drop = css("p.view-content-author", "div.asset-full-content .taglib-social-bookmarks")
