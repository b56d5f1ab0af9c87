"""The newspapers whose text is `article__body zce-content-body cms-body` (Lào Cai, Hà Tĩnh, Gia Lai, Nhân Dân, VietnamPlus)."""

from crawler.reading.layouts.base import Layout, css


class Zce(Layout):
    """The date stands in a `time` under the headline, whose class differs from paper to paper."""

    name = "zce"
    mark = css(".article__body.zce-content-body", ".article__body.cms-body", "h1.article__title.cms-title")
    title = css("h1.article__title.cms-title", "h1.article__title", ".article__title")
    date = css(".article__meta time", "time.time")
    lead = css(".article__sapo.cms-desc", ".article__sapo")
    content = css(".article__body.zce-content-body", ".article__body.cms-body", ".article__body[itemprop=articleBody]")
