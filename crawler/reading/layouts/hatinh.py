"""The portal of Hà Tĩnh (hatinh.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class HaTinh(Layout):
    """Documents, counter and author follow the text in its own element: "Tệp đính kèm: … Lượt xem: … Tác giả: …"."""

    name = "hatinh"
    mark = css(".detail-content-lead")
    title = css("h1.detail-title", ".detail-title")
    date = css(".detail-title ~ .time", ".detail-title ~ * .time", ".time")
    lead = css(".detail-content-lead")
    content = css(".detail-content")
