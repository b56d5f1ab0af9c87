"""DotNetNuke. Its modules' ids begin `dnn_ctr<number>_`; the number is the page's, only what follows it is the module's."""

from crawler.reading.layouts.base import Layout, css


class EasyDNNNews(Layout):
    """The module that most Vietnamese portals on DotNetNuke show their news with (baovanhoa.vn)."""

    name = "easydnnnews"
    mark = css("article.edn_articleDetails", ".edn_articleDetails")
    title = css(".edn_articleDetails .edn_articleTitle", "h1.edn_articleTitle")
    date = css(
        ".edn_articleDetails .edn_metaDetails time", ".edn_articleDetails .edn_metaDetails", ".edn_metaDetails time"
    )
    lead = css(".edn_articleDetails .edn_articleSummary")
    content = css(".edn_articleDetails .edn_articleContent", "article.edn_articleDetails")
    drop = css(
        ".edn_metaDetails",
        ".edn_socialButtonWrapper",
        ".edn_articleTags",
        ".edn_articleNavigation",
        ".edn_relatedArticles",
    )


class DotNetNuke(Layout):
    """Modules written for one portal name their labels alike: headline, text, lead, date."""

    name = "dotnetnuke"
    mark = css("[id^=dnn_ctr][id$=_lblTitle]", "[id^=dnn_ctr][id$=_lblTieuDe]", "[id^=dnn_ctr][id$=_lbTieuDe]")
    title = mark
    date = css(
        "[id^=dnn_ctr][id$=Date]",
        "[id^=dnn_ctr][id$=DateTime]",
        "[id^=dnn_ctr][id$=_lblNgayDang]",
        "[id^=dnn_ctr][id$=_lblNgay]",
    )
    lead = css("[id^=dnn_ctr][id$=_lblSummary]", "[id^=dnn_ctr][id$=_lblTrichDan]", "[id^=dnn_ctr][id$=_lblTomTat]")
    content = css("[id^=dnn_ctr][id$=_lblContent]", "[id^=dnn_ctr][id$=_lblNoiDung]", "[id^=dnn_ctr][id$=_divContent]")
    author = css("[id^=dnn_ctr][id$=_lblAuthor]", "[id^=dnn_ctr][id$=_lblTacGia]")
    source = css("[id^=dnn_ctr][id$=_lblSource]", "[id^=dnn_ctr][id$=_lblNguon]", "[id^=dnn_ctr][id$=_lblNguonTin]")
