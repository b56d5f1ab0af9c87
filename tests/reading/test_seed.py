"""The article that the project was asked for by example, in many markups: each must read to the same fields."""

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.reading import read

CERTAIN = (
    "title",
    "published_at",
    "published_raw",
    "lead",
    "body",
    "author",
    "author_role",
    "source",
    "source_raw",
    "attachments",
)
IMAGE = "/images/tp-nam-dinh.jpg"
FURNITURE = ("Video hoạt động", "Hình ảnh hoạt động", "Website liên kết")

Seed = dict[str, list[str]]


@pytest.fixture(scope="module")
def seed(shared: Path) -> Seed:
    """The text's lines by what they are, escaped for markup."""
    lines = [" ".join(x.split()) for x in (shared / "seed" / "article.txt").read_text("utf-8").splitlines()]
    lines = [html.escape(x, quote=False) for x in lines if x]
    title, date, again, lead, caption, *rest = lines
    end = next(i for i, x in enumerate(rest) if x.endswith("./."))
    return {
        "title": [title],
        "date": [date],
        "again": [again],
        "lead": [lead],
        "caption": [caption],
        "body": rest[: end + 1],
        "end": rest[end + 1 : end + 3],
    }


def page(title: str, body: str) -> str:
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Trang thông tin điện tử</title></head><body>
    <div id="top"><a href="/">Trang chủ</a> <a href="/gioi-thieu">Giới thiệu</a> <span>Thứ Hai, ngày 23 tháng 11 năm 2026</span></div>
    {body}
    <div id="bottom"><p>Giấy phép số 12/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày 15/03/2011</p></div></body></html>"""


def furniture(tag: str = "div") -> str:
    return "".join(f"<{tag}>{x}</{tag}>" for x in FURNITURE)


def paragraphs(s: Seed) -> str:
    body = "".join(f"<p>{x}</p>" for x in s["body"])
    picture = f'<p style="text-align:center"><img src="{IMAGE}"></p><p style="text-align:center"><em>{s["caption"][0]}</em></p>'
    end = f'<p>&nbsp;</p><p style="text-align:right"><b>{s["end"][0]}</b></p><p></p><p style="text-align:right">{s["end"][1]}</p>'
    return page(
        s["title"][0],
        f'<div class="n"><h1>{s["title"][0]}</h1><p>{s["date"][0]}</p><div><p>{s["again"][0]}</p><p><strong>{s["lead"][0]}</strong></p>'
        f"{picture}{body}{end}</div></div>{furniture()}",
    )


def tables(s: Seed) -> str:
    body = "".join(f'<P align="justify"><FONT face="Arial" size="2">{x}</FONT></P>' for x in s["body"])
    return page(
        s["title"][0],
        f'<table width="100%"><tr><td width="180">{furniture("p")}</td><td valign="top"><table><tr><td><b>{s["title"][0]}</b></td></tr>'
        f'<tr><td><font color="gray">{s["date"][0]}</font></td></tr><tr><td><p><b>{s["again"][0]}</b></p><p><b>{s["lead"][0]}</b></p>'
        f'<table align="center"><tr><td><img src="{IMAGE}" width="450"></td></tr><tr><td>{s["caption"][0]}</td></tr></table>'
        f'{body}<p align="right"><b>{s["end"][0]}</b></p><p align="right"><i>{s["end"][1]}</i></p></td></tr></table></td></tr></table>',
    )


def line_breaks(s: Seed) -> str:
    text = "<br><br>".join(s["body"])
    return page(
        s["title"][0],
        f"<div><div>{s['title'][0]}</div><div>{s['date'][0]}</div><div>{s['again'][0]}<br><br><b>{s['lead'][0]}</b><br><br>"
        f'<center><img src="{IMAGE}"><br><i>{s["caption"][0]}</i></center><br>{text}<br><br>{s["end"][0]}<br><br>{s["end"][1]}</div>{furniture()}</div>',
    )


def modern(s: Seed) -> str:
    body = "".join(f"<p>{x}</p>" for x in s["body"])
    return page(
        s["title"][0],
        f'<main><article><header><h1>{s["title"][0]}</h1><time>{s["date"][0]}</time><p class="sapo">{s["lead"][0]}</p></header><div>'
        f'<p>{s["again"][0]}</p><figure><img src="data:image/gif;base64,R0lGOD" data-src="{IMAGE}"><figcaption>{s["caption"][0]}</figcaption></figure>'
        f"{body}<p>{s['end'][0]}</p><p>{s['end'][1]}</p></div></article></main><aside>{furniture('h3')}</aside>",
    )


def word_paste(s: Seed) -> str:
    def words(text: str) -> str:
        return "".join(f'<span style="mso-fareast-font-family:Arial">{w}<o:p></o:p> </span>' for w in text.split(" "))

    body = "".join(f'<p class="MsoNormal" style="mso-margin-top-alt:auto">{words(x)}</p>' for x in s["body"])
    return page(
        s["title"][0],
        f'<div><h2>{s["title"][0]}</h2><span>{s["date"][0]}</span><div><p class="MsoNormal"><b>{words(s["again"][0])}</b></p>'
        f'<p class="MsoNormal"><b>{words(s["lead"][0])}</b></p><p class="MsoNormal" align="center"><img src="{IMAGE}" border="0"></p>'
        f'<p class="MsoNormal" align="center"><i>{words(s["caption"][0])}</i></p>{body}<p class="MsoNormal" align="right">{words(s["end"][0])}</p>'
        f'<p class="MsoNormal" align="right">{words(s["end"][1])}</p></div>{furniture("p")}</div>',
    )


def form(s: Seed) -> str:
    body = "".join(f"<div>{x}</div><div>&nbsp;</div>" for x in s["body"])
    return page(
        s["title"][0],
        f'<form id="aspnetForm" action="#"><div><div><span>{s["title"][0]}</span></div><div>{s["date"][0]}</div><div>{s["again"][0]}</div>'
        f'<div style="font-weight:bold">{s["lead"][0]}</div><div align="center"><img src="{IMAGE}"><br>{s["caption"][0]}</div>'
        f'{body}<div align="right"><strong>{s["end"][0]}</strong></div><div align="right"><em>{s["end"][1]}</em></div></div>{furniture()}</form>',
    )


@pytest.mark.parametrize("markup", [paragraphs, tables, line_breaks, modern, word_paste, form])
def test_every_markup_reads_the_same(markup: Callable[[Seed], str], seed: Seed, shared: Path) -> None:
    expected = json.loads((shared / "seed" / "expected.json").read_text("utf-8"))
    said = read(markup(seed).encode(), "https://namdinh.gov.vn/tin/ky-niem-ngay-thanh-lap").to_dict()
    assert {f: said[f] for f in CERTAIN} == {f: expected[f] for f in CERTAIN}
    assert [(i["caption"], i["credit"]) for i in said["images"]] == [
        (i["caption"], i["credit"]) for i in expected["images"]
    ]
    assert said["images"][0]["url"] == "https://namdinh.gov.vn" + IMAGE
