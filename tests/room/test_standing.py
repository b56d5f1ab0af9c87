"""The timeline and the state of the crawls, also of an archive that holds nothing yet."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from archive import Archive


def test_the_timeline_counts_every_article_and_capture(room):
    root = html.fromstring(room.get("/timeline").text)
    charts = root.xpath("//*[local-name()='svg']")
    assert len(charts) == 3
    archived, published, captures = (
        sum(int(cell.replace(",", "")) for cell in table.xpath(".//tbody//td/text()"))
        for table in root.xpath("//table")
    )
    assert (archived, captures) == (48, 55)
    assert published == 48
    assert len(charts[1].xpath(".//*[local-name()='rect']")) == 4  # 2020 to 2023
    assert root.xpath("//table//a/@href")[0] == "/?from=2020-01-01&to=2020-12-31"


def test_crawls_say_how_they_ended_and_what_is_owed(room):
    root = html.fromstring(room.get("/crawls").text)
    crawls, ledger, failures = root.xpath("//table")
    assert "done (3)" in crawls.text_content()
    assert "Lead 98 %" in crawls.text_content()
    assert [cell.text for cell in ledger.xpath(".//tbody//td")] == ["1", "0", "0", "0"]
    assert "http://cong.example/mat.png" in failures.text_content()


def test_crawls_are_told_in_the_language_that_was_asked_for(portal):
    def work(newsroom):
        shares = dict.fromkeys("published_at section lead body images author source attachments layout".split(), 0.5)
        for outcome in ("done", "partial", "interrupted", "unreachable", "của sau này"):
            crawl = newsroom.archive.begin_crawl("cong")
            newsroom.archive.finish_crawl(crawl, outcome=outcome, exit_code=0, counts={}, coverage=shares | {"mới": 1})

    [table] = html.fromstring(portal(work).get("/crawls?lang=vi").text).xpath("//table")
    cells = [row.xpath("string(./td[3])") for row in table.xpath(".//tbody/tr")]
    assert cells[::-1] == ["xong (0)", "một phần (0)", "bị ngắt (0)", "không vào được cổng (0)", "của sau này (0)"]
    assert {span.text for span in table.xpath(".//tbody/tr[1]//span")} == {
        *(f"{name} 50 %" for name in ("Ngày đăng", "Chuyên mục", "Sapo", "Nội dung", "Ảnh", "Tác giả", "Nguồn")),
        *("Tài liệu 50 %", "Bố cục trang 50 %", "mới 100 %"),
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory, serving):
    folder = tmp_path_factory.mktemp("rong") / "kho"
    Archive(folder, create=True).close()
    with serving(folder) as origin, httpx.Client(base_url=origin, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/", "The archive holds no article yet."),
        ("/?q=hội", "The archive holds no article yet."),
        ("/timeline", "Nothing has been archived yet."),
        ("/crawls", "No crawl has run yet."),
        ("/feed.atom", "<updated>1970-01-01T00:00:00Z</updated>"),
    ],
)
def test_an_empty_archive_says_so(empty, path, sentence):
    answer = empty.get(path)
    assert answer.status_code == 200
    assert sentence in answer.text


def test_what_is_written_meanwhile_is_seen(empty_folder_room):
    folder, client, newsroom = empty_folder_room
    assert "no article yet" in client.get("/").text
    with Archive(folder, create=True) as archive:
        title = newsroom(archive)
        shown = client.get("/").text  # while the writer is still open
        assert title in shown
        assert "1 article<" in shown
    assert title in client.get("/?q=" + title).text
