"""UIArticle (ninhbinh.gov.vn, cantho.gov.vn, caobang.gov.vn, the Default.aspx pages of namdinh.gov.vn)."""

from crawler.reading.layouts.base import Layout, css


class UIArticle(Layout):
    """The lead stands outside the content; its picture is `img.ImgDetailImage`."""

    name = "uiarticle"
    mark = css("div.ArticleDetailControl", ".ArticleHeader + .PostDate", ".ArticleHeader ~ .ArticleContent")
    title = css(".ArticleDetailControl .ArticleHeader", ".ArticleHeader")
    date = css(".ArticleDetailControl .PostDate", ".PostDate")
    lead = css(".ArticleDetailControl .ArticleSummary", ".ArticleSummary")
    lead_image = css("img.ImgDetailImage")
    content = css(".ArticleDetailControl .ArticleContent", ".ArticleContent")
    author = css(".ArticleDetailControl div.author")
    drop = css("div.tool", "div.UISocialShare", "div.tac_gia_news")
    after = css("a[onclick*='downloadFile']")
