"""Keys of an index, against those of the package that wrote the rules."""

from __future__ import annotations

import json
import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.export.surt import surt

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = ["namdinh.gov.vn", "WWW2.Bao.vn", "a:b@x.vn", "x.vn:8080", "x.vn:443", "x.vn:80", "báo.vn", "127.0.0.1:81", "a..b.vn.", "wwwx.vn"]  # fmt: skip
SESSIONS = ("(S(abcdefghijklmnopqrstuvwx))", "(abcdefghijklmnopqrstuvwx)")
PATHS = [
    "",
    "/",
    "/./tin/../Đê%20sông/",
    "/../a//b",
    f"/{SESSIONS[0]}/{SESSIONS[1]}/Default.aspx",
    "/a%2520b",
    "/%zz/%C4%90\\",
    "/x/.",
]
QUERIES = [
    "",
    "?",
    "?b=2&A=1&a",
    "?q=Nam Định&x=%26",
    "?sid=" + "a1" * 16 + "&z=1",
    "?cfid=1&cftoken=2",
    "?a=b=c&&=&a=",
]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://baonamdinh.vn", "vn,baonamdinh)/"),
        ("https://www3.namdinh.gov.vn:443/Portal/", "vn,gov,namdinh)/portal"),
        ("http://x.vn/a?PageIndex=2&cat=Tin%20t%E1%BB%A9c", "vn,x)/a?cat=tin%20t%e1%bb%a9c&pageindex=2"),
        ("http://127.0.0.1:44445/tin", "1,0,0,127:44445)/tin"),
        ("https://x.vn/a?ASPSESSIONIDabcdEFGH=" + "c" * 24, "vn,x)/a"),
    ],
)
def test_keys(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(), st.text())
def test_a_key_is_one_word_and_a_key_of_itself(path: str, query: str) -> None:
    key = surt(f"https://x.vn/{path.replace('#', '')}?{query}")
    assert key.startswith("vn,x)/")
    assert len(key.split()) == 1
    assert key.isascii()


def test_the_rules_are_those_of_the_trade(trade: Path) -> None:
    urls = [
        f"{scheme}://{host}{path}{query}"
        for scheme, host, path, query in product(("http", "HTTPS"), HOSTS, PATHS, QUERIES)
    ]
    script = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    done = subprocess.run(
        [trade / "python", "-c", script], input=json.dumps(urls), capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)
    assert [(url, surt(url)) for url in urls] == list(zip(urls, theirs, strict=True))
