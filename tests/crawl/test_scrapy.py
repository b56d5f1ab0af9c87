"""The crawl beside `congtin`: Scrapy's own commands, on the same settings."""

import subprocess
import sys

from crawler.targets import portals, scrapy_settings, spiders_for

ROOT_OF_SETTINGS = {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}


def scrapy(*args, cwd, env):
    command = [sys.executable, "-m", "scrapy", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_scrapy_list_is_the_registry(started):
    import os
    from pathlib import Path

    done = scrapy("list", cwd=Path(__file__).parents[2], env=os.environ)
    assert done.stdout.split() == ["baonamdinh", "namdinh", "ninhbinh"] == list(portals())


def test_scrapy_crawl_keeps_into_the_archive_of_the_environment(portal, tmp_path):
    import os

    from archive import Archive

    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    (tmp_path / "tinh.py").write_text(
        f"""
from typing import ClassVar
from crawler.spider import PortalSpider

class Tinh(PortalSpider):
    name = "tinh"
    hosts = ("{portal.origin.removeprefix("http://")}",)
    listings: ClassVar = {{"Tin tức": "{portal.origin}/tin"}}
    custom_settings = {{"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}}
"""
    )
    env = os.environ | ROOT_OF_SETTINGS | {"CONGTIN_ARCHIVE": str(tmp_path / "kho")}
    done = scrapy("runspider", "tinh.py", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    with Archive(tmp_path / "kho") as archive:
        assert archive.db.conn.execute("SELECT portal, section, count(*) FROM articles").fetchall() == [
            ("tinh", "Tin tức", 3)
        ]
        assert archive.db.conn.execute("SELECT outcome, exit_code FROM crawls").fetchall() == [("done", 0)]
        with archive.lock():
            """The crawl has let go of it."""


def test_every_portal_is_whole():
    for name, spider in portals().items():
        assert spider.name == name
        assert spider.title
        assert spider.hosts
        assert all(spider.owns(url) for url in spider.listings.values())


def test_addresses_of_one_portal_share_a_spider():
    (spider,) = spiders_for(["http://a.example.vn/tin", "http://www.a.example.vn/van-hoa"])
    assert (spider.name, spider.hosts) == ("a.example.vn", ("a.example.vn",))
    assert list(spider.listings.values()) == ["http://a.example.vn/tin", "http://www.a.example.vn/van-hoa"]


def test_address_of_a_named_portal_is_that_portals():
    (spider,) = spiders_for(["https://soyte.namdinh.gov.vn/tin-tuc"])
    assert spider.name == "namdinh"
    assert list(spider.listings.values()) == ["https://soyte.namdinh.gov.vn/tin-tuc"]


def test_a_portal_owns_its_sub_domains_and_nothing_like_them():
    namdinh = portals()["namdinh"]
    assert namdinh.owns("http://WWW.namdinh.gov.vn:80/a")
    assert namdinh.owns("https://hdnd.namdinh.gov.vn/b")
    assert not namdinh.owns("https://baonamdinh.gov.vn/c")
    assert not namdinh.owns("https://namdinh.gov.vn.example.com/d")


def test_politeness_is_the_default():
    settings = scrapy_settings()
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getfloat("DOWNLOAD_DELAY") == 1
    assert settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
