"""Báo Nam Định, the province's newspaper: a "channel" system, articles at `/channel/<number>/<YYYYMM>/<slug>-<id>/`."""

from typing import ClassVar

from crawler.spider import PortalSpider


class BaoNamDinh(PortalSpider):
    name = "baonamdinh"
    title = "Báo Nam Định điện tử"
    hosts = ("baonamdinh.vn", "baonamdinh.com.vn")
    listings: ClassVar = {"Trang chủ": "https://baonamdinh.vn/"}
