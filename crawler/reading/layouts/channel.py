"""The newspapers of the "channel" system (Báo Nam Định, Báo Đắk Lắk, Báo Khánh Hòa, Báo Tuyên Quang, Báo Đồng Nai, Báo Thái Nguyên)."""

import re

from crawler.reading.conventions.addresses import split
from crawler.reading.layouts.base import Layout, css
from crawler.reading.page import Page

# /channel/5090/202012/co-lua-ngo-2541627/ and /kinh-te/202012/co-lua-ngo-25f1627/
_ADDRESS = re.compile(r"/(?:channel/\d+|[a-z][\w-]*)/(?:19|20)\d\d[01]\d/[^/]+-[0-9a-f]{7}/?$", re.IGNORECASE)


class Channel(Layout):
    """Its elements bear common names, its addresses do not. The lead is the first paragraph of the text, in bold. Where Báo Nam Định
    has its headline is not known."""

    name = "channel"
    mark = css("#content", ".content-detail")
    content = css(
        "div.article_content #content",
        "#content .td-post-content",
        "#content.content-detail",
        "div.content-detail",
        "div#content",
    )
    drop = css("h1.media-heading", "div.date", "ul.social", "div.bd02")

    def claims(self, page: Page) -> bool:
        return bool(_ADDRESS.search(split(page.url).path)) and super().claims(page)


class ChannelHeadline(Channel):
    """Báo Khánh Hòa, Báo Tuyên Quang, Báo Đắk Lắk, Báo Thái Nguyên."""

    name = "channel-headline"
    mark = css("h1.head_title", "h1.media-heading")
    title = css("h1.head_title", "h1.media-heading")
    lead = css("div.desc", ".sub_first_content")
