"""Liferay 6.2 (sotttt.hanoi.gov.vn), Liferay 7 (ncov.moh.gov.vn) and portals built on them (Bắc Giang, Bắc Ninh, VNPT)."""

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


class Liferay7(Layout):
    """Liferay 7 (ncov.moh.gov.vn). Side boxes are journal articles too; the article is the longest."""

    name = "liferay7"
    mark = css("div.journal-content-article[data-analytics-asset-title]")
    title = css("span.asset-title")
    date = css("span.text-ngayxam-page")
    content = css("div.journal-content-article[data-analytics-asset-title]", "div.journal-content-article")


class BacGiang(Layout):
    """Bắc Giang's theme. `h1.portlet-title` names the portlet, not the article."""

    name = "liferay-bacgiang"
    mark = css("div.journal-content-article")
    title = css(".title-news h1", ".title-detail h1")
    content = css("div.journal-content-article")


class VnptPortal(Layout):
    """VNPT's news portlet on Liferay (cmsc.gov.vn): headline, a bold paragraph as lead, then divs, of which the second and longest holds
    the text."""

    name = "vnpt"
    mark = css("#testabc h1")
    title = css("#testabc h1")
    lead = css("#testabc > p > strong")
    content = css("#testabc > div")


class BacNinh(Layout):
    """bacninh.gov.vn, whose listings are JSON and whose articles bear ids of their own."""

    name = "bacninh"
    mark = css("h1#contentDetailTitleId")
    title = css("h1#contentDetailTitleId")
    lead = css("div#sapoDetailId")
    content = css("div#contentDetail")
