"""What a reader's mistakes cost, field by field."""

import importlib.util
import json
from copy import deepcopy

import pytest

from crawler.reading import read
from quality.corpus import FOLDERS, load, scrambled
from quality.scores import FIELDS, page_scores, total

GOLD = {
    "url": "https://a.vn/tin",
    "title": "Khánh thành bến cá Hải Lý",
    "published_at": "2023-05-29T08:15:00+07:00",
    "lead": "Sáng nay, xã Hải Lý khánh thành bến cá mới.",
    "body": ["Bến cá dài hai trăm mét.", "Bà con phấn khởi ra khơi."],
    "images": [
        {"url": "https://a.vn/anh/ben-ca.jpg", "caption": "Bến cá hôm nay.", "credit": "Hồng Hà"},
        {"url": "https://a.vn/anh/thuyen.jpg", "caption": None, "credit": "Hồng Hà"},
    ],
    "author": "Hồng Hà",
    "source": None,
    "attachments": [{"url": "https://a.vn/van%20ban.pdf", "label": "Quyết định"}],
}


def scores(**changes):
    return total([page_scores({**deepcopy(GOLD), **changes}, GOLD)])


def test_what_is_read_right_scores_one_in_every_field():
    assert scores() == dict.fromkeys(FIELDS, 1.0)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": "Khánh thành bến cá"}, {"title": 0}),
        ({"published_at": "2023-05-29"}, {"clock": 0}),
        ({"published_at": "2023-05-28T08:15:00+07:00"}, {"date": 0, "clock": 0}),
        ({"published_at": None}, {"date": 0, "clock": 0}),
        ({"source": "TTXVN"}, {"source": 0}),
        ({"author": None}, {"author": 0}),
        ({"lead": None, "body": [GOLD["lead"], *GOLD["body"]]}, {"lead": 0}),
        ({"body": ["Bến cá dài hai trăm mét. Bà con phấn khởi ra khơi."]}, {"exact": 0}),
        ({"body": GOLD["body"][::-1]}, {"exact": 0, "text": 13 / 19}),
        ({"lead": None, "body": []}, {"lead": 0, "exact": 0, "text": 0}),
        ({"images": GOLD["images"][:1]}, {"credits": 2 / 3}),
        ({"images": []}, {"captions": 0, "credits": 0}),
        ({"images": [{**GOLD["images"][0], "caption": "Khác."}, GOLD["images"][1]]}, {"captions": 0}),
        ({"images": [*GOLD["images"], {"url": "x.jpg", "caption": "Bịa.", "credit": None}]}, {"captions": 2 / 3}),
        ({"attachments": []}, {"attachments": 0}),
        ({"attachments": [*GOLD["attachments"], {"url": "https://a.vn/2.doc"}]}, {"attachments": 2 / 3}),
    ],
)
def test_what_is_read_wrong_costs_its_own_field(changes, wrong):
    assert scores(**changes) == pytest.approx({**dict.fromkeys(FIELDS, 1.0), **wrong})


def test_mirrors_spaces_and_decomposed_letters_cost_nothing():
    mirrored = [{**image, "url": image["url"].replace("a.vn/anh", "guong.vn/x/y")} for image in GOLD["images"]]
    attached = [{"url": "http://guong.vn/VAN BAN.pdf"}]
    assert set(scores(images=mirrored, attachments=attached, author="Ho\u0302\u0300ng \u00a0Hà\u200b").values()) == {
        1.0
    }


def test_page_given_up_is_read_wrong():
    page = page_scores(None, GOLD)
    assert {field for field, share in page.items() if share.score == 1} == {
        "source"
    }  # nothing is right where nothing is


def test_uncertain_fields_and_an_undisplayed_clock_have_no_share():
    gold = {**GOLD, "published_at": "2023-05-29", "uncertain": ["lead", "body", "images"]}
    assert set(page_scores(GOLD, gold)) == {"read", "title", "date", "author", "source", "attachments"}


def test_pages_count_alike_but_pictures_by_their_number():
    one = {**GOLD, "images": []}
    pages = [page_scores({**GOLD, "title": ""}, GOLD), page_scores(one, one), page_scores(one, GOLD)]
    assert total(pages)["title"] == 2 / 3
    assert total(pages)["credits"] == pytest.approx(4 / 6)
    assert total(pages)["text"] == 1


@pytest.mark.parametrize("change", [bytes, scrambled], ids=["as sent", "scrambled"])
def test_scores_agree_with_those_of_the_real_pages_own_script(shared, change):
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    tally, mine = theirs.Tally(), []
    for i, page in enumerate(load("real", FOLDERS["real"]).pages):
        said = json.loads(json.dumps(read(change(page.body), page.url).to_dict()))
        _spoil(said, i)
        theirs.score_page(said, dict(page.article), tally)
        mine.append(page_scores(said, page.article))
    result = total(mine)
    assert result.pop("read") == 1
    assert result == pytest.approx(tally.result())
    assert min(result.values()) < 1


def _spoil(said, i):
    """Another mistake on every page, so that agreement is more than two times 1."""
    said["body"] = [p for n, p in enumerate(said["body"]) if (n + i) % 5]
    said["images"] = [{**image, "caption": None} if (n + i) % 3 else image for n, image in enumerate(said["images"])]
    for n, field in enumerate(("title", "lead", "author", "source", "published_at")):
        said[field] = said[field] if (i + n) % 4 else "2020-01-01"
