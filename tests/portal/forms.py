"""The portal with listings that no link turns: ASP.NET forms, scripts that load markup, scripts that load JSON.

Each listing checks what a real one checks, and answers 500 or nothing useful when it is asked wrongly.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl

from portal import Answer, Portal, _Handler, day, headline, html, listing_page


@dataclass(frozen=True)
class Posted:
    path: str
    form: dict[str, str]
    headers: dict[str, str]


class FormPortal(Portal):
    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Callable[[Posted], Answer]] = {}
        self.posted: list[Posted] = []
        self._server.RequestHandlerClass = _Posting

    def post(self, posted: Posted) -> Answer:
        self.posted.append(posted)
        taker = self.posts.get(posted.path)
        return taker(posted) if taker else Answer(b"<h1>405</h1>", 405)


class _Posting(_Handler):
    def do_POST(self) -> None:  # noqa: N802 - http.server wants it so
        portal = self.server.portal
        headers = {k.lower(): v for k, v in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"])).decode()
        portal.enter(self.path, headers)
        try:
            self._send(portal.post(Posted(self.path, dict(parse_qsl(body, keep_blank_values=True)), headers)))
        finally:
            portal.leave()


class Pages:
    """Articles by pages. A subclass says how they are asked for."""

    def __init__(self, portal: FormPortal, path: str, articles: list[str], a_page: int = 5) -> None:
        self.portal, self.path, self.articles, self.a_page = portal, path, articles, a_page
        self.wrong: list[str] = []  # what was asked wrongly
        self.open()

    @property
    def last(self) -> int:
        return -(-len(self.articles) // self.a_page)

    def page(self, number: int) -> list[str]:
        return self.articles[(number - 1) * self.a_page : number * self.a_page]

    def refuse(self, why: str) -> Answer:
        self.wrong.append(why)
        return html(f"<h1>Runtime Error</h1><p>{why}</p>", status=400)


Presses = dict[tuple[str, str], int]  # target and argument → page
Pager = Callable[[int, int], tuple[str, Presses]]  # of page and last page: markup, and what it may send


class WebForms(Pages):
    """An ASP.NET page: takes no state but that of the page it sent last in the session, and no press that page did not have."""

    def __init__(self, *args, pager: Pager, padding: int = 0, deaf: bool = False) -> None:
        self.pager, self.padding, self.deaf = pager, padding, deaf
        self._issued: dict[str, tuple[str, Presses]] = {}
        super().__init__(*args)

    def open(self) -> None:
        self.portal.routes[self.path] = self._first
        self.portal.posts[f"{self.path}?form=1"] = self._next

    def _first(self, times: int) -> Answer:
        session = f"s{times}{self.path.replace('/', '-')}"
        answer = self._show(1, session)
        answer.headers.append(("Set-Cookie", f"ASP.NET_SessionId={session}; path=/; HttpOnly"))
        return answer

    def _next(self, posted: Posted) -> Answer:
        form, session = posted.form, posted.headers.get("cookie", "").partition("=")[2]
        state, presses = self._issued.get(session, ("", {}))
        press = (form.get("__EVENTTARGET", ""), form.get("__EVENTARGUMENT", ""))
        if form.get("__VIEWSTATE") != state or form.get("__EVENTVALIDATION") != f"ev/{state[:20]}":
            return self.refuse("the state is not that of the page just sent")
        if (form.get("ctl00$hdfSite"), form.get("__VIEWSTATEGENERATOR")) != ("7", "CA0B0334") or "btnSearch" in form:
            return self.refuse("the form is not the one that was sent")
        if press not in presses:
            return self.refuse(f"Invalid postback: {press}")
        return self._show(1 if self.deaf else presses[press], session)

    def _show(self, number: int, session: str) -> Answer:
        pager, presses = self.pager(number, self.last)
        state = f"/wEP+{session}={number}" + "A" * self.padding
        self._issued[session] = state, presses
        hidden = {
            "__EVENTTARGET": "",
            "__EVENTARGUMENT": "",
            "__VIEWSTATE": state,
            "__VIEWSTATEGENERATOR": "CA0B0334",
            "__EVENTVALIDATION": f"ev/{state[:20]}",
            "ctl00$hdfSite": "7",
        }
        inputs = "".join(f"<input type='hidden' name='{n}' value='{escape(v)}'>" for n, v in hidden.items())
        side = "<div class='col-right'><a href=\"javascript:__doPostBack('ctl00$video$lkNext','')\">&gt;</a></div>"
        listed = listing_page(self.path, self.page(number), number, self.last, links=pager)
        return html(
            f"<form method='post' action='.{self.path}?form=1#top' id='aspnetForm'>{inputs}<input type='submit' name='btnSearch'"
            f" value='Tìm'>{listed}{side}</form>",
            etag=False,
        )


def press(target: str, argument: str, text: str) -> str:
    return f'<a href="javascript:__doPostBack(&#39;{target}&#39;,&#39;{argument}&#39;)">{text}</a> '


def grid(number: int, last: int) -> tuple[str, Presses]:
    """GridView's: numbers by windows of three, dots to the windows beside."""
    begin = (number - 1) // 3 * 3 + 1
    window = range(begin, min(begin + 3, last + 1))
    shown = (
        [(begin - 1, "...")] * (begin > 1) + [(n, str(n)) for n in window] + [(begin + 3, "...")] * (begin + 3 <= last)
    )
    markup = "".join(
        f"<span>{n}</span> " if n == number else press("ctl00$grid", f"Page${n}", text) for n, text in shown
    )
    return markup, {("ctl00$grid", f"Page${n}"): n for n, _ in shown}


def sliding(number: int, last: int) -> tuple[str, Presses]:
    """A repeater's: the same controls stand for other pages on every page; the current one is a link that is off."""
    window = range(max(1, number - 1), min(number + 2, last + 1))
    names = {n: f"ctl00$rpt$ctl{i:02d}$lnkPage" for i, n in enumerate(window)}
    links = (f"<a class='aspNetDisabled'>{n}</a> " if n == number else press(names[n], "", str(n)) for n in window)
    return "".join(links), {(name, ""): n for n, name in names.items()}


def lk_next(number: int, last: int) -> tuple[str, Presses]:
    """Of ministries: "next" and "last" as pictures, on the last page too."""
    picture = "<img src='/_layouts/images/next.gif'>"
    markup = press("ctl00$g_1$ctl00$lkNext2", "", picture) + press("ctl00$g_1$ctl00$lkLast2", "", picture)
    return markup, {("ctl00$g_1$ctl00$lkNext2", ""): min(number + 1, last), ("ctl00$g_1$ctl00$lkLast2", ""): last}


class UIArticle(Pages):
    """Page 1 with a script that has what later pages are asked with."""

    script = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
    wrapped = False  # in JSON
    told = "page_size: 5,"
    empty_from = 99

    def open(self) -> None:
        script = f"""<script>var maxPage = parseInt({self.last}); function load(page) {{ $.ajax({{ type: "POST",
          url: "{self.script}", data: {{ article_category_id: 54442, categoryIds: "54442,54443", site_id: 4, page: page,
          {self.told} keyword: $("#k").val(), show_post_date: "False", no: -5, articlelang: "vi-VN" }} }}); }}</script>"""
        pager = (
            "<li class='page-item page-number active' data-page='1'>1</li><li class='page-number' data-page='2'>2</li>"
        )
        self.portal.routes[self.path] = html(
            f"<div class='UIArticleInMenu_Default'><ul class='ArticleList'>{self._items(1)}</ul><ul class='pagination'>{pager}"
            f"</ul>{script}</div>"
        )
        self.portal.posts[self.script] = self._load

    def _items(self, number: int) -> str:
        return "".join(
            f"<li class='row'><h2 class='Title'><a href='{url.removeprefix('/')}'>{headline(self.articles.index(url))}</a></h2>"
            f"<div class='Ngaydang'>{day(self.articles.index(url))}</div></li>"
            for url in self.page(number)
        )

    def _load(self, posted: Posted) -> Answer:
        form = posted.form
        stated = [
            form.get(name)
            for name in ("article_category_id", "categoryIds", "site_id", "page_size", "no", "show_post_date")
        ]
        if stated != ["54442", "54442,54443", "4", "5", "-5", "False"] or len(form) != 19:
            return self.refuse(f"fields {form}")
        if posted.headers.get("referer") != f"{self.portal.origin}{self.path}":
            return self.refuse("Referer")
        items = self._items(int(form["page"])) if int(form["page"]) < self.empty_from else ""
        if self.wrapped:
            return Answer(json.dumps({"d": items}).encode(), mime="application/json; charset=utf-8")
        return Answer(items.encode())


class BacNinh(Pages):
    """A page whose list is empty until its script has it."""

    def open(self) -> None:
        loader = f"{self.portal.origin}{self.path}?p_p_id=news_WAR_portlet&p_p_lifecycle=2&p_p_resource_id=loadPage"
        quoted = loader.replace("/", "\\/").replace("&", "\\x26")
        side = listing_page("/", self.articles[-3:], 1, 1)
        self.portal.routes[self.path] = html(
            f'<div id="newsList"></div><script>var loadPageURL = "{quoted}", recordPerPage = {self.a_page};</script>'
            f"<div class='most-read'><h3>Đọc nhiều</h3>{side}</div>"
        )
        for number in range(1, self.last + 1):
            path = f"{loader}&pageNum={number}&recordPerPage={self.a_page}&keyword=".removeprefix(self.portal.origin)
            rows = [
                {"id": self.articles.index(url), "title": headline(self.articles.index(url)), "urlDetail": url, "createdDate": "30/05/2023 08:00"}
                for url in self.page(number)
            ]  # fmt: skip
            told = json.dumps({"items": rows, "totalPageNum": self.last}).encode()
            self.portal.routes[path] = Answer(told, mime="application/json")


class VinhPhuc(Pages):
    """A SharePoint list by its number of rows. Gives fewer rows than asked for, if it likes."""

    endpoint = "/APIVP/api/DSTinTuc/QUERYDATA"
    most = 6

    def open(self) -> None:
        script = f'<script>$.post("{self.endpoint}", {{ "do": "QUERYDATA", start: at }}, show);</script>'
        self.portal.routes[f"{self.path}/default.aspx"] = html(f"<div id='list'></div>{script}")
        self.portal.posts[self.endpoint] = self._query

    def _query(self, posted: Posted) -> Answer:
        form = posted.form
        if (form.get("do"), form.get("UrlList"), form.get("ascending")) != ("QUERYDATA", self.path, "desc"):
            return self.refuse(f"fields {form}")
        begin = int(form["start"])
        rows = [
            {"ID": url.rpartition("=")[2], "Title": f"##{headline(i)}", "CreatedDate": f"2023-05-{30 - i:02d}T19:02:21"}
            for i, url in enumerate(self.articles)
        ]
        told = {"data": rows[begin : begin + min(int(form["length"]), self.most)]}
        return Answer(json.dumps(told).encode(), mime="application/json")
