"""The newspapers with `sc-longform-header` and `b-maincontent` (Đà Nẵng, Hải Phòng, Nghệ An, Hà Nội mới)."""

from crawler.reading.layouts.base import Layout, css


class Longform(Layout):
    """The headline may stand in a header of its own, far above the text."""

    name = "longform"
    mark = css(".sc-longform-header-title", ".b-maincontent article.entry")
    title = css(".sc-longform-header-title")
    lead = css("p.sc-longform-header-sapo", "p.block-sc-sapo")
    lead_image = css(".sc-longform-header img")
    content = css(".b-maincontent article.entry", ".b-maincontent .entry", "article.entry")
    author = css(".c-detail-head__author", ".block-sc-author")
