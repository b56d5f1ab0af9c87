"""Portals on SharePoint beside Tân Dân's: the ministries' news template and Khánh Hòa. Web parts' ids are GUIDs that change from page
to page; what stands after them does not."""

from crawler.reading.layouts.base import Layout, css


class MinistryNews(Layout):
    """mt.gov.vn, most.gov.vn, moc.gov.vn: `#divArticleDescription1` is the lead, 2 the text, 3 holds the headline."""

    name = "sharepoint-ministry"
    mark = css("#divArticleDescription2")
    title = css("#divArticleDescription3 h1")
    date = css("[id$=_pnHide] span")
    lead = css("#divArticleDescription1")
    content = css("#divArticleDescription2")
    source = css("[id$=_pnNguontin] p font", "[id$=_pnNguontin] p")


class Mic(Layout):
    """mic.gov.vn before it moved."""

    name = "sharepoint-mic"
    mark = css("#news_content #divArticleContent")
    title = css("#news_content h1")
    lead = css("#news_content #divArticleDescription")
    content = css("#news_content #divArticleContent")


class KhanhHoa(Layout):
    """khanhhoa.gov.vn."""

    name = "sharepoint-khanhhoa"
    mark = css(".title-article ~ .chitietbaiviet", "#datearticle")
    title = css(".title-article")
    date = css("#datearticle")
    content = css(".chitietbaiviet")
