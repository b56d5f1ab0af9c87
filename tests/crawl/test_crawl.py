"""Crawls that go well: what is found, kept, and not asked for twice."""

import json

import pytest
from portal import Answer, article_page, html, listing_page, text


@pytest.fixture
def news(portal):
    """Twelve articles in a listing of three pages."""
    articles = portal.add_articles("/tin", 12)
    portal.add_listing("/tin", articles)
    return articles


def kept(rows):
    return {url for (url,) in rows("SELECT url FROM articles")}


def test_every_article_of_a_listing_is_kept_once(portal, news, congtin, rows):
    done = congtin("crawl", f"{portal.origin}/tin")
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(rows) == {portal.origin + path for path in news}
    assert rows("SELECT DISTINCT state, portal FROM links") == [("kept", portal.name)]
    assert len(portal.asked("/tin/")) == len(news) == len(set(portal.asked("/tin/")))


def test_crawl_is_written_down_with_its_counts(portal, news, congtin, rows):
    congtin("crawl", f"{portal.origin}/tin")
    counted = rows("SELECT outcome, exit_code, listings, links_found, fetched, new, failed FROM crawls")
    assert counted == [("done", 0, 3, 12, 16, 12, 0)]  # robots.txt is the sixteenth
    coverage = json.loads(rows("SELECT coverage FROM crawls")[0][0])
    assert (coverage["body"], coverage["published_at"], coverage["source"]) == (1.0, 1.0, 0.0)


def test_second_crawl_asks_for_nothing_but_the_first_listing_page(portal, news, congtin):
    congtin("crawl", f"{portal.origin}/tin")
    portal.log.clear()
    done = congtin("crawl", f"{portal.origin}/tin")
    assert portal.asked() == ["/robots.txt", "/tin"]
    assert "nothing new" in done.stdout


def test_new_article_is_found_without_walking_the_whole_listing(portal, news, congtin, rows):
    congtin("crawl", f"{portal.origin}/tin")
    portal.routes["/tin/moi-nhat-hom-nay-4500.html"] = html(article_page(600))
    portal.add_listing("/tin", ["/tin/moi-nhat-hom-nay-4500.html", *news])
    portal.log.clear()
    congtin("crawl", f"{portal.origin}/tin")
    assert portal.asked() == ["/robots.txt", "/tin", "/tin?page=2", "/tin/moi-nhat-hom-nay-4500.html"]
    assert len(kept(rows)) == 13


def test_full_walks_to_the_end_and_still_fetches_no_article_again(portal, news, congtin):
    congtin("crawl", f"{portal.origin}/tin")
    portal.log.clear()
    congtin("crawl", "--full", f"{portal.origin}/tin")
    assert portal.asked() == ["/robots.txt", "/tin", "/tin?page=2", "/tin?page=3"]


def test_bounded_crawl_is_followed_by_one_that_goes_on_behind_it(portal, news, congtin, rows):
    congtin("crawl", "--max-pages", "1", f"{portal.origin}/tin")
    assert len(kept(rows)) == 5
    assert rows("SELECT outcome FROM crawls") == [("partial",)]
    congtin("crawl", f"{portal.origin}/tin")
    assert len(kept(rows)) == 12


def test_max_articles_leaves_the_rest_owed(portal, news, congtin, rows):
    congtin("crawl", "--max-articles", "3", f"{portal.origin}/tin")
    assert len(kept(rows)) == 3
    assert rows("SELECT count(*) FROM links WHERE state = 'owed'")[0][0] >= 2
    congtin("crawl", f"{portal.origin}/tin")
    assert len(kept(rows)) == 12


def test_since_leaves_older_articles_alone(portal, news, congtin, rows):
    congtin("crawl", "--since", "2023-05-28", f"{portal.origin}/tin")
    assert kept(rows) == {portal.origin + path for path in news[:3]}
    assert portal.asked("/tin?page=2") == ["/tin?page=2"]
    assert portal.asked("/tin?page=3") == []


def test_recheck_asks_by_conditional_get_and_keeps_no_body_twice(portal, news, congtin, rows):
    congtin("crawl", f"{portal.origin}/tin")
    portal.log.clear()
    done = congtin("crawl", "--recheck", f"{portal.origin}/tin")
    assert "12 unchanged" in done.stdout
    assert all("if-none-match" in asked.headers for asked in portal.log if asked.path.startswith("/tin/"))
    revisits = rows("SELECT status, refers_to IS NOT NULL, count(*) FROM captures WHERE role = 'article' GROUP BY 1, 2")
    assert revisits == [(200, 0, 12), (304, 1, 12)]


def test_edited_article_becomes_a_revision(portal, news, congtin, rows):
    congtin("crawl", f"{portal.origin}/tin")
    portal.routes[news[0]] = html(
        article_page(0, told="Chiều nay, đò ngang tạm dừng vì gió lớn, bà con đi vòng qua cầu.")
    )
    done = congtin("crawl", "--recheck", f"{portal.origin}/tin")
    assert "1 changed, 11 unchanged" in done.stdout
    assert rows("SELECT revision FROM articles WHERE url = ?", portal.origin + news[0]) == [(2,)]


def test_home_page_leads_to_the_sections_of_its_menu(portal, congtin, rows):
    menu = "<nav><ul><li><a href='/van-hoa'>Văn hóa</a></li><li><a href='/kinh-te'>Kinh tế biển</a></li></ul></nav>"
    portal.routes["/"] = html(menu)
    portal.add_listing("/van-hoa", portal.add_articles("/van-hoa", 7))
    portal.add_listing("/kinh-te", portal.add_articles("/kinh-te", 6))
    done = congtin("crawl", f"{portal.origin}/")
    assert done.returncode == 0, done.stderr
    assert dict(rows("SELECT section, count(*) FROM articles GROUP BY 1")) == {"Văn hóa": 7, "Kinh tế biển": 6}


def test_article_of_two_sections_is_fetched_once(portal, news, congtin, rows):
    portal.add_listing("/van-hoa", news[:4])
    congtin("crawl", f"{portal.origin}/tin", f"{portal.origin}/van-hoa")
    assert len(portal.asked("/tin/")) == 12 == len(kept(rows))


def test_second_listing_of_known_articles_is_walked_to_its_end_all_the_same(portal, news, congtin):
    """Its links are known, but from another listing: what stands further back on this one, nobody has seen."""
    congtin("crawl", f"{portal.origin}/tin")
    portal.add_listing("/van-hoa", news)
    portal.log.clear()
    congtin("crawl", f"{portal.origin}/van-hoa")
    assert portal.asked("/van-hoa") == ["/van-hoa", "/van-hoa?page=2", "/van-hoa?page=3"]


def test_several_portals_in_one_run(portal, news, congtin, rows):
    with type(portal)() as other:
        other.add_listing("/tin", other.add_articles("/tin", 3))
        done = congtin("crawl", f"{portal.origin}/tin", f"{other.origin}/tin", "--json")
        report = json.loads(done.stdout)
        assert {p["portal"]: p["counts"]["new"] for p in report["portals"]} == {portal.name: 12, other.name: 3}
        assert len(rows("SELECT DISTINCT warc FROM captures")) == 2


def test_pictures_and_documents_are_kept(portal, congtin, rows):
    portal.routes["/anh/cau.jpg"] = Answer(b"\xff\xd8 cau", mime="image/jpeg")
    portal.routes["/tep/ke-hoach.pdf"] = Answer(b"%PDF-1.4", mime="application/pdf")
    more = "<p><img src='/anh/cau.jpg' width='600'></p><p><a href='/tep/ke-hoach.pdf'>Kế hoạch năm</a></p>"
    portal.add_listing("/tin", portal.add_articles("/tin", 3, more=more))
    assert congtin("crawl", f"{portal.origin}/tin").returncode == 0
    assert portal.asked("/anh") + portal.asked("/tep") == ["/anh/cau.jpg", "/tep/ke-hoach.pdf"]
    assert rows("SELECT count(*), count(capture_id) FROM images") == [(3, 3)]
    assert rows("SELECT count(*), count(capture_id) FROM attachments") == [(3, 3)]
    assert dict(rows("SELECT role, mime FROM captures WHERE role IN ('image', 'attachment')")) == {
        "image": "image/jpeg",
        "attachment": "application/pdf",
    }


def test_no_images_asks_for_none(portal, congtin, rows):
    portal.routes["/anh/cau.jpg"] = Answer(b"\xff\xd8", mime="image/jpeg")
    portal.add_listing("/tin", portal.add_articles("/tin", 2, more="<p><img src='/anh/cau.jpg' width='600'></p>"))
    congtin("crawl", "--no-images", f"{portal.origin}/tin")
    assert portal.asked("/anh") == []
    assert rows("SELECT count(*) FROM images WHERE capture_id IS NULL") == [(2,)]


def test_missing_picture_is_written_down_but_is_no_failed_page_and_not_asked_for_again(portal, congtin, rows):
    portal.add_listing("/tin", portal.add_articles("/tin", 2, more="<p><img src='/anh/mat.jpg' width='600'></p>"))
    done = congtin("crawl", f"{portal.origin}/tin")
    assert done.returncode == 0, done.stderr
    assert "1 pictures or documents missing" in done.stdout
    assert rows("SELECT url, field, error FROM failures") == [(f"{portal.origin}/anh/mat.jpg", "file", "status")]
    congtin("crawl", f"{portal.origin}/tin")
    assert portal.asked("/anh") == ["/anh/mat.jpg"]


def test_session_ids_in_links_do_not_make_articles_of_one(portal, congtin, rows):
    articles = portal.add_articles("/tin", 4)
    first = listing_page("/tin", [f"{a};jsessionid=A1?utm_source=x" for a in articles], 1, 2)
    second = listing_page("/tin", [f"{a}?phpsessid={i}" for i, a in enumerate(articles)], 2, 2)
    portal.routes |= {"/tin": html(first), "/tin?page=2": html(second)}
    congtin("crawl", f"{portal.origin}/tin")
    assert kept(rows) == {portal.origin + path for path in articles}
    assert sorted(portal.asked("/tin/")) == sorted(articles)


def test_capture_holds_what_crossed_the_wire(portal, congtin, rows, tmp_path):
    from archive import Archive

    articles = portal.add_articles("/tin", 2)
    portal.routes[articles[0]] = html(
        article_page(0),
        zipped=True,
        headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Cong", "thử".encode().decode("latin-1"))],
    )
    portal.add_listing("/tin", articles)
    congtin("crawl", f"{portal.origin}/tin")
    (capture_id,) = rows("SELECT id FROM captures WHERE url = ?", portal.origin + articles[0])[0]
    with Archive(tmp_path / "congtin-archive") as archive:
        record = archive.open_capture(capture_id)
    assert record.body[:2] == b"\x1f\x8b"
    assert [v for n, v in record.headers if n.lower() == "set-cookie"] == ["a=1", "b=2"]
    assert [v.encode("latin-1").decode() for n, v in record.headers if n.lower() == "x-cong"] == ["thử"]
    assert rows("SELECT role FROM captures WHERE url = ?", f"{portal.origin}/robots.txt") == [("other",)]


def test_requests_say_who_we_are_and_what_we_can_read(portal, news, started):
    with started(
        "crawl", f"{portal.origin}/tin", "--delay", "0", env={"CONGTIN_CONTACT": "luutru@example.vn"}
    ) as crawl:
        assert crawl.wait(60) == 0
    for asked in portal.log:
        assert asked.headers["user-agent"].startswith("congtin/")
        assert "luutru@example.vn" in asked.headers["user-agent"]
        assert asked.headers["accept-encoding"] == "gzip, deflate"


def mean_pause(portal):
    """Seconds between two requests. The mean, since what a busy machine takes up late makes the next pause look short."""
    times = [asked.at for asked in portal.log]
    return (times[-1] - times[0]) / (len(times) - 1)


def test_one_request_at_a_time_and_the_pause_between(portal, congtin):
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    congtin("crawl", f"{portal.origin}/tin", delay="0.3")
    assert mean_pause(portal) >= 0.25  # of 0.3
    assert portal.at_once == 1


def test_longer_crawl_delay_counts(portal, congtin):
    portal.routes["/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.5\nDisallow: /kin\n")
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    congtin("crawl", f"{portal.origin}/tin", delay="0.1")
    assert mean_pause(portal) >= 0.4  # of 0.5


def test_crawl_delay_counts_without_any_pause_of_ours(portal, congtin):
    portal.routes["/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.4\n")
    portal.add_listing("/tin", portal.add_articles("/tin", 3))
    congtin("crawl", f"{portal.origin}/tin", delay="0")
    assert mean_pause(portal) >= 0.3  # of 0.4
