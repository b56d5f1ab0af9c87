"""Listings that no link turns: what is asked, and whole crawls of a portal of each kind, to the last page."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from forms import BacNinh, UIArticle, VinhPhuc, WebForms, grid, lk_next, press, sliding
from hypothesis import given, settings
from hypothesis import strategies as st
from portal import article_page, headline, html, listing_page
from warcio.archiveiterator import ArchiveIterator

from archive import Archive
from archive.models import Exchange, Provenance
from crawler.answers import Unanswered, read_answer
from crawler.forms import MOST_STATE, Ask
from crawler.links import same_host
from crawler.listing import Listed, Listing, read_listing
from crawler.walk import Bounds, End, Walk

URL = "http://tinh.example.vn/tin?c=4"
ARTICLES = [f"/tin/chuyen-que-huong-ky-{i}-{4000 + i}.html" for i in range(8)]


def read(
    pager,
    *,
    inputs="<input type='hidden' name='__VIEWSTATE' value='s+1='>",
    form="method='post' action='./tin?c=4'",
    more="",
):
    text = f"<body><form {form}>{inputs}{listing_page('/tin', ARTICLES, 1, 1, links=pager)}{more}</form></body>"
    return read_listing(lxml.html.fromstring(text), URL)


def pressed(pager, **how):
    """What the next pages are asked by: target, argument and number of each."""
    return [(*(value for _, value in ask.changes), ask.number) for ask in read(pager, **how).next_pages]


# --- postbacks ---


@pytest.mark.parametrize(
    ("pager", "first"),
    [
        ("<span>1</span>" + press("g", "Page$2", "2") + press("g", "Page$3", "3"), ("g", "Page$2", 2)),
        (press("g", "Page$1", "1") + "<span>2</span>" + press("g", "Page$3", "3"), ("g", "Page$3", 3)),
        ("<b>3</b>" + press("g", "Page$4", "..."), ("g", "Page$4", 4)),
        (press("g", "Page$3", "...") + "<span>4</span>" + press("g", "Page$5", "5"), ("g", "Page$5", 5)),
        (press("g", "Page$3", "...") + "<span>6</span>" + press("g", "Page$7", "..."), ("g", "Page$7", 7)),
        (press("g", "1", "1") + press("g", "2", "2") + press("g", "3", "3"), ("g", "2", 2)),
        ("<a class='aspNetDisabled'>1</a>" + press("r$ctl01$p", "", "2"), ("r$ctl01$p", "", 2)),
        (press("p", "", "Trang trước") + press("n", "", "Trang sau"), ("n", "", None)),
        (press("x$lkFirst", "", "<img src='f.gif'>") + press("x$lkNext2", "", "<img src='n.gif'>"), ("x$lkNext2", "", None)),
        (press("x$lbtnTrangSau", "", ">>") + press("x$lbtnTrangCuoi", "", ">>|"), ("x$lbtnTrangSau", "", None)),
        (press("g", "Page$Next", "<img alt='>'>") + press("g", "Page$Last", "<img alt='>'>"), ("g", "Page$Next", None)),
        ("<a href='javascript:__doPostBack(%27n%27,%27%27)'>Tiếp</a>", ("n", "", None)),
        ("<a href='#' onclick=\"__doPostBack('n','');return false\">Sau</a>", ("n", "", None)),
        ("<span>1</span><a href='javascript:void(0)' onclick=\"__doPostBack('n','2')\">2</a>", ("n", "2", 2)),
        ('<a href=\'javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("n", "", true, "", "", false, true))\'>Sau</a>', ("n", "", None)),
        ("<a class='rgCurrentPage' href=\"javascript:__doPostBack('c1','')\"><span>1</span></a>" + press("c2", "", "<span>2</span>"), ("c2", "", 2)),
        ("<input type='button' title='Next Page' value=' ' onclick=\"javascript:__doPostBack('t$ctl28','')\">", ("t$ctl28", "", None)),
    ],
)  # fmt: skip
def test_next_page_by_postback(pager, first):
    assert pressed(pager)[0] == first


@pytest.mark.parametrize(
    "pager",
    [
        press("g", "Page$1", "1") + press("g", "Page$2", "2") + "<span>3</span>",
        press("g", "Page$3", "...") + press("g", "Page$4", "4") + "<span>5</span>",
        press("c", "V8582", "&gt;"),
        press("s", "", "Tìm kiếm"),
        press("p", "", "Trang trước") + press("l", "", "Trang cuối"),
        "<a class='aspNetDisabled'>Trang sau</a>",
        "<span class='disabled'>" + press("n", "", "Sau") + "</span>",
    ],
)
def test_no_next_page_by_postback(pager):
    assert pressed(pager) == []


def test_calendar_of_postbacks_is_no_pager():
    week = "<tr>" + "".join(f"<td>{press('cal', f'85{d:02d}', d)}</td>" for d in range(10, 17)) + "</tr>"
    assert pressed(f"<table>{week * 5}</table>") == []


def test_form_is_sent_as_a_browser_sends_it():
    inputs = (
        "<input type='hidden' name='__EVENTTARGET' value=''><input type='hidden' name='__VIEWSTATE' value='/wEP+a='>"
        "<input type='hidden' name='ctl00$id' value='7'><input type='submit' name='ok' value='Tìm'><input name='kw' value='lúa'>"
        "<input type='image' name='i'><input type='checkbox' name='c1'><input type='checkbox' name='c2' checked>"
        "<input type='hidden' name='off' value='1' disabled><input type='hidden' value='nameless'>"
        "<select name='size'><option value='5'>5</option><option value='10' selected>10</option></select>"
        "<textarea name='t'></textarea>"
    )
    (ask,) = read(press("n", "", "Trang sau"), inputs=inputs, form="action='../khac/tin.aspx?c=4#top'").next_pages
    assert ask.url == "http://tinh.example.vn/khac/tin.aspx?c=4"
    assert ask.body == (
        b"__EVENTTARGET=n&__EVENTARGUMENT=&__VIEWSTATE=%2FwEP%2Ba%3D&ctl00%24id=7&kw=l%C3%BAa&c2=on&size=10&t="
    )


def test_form_without_an_action_is_sent_to_its_page():
    assert read(press("n", "", "Sau"), form="method='post'").next_pages[0].url == URL


def test_form_that_leads_off_the_portal_is_not_sent():
    assert pressed(press("n", "", "Sau"), form="action='https://khac.example.vn/tin'") == []


def test_state_outside_of_a_form_closed_too_early_is_sent():
    inputs = "</form><input type='hidden' name='__VIEWSTATE' value='s'>"
    assert b"__VIEWSTATE=s" in read(press("n", "", "Sau"), inputs=inputs).next_pages[0].body


def test_pager_of_another_box_turns_nothing_while_the_list_has_its_own():
    box = f"<div class='video'><span>1</span>{press('video', 'Page$2', '2')}</div>"
    last = press("g", "Page$1", "1") + "<span>2</span>"
    assert pressed(last, more=box) == []
    assert pressed(last, more=f"<div>{press('video$lkNext', '', '&gt;')}</div>") == []
    assert pressed(press("g", "Page$1", "1") + "<span>2</span>" + press("g", "Page$3", "3"), more=box) == [
        ("g", "Page$3", 3)
    ]


def test_links_of_another_box_do_not_hide_the_postbacks_of_the_list():
    box = "<div class='video'><a href='?video=2'>Trang sau</a></div>"
    assert pressed("<span>1</span>" + press("g", "Page$2", "2"), more=box) == [("g", "Page$2", 2)]


def test_links_win_where_both_turn_the_list():
    pager = "<b>1</b><a href='/tin?page=2'>2</a>" + press("n", "", "Trang sau")
    assert read(pager).next_pages == ["http://tinh.example.vn/tin?page=2"]


def test_numbered_postbacks_help_to_find_the_list():
    """A box beside it has longer headlines."""
    own = "".join(f"<p><a href='/tin/bai-{4100 + i}'>Bản tin số {i} của xã ven đê</a></p>" for i in range(3))
    box = "".join(f"<li><a href='/tin/bai-{4200 + i}'>{headline(i)}, bà con mong chờ</a></li>" for i in range(3))
    text = (
        f"<form><div><div>{own}</div><p><b>1</b>{press('g', 'Page$2', '2')}</p></div><div><ul>{box}</ul></div></form>"
    )
    listing = read_listing(lxml.html.fromstring(f"<body>{text}</body>"), URL)
    assert [a.url[-4:] for a in listing.articles] == ["4100", "4101", "4102"]


# --- scripts ---

SCRIPT = '<script>var maxPage = parseInt(3); data = {article_category_id: 12, categoryIds: "12", site_id: 4, page: page, page_size: 15}; //ArticleInMenuPagination</script>'


def test_uiarticle_is_asked_with_what_its_script_states():
    (ask,) = read("", more=SCRIPT).next_pages
    assert ask.url == "http://tinh.example.vn/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
    assert ask.body.decode() == (
        "page=2&article_category_id=12&categoryIds=12&site_id=4&page_size=15&keyword=&date_begin=&date_end=&show_no=False"
        "&show_post_date=True&num_of_text=0&show_view_count=False&filter_order_in_list=False&is_default=False&new=False"
        "&number_of_day=3&no=-15&articlelang=vi-VN&is_authenticated=False"
    )


def test_uiarticle_with_one_page_is_not_asked():
    assert read("", more=SCRIPT.replace("parseInt(3)", "parseInt(1)")).next_pages == []


def test_script_beside_the_list_does_not_hide_its_links():
    pager = "<b>1</b><a href='/tin?page=2'>2</a>"
    assert read(pager, more=SCRIPT).next_pages == ["http://tinh.example.vn/tin?page=2"]


def answer(body, kind="fragment", **more):
    ask = Ask(
        "http://tinh.example.vn/api",
        "http://tinh.example.vn/tin/moi",
        kind,
        base="http://tinh.example.vn/cong/",
        **more,
    )
    return read_answer(ask, body.encode() if isinstance(body, str) else body, None, None)


def test_links_of_markup_are_relative_to_the_page_it_is_put_into():
    items = "".join(f"<li><h2><a href='tin/bai-{4100 + i}'>{headline(i)}</a></h2></li>" for i in range(3))
    assert answer(items).articles[0].url == "http://tinh.example.vn/cong/tin/bai-4100"


def test_rows_are_articles_with_title_and_day():
    told = '{"data": [{"ID": 71, "Title": "##Mùa muối", "CreatedDate": "2025-06-30T19:02:21"}, {"ID": null}, 5]}'
    fields = (("UrlList", "/ct/Lists/Kinh tế"),)
    assert answer(told, "rows", fields=fields).articles == [
        Listed("http://tinh.example.vn/ct/Lists/Kinh%20t%E1%BA%BF/View_Detail.aspx?ItemID=71", "Mùa muối", "2025-06-30")
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html>lỗi</html>", "items"),
        ('{"items": 5}', "items"),
        ("[]", "rows"),
        ('{"items": [{"title": "không địa chỉ"}]}', "items"),
        ('{"items": [{"urlDetail": "https://khac.example.vn/1"}]}', "items"),
        ('{"Message": "Authentication failed."}', "fragment"),
        ("{" * 100_000, "fragment"),
        (b"\xff\xfe{", "rows"),
    ],
)
def test_answer_that_is_none_says_so(body, kind):
    with pytest.raises(Unanswered):
        answer(body, kind)


@given(st.binary(max_size=60), st.sampled_from(["fragment", "items", "rows"]))
@settings(max_examples=200, deadline=None)
def test_no_answer_is_too_odd_to_be_looked_at(body, kind):
    try:
        listing = answer(b'{"items": [' + body if kind == "items" else body, kind, fields=(("UrlList", "/Lists/a"),))
    except Unanswered:
        return
    assert all(a.url.startswith("http://tinh.example.vn") for a in listing.articles)


PIECES = ["<form>", "<form action='//['>", "</form>", "<input name=__VIEWSTATE>", "<li>", "<a href='/tin/bai-so-4810'>Một bài viết dài về chuyện quê</a>",
          press("g", "2", "2"), press("g", "3", "..."), press("", "", ""), "<b>1</b>", "<b>99999</b>", SCRIPT, "<script>loadPageURL='", "http://[';", "</script>",
          "<script>'/api/DSTinTuc/QUERYDATA', UrlList = '/Lists/a'</script>", "<select name=s><option>", "<base href='http://khac.example.vn/'>"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_is_asked_of_the_portal(pieces):
    listing = read_listing(lxml.html.fromstring(f"<html><body>{''.join(pieces)}</body></html>"), URL)
    asks = [page for page in listing.next_pages if isinstance(page, Ask)]
    assert all(same_host(ask.url, URL) and isinstance(ask.body, bytes) for ask in asks)


# --- walks ---


def page(numbers, *asks, number=None):
    return Listing([Listed(f"http://a.vn/tin/{n}", f"Bài số {n}") for n in numbers], [*asks], None, number)


def test_walk_goes_by_the_list_where_every_request_looks_the_same():
    walk, ask = Walk(URL, None), Ask(URL, URL, fields=())
    assert [walk.turn(page([n], ask), Bounds()) for n in (1, 2, 3, 3)] == [ask, ask, ask, End.LOOP]


def test_page_that_was_not_given_is_told_from_the_last():
    second = Ask(URL, URL, fields=(), number=2)
    for answer, end in [
        (page([1], second, number=1), End.REFUSED),
        (page([], number=None), End.REFUSED),
        (page([1], number=2), End.LOOP),  # the pager of another box
    ]:
        walk = Walk(URL, None)
        walk.turn(page([1], second, number=1), Bounds())
        assert walk.turn(answer, Bounds()) is end


def test_what_a_page_shows_before_its_list_is_loaded_ends_no_walk():
    opening = Ask(URL, URL, "items", number=1, opens=True)
    walk = Walk(URL, None)
    assert walk.turn(page([1, 2], opening), Bounds(pages=1), known=True) is opening
    assert walk.turn(page([1, 2]), Bounds()) is End.LAST_PAGE


# --- captures ---


@pytest.mark.parametrize(("status", "repeats"), [(200, True), (304, False)])
def test_answer_to_a_form_never_counts_as_the_unchanged_page(tmp_path, status, repeats):
    """The bytes are not stored twice all the same."""
    with Archive(tmp_path, create=True) as archive:
        writer, told = archive.writer("thu", {}), Provenance("thu", "listing")
        got = Exchange(URL, "GET", [], 200, "OK", [], b"<p>1</p>", datetime.now(UTC))
        first = archive.capture(writer, got, told)
        body = b"<p>1</p>" if status == 200 else b""
        posted = replace(got, method="POST", request_body=b"a=1", status=status, body=body)
        second = archive.capture(writer, posted, told)
        assert (second.unchanged, second.refers_to) == (False, first.id if repeats else None)
        assert archive.capture(writer, got, told).unchanged
        writer.close()


# --- whole crawls ---


def crawl(portal, congtin, rows, path, articles):
    """Crawls a listing, and again: everything is found, and the second time nothing but the beginning is asked for."""
    done = congtin("crawl", portal.origin + path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {url for (url,) in rows("SELECT url FROM articles")} == {portal.origin + path for path in articles}
    assert rows("SELECT outcome FROM crawls") == [("done",)]
    first = len(portal.log)
    done = congtin("crawl", portal.origin + path)
    assert "nothing new" in done.stdout
    return len(portal.log) - first


def records(folder):
    """What stands in the WARC files: the listing exchanges, as method and body of the request, type of the response."""
    found = {}
    for path in sorted(Path(folder, "congtin-archive/warc").glob("*.warc.gz")):
        checked = subprocess.run(
            [Path(sys.executable).with_name("warcio"), "check", "-v", path], capture_output=True, check=False
        )
        assert checked.returncode == 0, checked.stdout
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                told = found.setdefault(
                    record.rec_headers.get_header("WARC-Concurrent-To")
                    or record.rec_headers.get_header("WARC-Record-ID"),
                    {},
                )
                told[record.rec_type] = record.http_headers, record.content_stream().read()
    return found


def posts(folder):
    """The POST exchanges: the body sent and the type of the response record."""
    both = [told for told in records(folder).values() if "request" in told and told["request"][0].protocol == "POST"]
    assert all(told["request"][0].get_header("Content-Length") == str(len(told["request"][1])) for told in both)
    return [(told["request"][1].decode(), "revisit" if "revisit" in told else "response") for told in both]


@pytest.mark.parametrize(("pager", "turns"), [(grid, 7), (sliding, 7), (lk_next, 8)])
def test_postback_listing_is_walked_to_its_last_page(forms, congtin, rows, tmp_path, pager, turns):
    articles = forms.add_articles("/tin", 38)
    listing = WebForms(forms, "/tin", articles, pager=pager)
    assert crawl(forms, congtin, rows, "/tin", articles) == 2  # robots.txt and the first page
    assert listing.wrong == []
    assert len(forms.posted) == turns
    sent = posts(tmp_path)
    assert all("__VIEWSTATE=%2FwEP" in body for body, _ in sent)
    # eight pages at two addresses, each kept; what "next" gives on the last page is the last page again
    assert [kind for _, kind in sent] == ["response"] * 7 + ["revisit"] * (turns - 7)
    assert rows("SELECT count(DISTINCT payload_digest) FROM captures WHERE role = 'listing'")[0][0] >= 8


def test_new_article_of_a_postback_listing_is_found_without_walking_on(forms, congtin, rows):
    articles = forms.add_articles("/tin", 20)
    listing = WebForms(forms, "/tin", articles, pager=grid)
    congtin("crawl", f"{forms.origin}/tin")
    forms.routes["/tin/moi-nhat-hom-nay-4500.html"] = html(article_page(600))
    articles.insert(0, "/tin/moi-nhat-hom-nay-4500.html")
    forms.posted.clear()
    done = congtin("crawl", f"{forms.origin}/tin")
    assert ("1 new" in done.stdout, len(forms.posted), listing.wrong) == (True, 1, [])


def test_max_pages_bounds_postbacks_too(forms, congtin, rows):
    WebForms(forms, "/tin", forms.add_articles("/tin", 20), pager=grid)
    congtin("crawl", "--max-pages", "2", f"{forms.origin}/tin")
    assert len(rows("SELECT 1 FROM articles")) == 10
    congtin("crawl", f"{forms.origin}/tin")
    assert len(rows("SELECT 1 FROM articles")) == 20


def test_two_postback_listings_keep_their_sessions_apart(forms, congtin, rows):
    both = [WebForms(forms, path, forms.add_articles(path, 12), pager=grid) for path in ("/tin", "/van-hoa")]
    done = congtin("crawl", f"{forms.origin}/tin", f"{forms.origin}/van-hoa")
    assert done.returncode == 0, done.stdout
    assert [listing.wrong for listing in both] == [[], []]
    assert len(rows("SELECT 1 FROM articles")) == 24


def test_state_of_megabytes_is_survived(forms, congtin, rows):
    articles = forms.add_articles("/tin", 12)
    listing = WebForms(forms, "/tin", articles, pager=grid, padding=3_000_000)
    assert crawl(forms, congtin, rows, "/tin", articles) == 2
    assert listing.wrong == []


def test_state_beyond_all_measure_is_refused_with_its_reason(forms, congtin, rows):
    WebForms(forms, "/tin", forms.add_articles("/tin", 12), pager=grid, padding=MOST_STATE)
    done = congtin("crawl", f"{forms.origin}/tin")
    assert (done.returncode, len(rows("SELECT 1 FROM articles")), forms.posted) == (3, 5, [])
    assert rows("SELECT field, error, message FROM failures") == [
        ("listing", "too large", f"page 2 of {forms.origin}/tin wants more state sent than any pager needs")
    ]


def test_portal_that_gives_the_first_page_again_is_written_down(forms, congtin, rows):
    WebForms(forms, "/tin", forms.add_articles("/tin", 12), pager=grid, deaf=True)
    done = congtin("crawl", f"{forms.origin}/tin")
    assert (done.returncode, len(forms.posted)) == (3, 1)
    assert rows("SELECT error, message FROM failures") == [
        ("refused", f"the portal did not give the page that was asked for (at page 2 of {forms.origin}/tin)")
    ]


def test_failing_postback_is_written_down_with_its_page(forms, congtin, rows):
    WebForms(forms, "/tin", forms.add_articles("/tin", 12), pager=grid)
    forms.posts.clear()
    done = congtin("crawl", f"{forms.origin}/tin")
    assert done.returncode == 3
    assert rows("SELECT url, message FROM failures") == [
        (f"{forms.origin}/tin", f"answered 405 Method Not Allowed (at page 2 of {forms.origin}/tin)")
    ]


class Wrapped(UIArticle):
    wrapped = True


@pytest.mark.parametrize("kind", [UIArticle, Wrapped])
def test_uiarticle_listing_is_walked_to_its_last_page(forms, congtin, rows, tmp_path, kind):
    articles = forms.add_articles("/tin-tuc", 21)
    listing = kind(forms, "/tin", articles)
    assert crawl(forms, congtin, rows, "/tin", articles) == 2
    assert listing.wrong == []
    assert [posted.form["page"] for posted in forms.posted] == ["2", "3", "4", "5"]
    assert [kind for _, kind in posts(tmp_path)] == ["response"] * 4
    assert rows("SELECT DISTINCT listing_url FROM links") == [(f"{forms.origin}/tin",)]


def test_uiarticle_that_stops_halfway_is_written_down(forms, congtin, rows):
    listing = UIArticle(forms, "/tin", forms.add_articles("/tin-tuc", 21))
    listing.empty_from = 4
    done = congtin("crawl", f"{forms.origin}/tin")
    assert done.returncode == 3
    assert len(rows("SELECT 1 FROM articles")) == 15
    assert rows("SELECT error FROM failures") == [("refused",)]


def test_section_whose_second_page_is_absent_is_written_down(forms, congtin, rows):
    """Its first page is there: no menu that outlived what it names."""
    forms.routes["/"] = html("<nav><ul><li><a href='/van-hoa'>Văn hóa</a></li></ul></nav>")
    UIArticle(forms, "/van-hoa", forms.add_articles("/tin-tuc", 12))
    forms.posts[UIArticle.script] = lambda _: html("<h1>404</h1>", status=404)
    assert congtin("crawl", f"{forms.origin}/").returncode == 3
    assert rows("SELECT field, url FROM failures") == [("listing", f"{forms.origin}/van-hoa")]


def test_uiarticle_whose_last_page_is_empty_is_done(forms, congtin, rows):
    listing = UIArticle(forms, "/tin", forms.add_articles("/tin-tuc", 21))
    listing.empty_from = 5
    assert congtin("crawl", f"{forms.origin}/tin").returncode == 0


def test_json_listing_of_bacninh_is_walked_to_its_last_page(forms, congtin, rows, tmp_path):
    articles = forms.add_articles("/tin-tuc", 17)
    BacNinh(forms, "/tin", articles)
    assert crawl(forms, congtin, rows, "/tin", articles) == 3  # robots.txt, the page, the first page of its list
    records(tmp_path)


def test_new_article_of_a_json_listing_is_found_though_all_that_its_page_shows_is_known(forms, congtin, rows):
    articles = forms.add_articles("/tin-tuc", 17)
    BacNinh(forms, "/tin", articles)
    congtin("crawl", f"{forms.origin}/tin")
    forms.routes["/tin-tuc/moi-nhat-hom-nay-4500.html"] = html(article_page(600))
    BacNinh(forms, "/tin", ["/tin-tuc/moi-nhat-hom-nay-4500.html", *articles])
    assert "1 new" in congtin("crawl", f"{forms.origin}/tin").stdout


def test_json_listing_of_vinhphuc_is_walked_to_its_last_page(forms, congtin, rows, tmp_path):
    place = "/ct/cms/tintuc/Lists/KinhTe"
    articles = [f"{place}/View_Detail.aspx?ItemID={4000 + i}" for i in range(15)]
    forms.routes |= {path: html(article_page(i)) for i, path in enumerate(articles)}
    listing = VinhPhuc(forms, place, articles)
    assert crawl(forms, congtin, rows, f"{place}/default.aspx", articles) == 3
    assert listing.wrong == []
    assert [posted.form["start"] for posted in forms.posted] == ["0", "6", "12", "15", "0"]
    assert [kind for _, kind in posts(tmp_path)] == ["response"] * 4 + ["revisit"]


def test_answer_that_is_no_json_is_written_down(forms, congtin, rows):
    place = "/Lists/KinhTe"
    listing = VinhPhuc(forms, place, [])
    forms.posts[listing.endpoint] = lambda _: html("<h1>Bảo trì</h1>")
    done = congtin("crawl", f"{forms.origin}{place}/default.aspx")
    assert done.returncode == 3
    assert rows("SELECT url, error FROM failures WHERE field = 'listing'") == [
        (f"{forms.origin}{place}/default.aspx", "unanswered")
    ]


def test_liferay_listing_with_few_pages_linked_is_walked_to_its_last_page(forms, congtin, rows):
    articles = forms.add_articles("/tin-tuc", 38)
    query = "/tin?p_p_id=101&p_p_lifecycle=0&_101_delta=5&_101_cur="
    for n in range(1, 9):
        shown = articles[(n - 1) * 5 : n * 5]
        links = "".join(f"<a href='{query}{m}&amp;x=1'>{m}</a> " for m in (1, 8) if m != n)
        forms.routes[f"{query}{n}&x=1"] = html(listing_page("/tin", shown, n, 8, links=f"<ul><li>{links}</li></ul>"))
    forms.routes["/tin"] = forms.routes[f"{query}1&x=1"]
    assert crawl(forms, congtin, rows, "/tin", articles) == 2
