"""VCCorp's system (chinhphu.vn, thanglong.chinhphu.vn, hanoi.gov.vn, mst.gov.vn, bvhttdl.gov.vn, khanhhoa.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class VCCorp(Layout):
    """Every field's element bears a data-role. Boxes of related news stand among the paragraphs."""

    name = "vccorp"
    mark = css(
        "div.detail-content.afcbc-body", "div.detail-content[data-role=content]", "h1.detail-title[data-role=title]"
    )
    title = css("h1.detail-title[data-role=title]", "h1.detail-title", "[data-role=title]")
    date = css("[data-role=publishdate]", ".detail-time")
    lead = css("h2.detail-sapo", "[data-role=sapo]")
    content = css("div.detail-content[data-role=content]", "div.detail-content.afcbc-body")
    author = css(".author-item-name", "[data-role=author]", ".detail-author .name")
    source = css("[data-role=source]")
    drop = css("div[type=RelatedOneNews]")
