"""The VHV system (Hưng Yên, Gia Lai, the Ministry of Industry and Trade, the police of Thanh Hóa)."""

from crawler.reading.layouts.base import Layout, css


class Vhv(Layout):
    """`div.author` holds the counter of views and signs nothing."""

    name = "vhv"
    mark = css(
        "article.news-detail-layout-type-2", "h1.title-detail + .post-date", "[itemprop=articleBody].content-detail"
    )
    title = css("h1.title-detail")
    date = css("span.post-date", ".post-date")
    lead = css("article.news-detail-layout-type-2 div.brief", "div.brief")
    content = css("div.content-detail[itemprop=articleBody]", "div.article-content", "div.content-detail")
    source = css("article.news-detail-layout-type-2 div.source")
    drop = css(
        "div.author",
        "div.source",
        "div.rating",
        "div.social-connect",
        "div[id^=audio]",
        "div.relatedArticles",
        "div.brief",
    )


class Moit(Vhv):
    """moit.gov.vn, whose classes misspell "article"."""

    name = "vhv-moit"
    mark = css(".aritcle-source", ".aritcle-author")
    source = css(".aritcle-source")
    author = css(".aritcle-author")
    drop = (*Vhv.drop, *css(".aritcle-source", ".aritcle-author"))
