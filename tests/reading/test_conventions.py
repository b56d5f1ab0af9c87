"""The tables of real-life forms: dates, credits, attributions, signatures, furniture, addresses."""

import pytest

from crawler.reading.conventions.addresses import absolute, canonical, is_document, slug_words
from crawler.reading.conventions.attribution import parse_attribution, trailing_attribution
from crawler.reading.conventions.bylines import is_account, is_name, parse_byline
from crawler.reading.conventions.credits import split_credit
from crawler.reading.conventions.dates import from_iso, only_date, parse_date
from crawler.reading.conventions.furniture import is_furniture, opens_furniture
from crawler.reading.conventions.text import clean, same_sentence

DATES = [
    ("Thứ 2, Ngày 29 / 05 / 2023", "2023-05-29", "Thứ 2, Ngày 29 / 05 / 2023"),
    ("Cập nhật lúc: 18:18 |31/03/2020", "2020-03-31T18:18", "18:18 |31/03/2020"),
    ("Cập nhật lúc20:10, Thứ Năm, 24/12/2020 (GMT+7)", "2020-12-24T20:10", "20:10, Thứ Năm, 24/12/2020 (GMT+7)"),
    ("20/01/2017 | 4:31 PM", "2017-01-20T16:31", "20/01/2017 | 4:31 PM"),
    ("Ngày đăng 13/05/2016 | 5:07 PM | View count: 674", "2016-05-13T17:07", "13/05/2016 | 5:07 PM"),
    ("Publish date 12/04/2016 | 10:12 AM | View count: 1203", "2016-04-12T10:12", "12/04/2016 | 10:12 AM"),
    ("29/09/2012 | 12:00 AM", "2012-09-29T00:00", "29/09/2012 | 12:00 AM"),
    ("(Thứ hai, 19/04/2021 15:17)", "2021-04-19T15:17", "Thứ hai, 19/04/2021 15:17"),
    ("Thứ năm, 30/10/2025 | 10:31", "2025-10-30T10:31", "Thứ năm, 30/10/2025 | 10:31"),
    ("Đăng ngày 09/05/2024", "2024-05-09", "09/05/2024"),
    ("Đăng tải: 13/01/2026 19:15", "2026-01-13T19:15", "13/01/2026 19:15"),
    ("Thứ Sáu, 28/08/2026 09:35", "2026-08-28T09:35", "Thứ Sáu, 28/08/2026 09:35"),
    ("Thứ tư, 22/10/2025, 19:25 (GMT+7)", "2025-10-22T19:25", "Thứ tư, 22/10/2025, 19:25 (GMT+7)"),
    ("Thứ Tư, 24/12/2025 09:30:00 +07:00", "2025-12-24T09:30", "Thứ Tư, 24/12/2025 09:30:00 +07:00"),
    ("08/01/2026 - 18:21", "2026-01-08T18:21", "08/01/2026 - 18:21"),
    ("2025-10-30T10:31:51+07:00", "2025-10-30T10:31:51", "2025-10-30T10:31:51+07:00"),
    ("2025-06-17T13:43:02+0700", "2025-06-17T13:43:02", "2025-06-17T13:43:02+0700"),
    ("Ngày cập nhật :31/01/2007 11:46", "2007-01-31T11:46", "31/01/2007 11:46"),
    ("Thứ tư , 12  / 9 / 2007, 7: 55 (GMT+7)", "2007-09-12T07:55", "Thứ tư , 12  / 9 / 2007, 7: 55 (GMT+7)"),
    ("05:26' AM - Thứ bảy, 02/06/2007", "2007-06-02T05:26", "05:26' AM - Thứ bảy, 02/06/2007"),
    ("Thứ bảy , 13 Tháng mười 2007, 14:03 GMT+7", "2007-10-13T14:03", "Thứ bảy , 13 Tháng mười 2007, 14:03 GMT+7"),
    ("[08.10.2007 20:31]", "2007-10-08T20:31", "08.10.2007 20:31"),
    ("cập nhật vào ngày 01 tháng 10 năm 1993 lúc 3h36", "1993-10-01T03:36", "01 tháng 10 năm 1993 lúc 3h36"),
    ("Cập nhật lúc 14:57'  7/5/2009", "2009-05-07T14:57", "14:57'  7/5/2009"),
    ("Tin phát lúc 5h30 04/10-2007", "2007-10-04T05:30", "5h30 04/10-2007"),
    ("29/05/2023 2:05:00 CH", "2023-05-29T14:05", "29/05/2023 2:05:00 CH"),
    ("29/05/2023 12:30 CH", "2023-05-29T12:30", "29/05/2023 12:30 CH"),
    ("29/05/2023 12:30 SA", "2023-05-29T00:30", "29/05/2023 12:30 SA"),
    ("05/06/2023", "2023-06-05", "05/06/2023"),
    ("29-5-2023", "2023-05-29", "29-5-2023"),
    ("29.05.2023", "2023-05-29", "29.05.2023"),
    ("29/5/23", "2023-05-29", "29/5/23"),
    ("ngày 29 tháng 5 năm 2023", "2023-05-29", "ngày 29 tháng 5 năm 2023"),
    ("08:15 | 29/05/2023", "2023-05-29T08:15", "08:15 | 29/05/2023"),
    ("CN 14/05/2023 08 giờ 15 phút", "2023-05-14T08:15", "CN 14/05/2023 08 giờ 15 phút"),
    ("16:45 - Thứ Ba, 21/02/2023 Lượt xem: 9999", "2023-02-21T16:45", "16:45 - Thứ Ba, 21/02/2023"),
    ("Jun 5, 2023, 10:02 AM", "2023-06-05T10:02", "Jun 5, 2023, 10:02 AM"),
]


@pytest.mark.parametrize(("text", "at", "raw"), DATES, ids=[d[0] for d in DATES])
def test_dates(text: str, at: str, raw: str) -> None:
    found = parse_date(text)
    assert found is not None
    full = f"{at}{':00' if len(at) == 16 else ''}{'+07:00' if 'T' in at else ''}"
    assert (found.at, found.raw) == (full, raw)
    assert only_date(text) == found


@pytest.mark.parametrize(
    "text", ["", "31/02/2023", "Số: 12/2023/QĐ-UBND", "1.234.567 lượt", "192.168.10.20", "45/78/2023", "ngày mai"]
)
def test_no_dates(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 27/11/2015, tại kỳ họp thứ 10, Quốc hội đã thông qua",
        "- Lễ khai mạc: 09h00 ngày 01/6/2016.",
        "HỘI SÁCH THIẾU NHI 01/6/2016",
        "Giấy phép số 12/GP-TTĐT ngày 15/03/2011 do Sở cấp",
    ],
)
def test_sentences_are_no_date_lines(text: str) -> None:
    assert only_date(text) is None


def test_machine_times_turn_to_the_offset_of_vietnam() -> None:
    assert from_iso("2024-11-02T13:15:00.000Z").at == "2024-11-02T20:15:00+07:00"  # type: ignore[union-attr]
    assert from_iso("2024-11-02 20:15:00").at == "2024-11-02T20:15:00+07:00"  # type: ignore[union-attr]


CREDITS = [
    ("Cống Hạ Kỳ sau khi sửa. (Ảnh: Phạm Linh)", "Cống Hạ Kỳ sau khi sửa.", "Phạm Linh"),
    ("Cống Hạ Kỳ (Ảnh:Phạm Linh)", "Cống Hạ Kỳ", "Phạm Linh"),
    ("Cống Hạ Kỳ (Ảnh Lê Hải)", "Cống Hạ Kỳ", "Lê Hải"),
    ("Cống Hạ Kỳ. Ảnh: Thu Lan", "Cống Hạ Kỳ.", "Thu Lan"),
    ("Cống Hạ Kỳ. Ảnh: Phú Khánh - ANTĐ", "Cống Hạ Kỳ.", "Phú Khánh - ANTĐ"),
    ("Cống Hạ Kỳ (Ảnh: Viết Thành - HNM)", "Cống Hạ Kỳ", "Viết Thành - HNM"),
    ("Ảnh minh họa (Nguồn: Internet)", "Ảnh minh họa", "Internet"),
    ("Ảnh minh hoạ", "Ảnh minh hoạ", None),
    ("Cống Hạ Kỳ (Nguồn ảnh:Internet)", "Cống Hạ Kỳ", "Internet"),
    ("Cống Hạ Kỳ (Ảnh tư liệu; nguồn: http://a.vn/x)", "Cống Hạ Kỳ", "http://a.vn/x"),
    ("Mẹ con chị Hoa (Ảnh: do nhân vật cung cấp)", "Mẹ con chị Hoa", "do nhân vật cung cấp"),
    ("Trao giải (Ảnh: BTC)", "Trao giải", "BTC"),
    ("Chợ Viềng xưa (Ảnh Sưu tầm)", "Chợ Viềng xưa", "Sưu tầm"),
    ("Lễ khai mạc (HNP)", "Lễ khai mạc", "HNP"),
    ("Đoàn công tác kiểm tra đê (Ảnh: Quang Thông).", "Đoàn công tác kiểm tra đê", "Quang Thông"),
    ("Quang cảnh hội nghị. Ảnh tư liệu: AFP/TTXVN", "Quang cảnh hội nghị.", "AFP/TTXVN"),
    ("Trại gà của ông Bình. Bài và ảnh: Hồng Hương", "Trại gà của ông Bình.", "Hồng Hương"),
    ("Ảnh: TTXVN", None, "TTXVN"),
    ("Lễ tuyên dương (Ảnh 1- Huy Kiên - Cổng HNP)", "Lễ tuyên dương", "Huy Kiên - Cổng HNP"),
    ("Ảnh minh họa (T.T)", "Ảnh minh họa", "T.T"),
    ("Trong ảnh: Lễ hội làng", "Trong ảnh: Lễ hội làng", None),
    ("Ông Hà (ảnh trên) trao quà", "Ông Hà (ảnh trên) trao quà", None),
    ("Đồng chí Bí thư (thứ hai từ trái sang)", "Đồng chí Bí thư (thứ hai từ trái sang)", None),
    ("Ảnh hưởng của bão số 3 tại Giao Thủy", "Ảnh hưởng của bão số 3 tại Giao Thủy", None),
]


@pytest.mark.parametrize(("text", "caption", "credit"), CREDITS, ids=[c[0] for c in CREDITS])
def test_credits(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text) == (caption, credit)


ATTRIBUTIONS = [
    ("(Nguồn: Báo Nam Định)", "Báo Nam Định"),
    ("Theo Báo Nam Định", "Báo Nam Định"),
    ("Nguồn: baonamdinh.vn", "Báo Nam Định"),
    ("TTXVN", None),
    ("Theo TTXVN", "TTXVN"),
    ("Nguồn HNP", "HNP"),
    ("Nguồn: HNP", "HNP"),
    ("(Nguồn HNP)", "HNP"),
    ("Nguồn tin: Cổng Giao tiếp điện tử Hà Nội", "Cổng Giao tiếp điện tử Hà Nội"),
    ("(Theo HNP)", "HNP"),
    ("(Theo Chinhphu.vn )", "Chinhphu.vn"),
    ("(Theo Tuổi trẻ)", "Tuổi trẻ"),
    ("(Theo: https://www.apec2017.vn/ )", "https://www.apec2017.vn/"),
    ("(Theo http://mic.gov.vn/)", "http://mic.gov.vn/"),
    (
        "(Nguồn: Mic.gov.vn - Cổng TTĐT Bộ Thông tin và Truyền thông)",
        "Mic.gov.vn - Cổng TTĐT Bộ Thông tin và Truyền thông",
    ),
    ("Theo VTV", "VTV"),
    ("Theo CafeBiz", "CafeBiz"),
    ("Nguồn bài viết: Báo Ninh Bình", "Báo Ninh Bình"),
    ("Trích nguồn: Báo Nam Định", "Báo Nam Định"),
    ("Nguồn: Báo Nam Định, ngày 12/5/2020", "Báo Nam Định"),
    ("(Theo Thu Hà/Báo Nam Định)", "Báo Nam Định"),
    ("Theo Thu Hà - TTXVN", "TTXVN"),
]
FALSE_FRIENDS = [
    "Theo Bộ NN&PTNT, năm nay diện tích lúa giảm",
    "Theo đó, các xã phải hoàn thành trước tháng 6",
    "Theo đó",
    "(theo dấu bưu điện)",
    "(nguồn phát tán)",
    "(nguồn vốn vay ODA)",
    "(theo Mẫu số 4 gửi kèm)",
    "Nguồn lực cho xây dựng nông thôn mới được huy động từ nhiều phía",
    "Nguồn: Internet",
    "Theo kế hoạch của huyện",
    "Ảnh: TTXVN",
]


@pytest.mark.parametrize(("text", "source"), ATTRIBUTIONS, ids=[a[0] for a in ATTRIBUTIONS])
def test_attributions(text: str, source: str | None) -> None:
    found = parse_attribution(text)
    assert (found and found.source) == source
    assert found is None or found.raw == text


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_false_friends(text: str) -> None:
    assert parse_attribution(text) is None


def test_an_attribution_may_end_a_paragraph() -> None:
    found = trailing_attribution("Cầu mới thông xe trước Tết./. (Nguồn: Báo Nam Định)")
    assert found is not None
    assert found[0] == "Cầu mới thông xe trước Tết./." and found[1].source == "Báo Nam Định"
    assert trailing_attribution("Kinh phí 4 tỷ đồng (nguồn vốn của huyện)") is None


BYLINES = [
    ("Phạm Linh", True, "Phạm Linh", None, None),
    ("Phạm Linh.", True, "Phạm Linh", None, None),
    ("Phạm Linh (tổng hợp)", True, "Phạm Linh", "tổng hợp", None),
    ("Bài và ảnh: Phạm Linh", True, "Phạm Linh", None, "Phạm Linh"),
    ("Bài và Ảnh: Phạm Linh", False, "Phạm Linh", None, "Phạm Linh"),
    ("Bài, ảnh: Hồng Hà, Thu Trang", False, "Hồng Hà, Thu Trang", None, "Hồng Hà, Thu Trang"),
    ("Tin, ảnh: P.Y", True, "P.Y", None, "P.Y"),
    ("Bài: Lê Hương Trà", False, "Lê Hương Trà", None, None),
    ("Tác giả: Đỗ Hoà", False, "Đỗ Hoà", None, None),
    ("Thực hiện: Mai Quang", False, "Mai Quang", None, None),
    ("PV", True, "PV", None, None),
    ("TT./.", True, "TT", None, None),
    ("THỦY THANH - MAI QUANG - KHÁNH NHI", True, "THỦY THANH - MAI QUANG - KHÁNH NHI", None, None),
    ("Trần Văn A - TUV, Bí thư Đảng ủy Khối", False, "Trần Văn A", "TUV, Bí thư Đảng ủy Khối", None),
    ("Phòng Quản lý Báo chí – Xuất bản", True, "Phòng Quản lý Báo chí – Xuất bản", None, None),
    ("Tin: Trung Kiên; Ảnh: Ngọc Lan", False, "Trung Kiên", None, "Ngọc Lan"),
    ("Bài: Thu Hà - Ảnh: Văn Đức", True, "Thu Hà", None, "Văn Đức"),
    ("TIN, ẢNH: LÊ NA", True, "LÊ NA", None, "LÊ NA"),
    ("Lê Na; ảnh: Tư liệu", True, "Lê Na", None, "Tư liệu"),
    ("Nội dung: Thu Hà; Ảnh: Đức Minh; Đồ họa: Lan Chi", False, "Thu Hà", None, "Đức Minh"),
    ("Người viết bài: Thu Hà", False, "Thu Hà", None, None),
    ("Thu Hà tổng hợp", True, "Thu Hà", "tổng hợp", None),
    ("Đỗ Quyên và nhóm PV", True, "Đỗ Quyên và nhóm PV", None, None),
    ("Phóng viên Lê Na", True, "Phóng viên Lê Na", None, None),
    ("PGS.TS Nguyễn Thu Hà, Học viện Chính trị", True, "PGS.TS Nguyễn Thu Hà", "Học viện Chính trị", None),
    ("/Lê Na/", True, "Lê Na", None, None),
]
NO_BYLINES = [
    "Chi tiết xem file đính kèm./.",
    "Xem chi tiết văn bản tại đây./.",
    "admin admin",
    "Pho Ban bien tap",
    "Danh sách các tập thể được khen thưởng",
    "Hội nghị kết thúc vào chiều cùng ngày.",
    "Chị Phạm Thị Lan, công chức văn hóa xã, cho biết làng có hơn 300 hộ còn làm đèn.",
    "Sở Lao động - Thương binh và Xã hội sẽ công khai danh sách doanh nghiệp.",
    "Bác sĩ Đoàn Minh Thắng, Giám đốc Trung tâm cho biết, hai bác sĩ đã hoàn thành khóa đào tạo trước khi vận hành máy.",
]


@pytest.mark.parametrize(("text", "apart", "author", "role", "credit"), BYLINES, ids=[b[0] for b in BYLINES])
def test_bylines(text: str, apart: bool, author: str, role: str | None, credit: str | None) -> None:
    found = parse_byline(text, set_apart=apart)
    assert found is not None
    assert (found.author, found.role, found.credit) == (author, role, credit)


@pytest.mark.parametrize("text", NO_BYLINES)
def test_no_bylines(text: str) -> None:
    found = parse_byline(text, set_apart=False)
    assert found is None or found.author is None


def test_a_credit_line_signs_no_text() -> None:
    found = parse_byline("Ảnh: Y Khem", set_apart=True)
    assert found is not None and found.author == "Y Khem" and not found.text


@pytest.mark.parametrize("text", ["Ad Min", "admin admin", "Pho Ban bien tap", "Administrator"])
def test_accounts(text: str) -> None:
    assert is_account(text)
    assert not is_account("Thu Lan")


@pytest.mark.parametrize("text", ["kế hoạch", "Hội nghị tổng kết công tác Đảng", "12", "Giám đốc Sở", ""])
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    "text",
    ["Các tin khác", "Tin liên quan:", "Tin cùng chuyên mục", "Video hoạt động", "Hình ảnh hoạt động", "Website liên kết", "Bình luận",
     "CÁC BÀI VIẾT KHÁC", "Tin mới hơn", "Những tin cũ hơn", "Bài đọc tiếp", "Cùng chuyên mục", "Ý kiến bạn đọc (2)", "Từ khóa:", "Tham khảo thêm"],
)  # fmt: skip
def test_what_ends_an_article(text: str) -> None:
    assert opens_furniture(text)


@pytest.mark.parametrize(
    "text",
    ["Lượt xem: 1.203", "View count: 674", "Số lượt đọc: 12", "Chia sẻ", "Lưu", "Đọc bài", "Copy link", "In", "Gửi email", "A- A A+", "________",
     "Đánh giá bài viết", "Tổng số điểm của bài viết là: 5 trong 1 đánh giá", "Tệp đính kèm", "Print Send email", "Facebook Lưu bài viết Bản in Copy link"],
)  # fmt: skip
def test_what_is_a_widget(text: str) -> None:
    assert is_furniture(text) or opens_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        "Trong đó",
        "In ấn tài liệu tuyên truyền",
        "Chia sẻ kinh nghiệm nuôi tôm",
        "Lưu ý khi tham gia giao thông",
        "Đọc sách mỗi ngày",
        "1. Mục tiêu",
    ],
)
def test_what_is_text(text: str) -> None:
    assert not is_furniture(text) and not opens_furniture(text)


def test_addresses() -> None:
    assert canonical("https://A.vn/tin;jsessionid=9F?utm_source=x&id=3&fbclid=y#top") == "https://a.vn/tin?id=3"
    assert canonical("http://a.vn/web/guest/-/tin/Content/x?123") == "http://a.vn/web/guest/-/tin/Content/x?123"
    assert canonical("http://a.vn/(S(abc123))/Default.aspx?sid=4") == "http://a.vn/Default.aspx?sid=4"
    assert absolute("https://a.vn/x/", "//b.vn/anh.jpg") == "https://b.vn/anh.jpg"
    assert absolute("https://a.vn/", "http://[") is None
    assert is_document("https://a.vn/f/ke-hoach.docx?v=1") and not is_document("https://a.vn/pdf/tin.html")
    assert slug_words("https://a.vn/tin/khanh-thanh-ben-ca-381436") == ["khanh", "thanh", "ben", "ca"]


def test_text() -> None:
    assert clean("Nam\u00a0\u00adĐịnh\u200b ") == "Nam Định"
    assert same_sentence("Hội nghị tổng kết năm 2023 tỉnh Nam Định", "Hội nghị tổng kết năm 2022 tỉnh Nam Định")
    assert not same_sentence("Hội nghị tổng kết", "Lễ khai mạc")
