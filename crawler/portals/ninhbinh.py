"""Ninh Bình's government portal and its sub-sites, since 2025-07-01 also that of Nam Định and Hà Nam; UIArticle in 2026."""

from typing import ClassVar

from crawler.spider import PortalSpider


class NinhBinh(PortalSpider):
    name = "ninhbinh"
    title = "Cổng thông tin điện tử tỉnh Ninh Bình"
    hosts = ("ninhbinh.gov.vn",)
    listings: ClassVar = {
        "Trang chủ": "https://ninhbinh.gov.vn/",
        "Sở Khoa học và Công nghệ": "https://sokhcn.ninhbinh.gov.vn/",
    }
