"""ASP.NET portals whose master page calls its place holder BodyContent (cema.gov.vn, ubdt.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class BodyContent(Layout):
    """Ids grow with the nesting of controls (`BodyContent_ctl00_ctl01_lblDate`); their ends stay."""

    name = "webforms"
    mark = css("[id^=BodyContent_][id$=_newsTitle]", "#divNewsDetails")
    title = css("[id^=BodyContent_][id$=_newsTitle]")
    date = css("[id^=BodyContent_][id$=_lblDate]")
    lead = css("[id^=BodyContent_][id$=_newsContent]")
    content = css("#divNewsDetails")
    author = css("#divNewsDetails p.pull-right > span", "p.pull-right > span")
    source = css("[id^=BodyContent_][id$=_lblNguonThongTin]")
