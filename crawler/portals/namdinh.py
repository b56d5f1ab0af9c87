"""Nam Định's government portal and its sub-sites; merged into Ninh Bình on 2025-07-01.

At least two systems served it: TD on SharePoint (`/portal/Pages/…`) and UIArticle (`Default.aspx?sname=…`). Which
listings live on is not known, so the crawl begins at the home pages and at the one news listing that others have read.
"""

from typing import ClassVar

from crawler.spider import PortalSpider


class NamDinh(PortalSpider):
    name = "namdinh"
    title = "Cổng thông tin điện tử tỉnh Nam Định"
    hosts = ("namdinh.gov.vn",)
    listings: ClassVar = {
        "Trang chủ": "https://namdinh.gov.vn/",
        "Tin tức": "https://namdinh.gov.vn/Default.aspx?sname=ubndnamdinh&sid=4&pageid=468",
        "Hội đồng nhân dân": "https://hdnd.namdinh.gov.vn/",
        "Sở Y tế": "https://soyte.namdinh.gov.vn/",
    }
