"""What the portal puts round an article on every page: related links, counters, share and print widgets."""

import re

# A line that opens what follows the article: from here on nothing belongs to it.
_CUT = re.compile(
    r"""^[\s»›>•*#:|+-]*(?:
    (?:các\s*)?(?:tin|bài|bài\s*viết|tin\s*tức|tin\s*bài|thông\s*tin|văn\s*bản)\s*(?:,\s*bài\s*)?(?:viết\s*)?(?:đã\s*đưa|đã\s*đăng|liên\s*quan|khác|cùng\s*(?:chuyên\s*mục|chủ\s*đề|danh\s*mục|loại|mục|thể\s*loại)|(?:-\s*)?sự\s*kiện\s*khác|trước|sau|
        mới(?:\s*(?:nhất|hơn|đăng|cập\s*nhật))?|cũ\s*hơn|tiếp\s*theo|gần\s*đây|nổi\s*bật|đọc\s*nhiều(?:\s*nhất)?|xem\s*nhiều(?:\s*nhất)?|đọc\s*tiếp|trước\s*đó|nóng)
    |(?:(?:video|clip|ảnh)\s*)?cùng\s*(?:chuyên\s*mục|chủ\s*đề)|(?:bài\s*viết\s*)?có\s*liên\s*quan|có\s*thể\s*bạn\s*quan\s*tâm|bạn\s*có\s*thể\s*quan\s*tâm|đọc\s*(?:thêm|nhiều|tiếp)(?:\s*nhất)?|xem\s*(?:thêm|nhiều)|đừng\s*bỏ\s*lỡ|tham\s*khảo\s*thêm
    |(?:ý\s*kiến\s*)?bình\s*luận(?:\s*(?:của\s*bạn|bài\s*viết|\(\d+\)|mới\s*nhất))?|ý\s*kiến\s*(?:bạn\s*đọc|của\s*bạn|phản\s*hồi|\(\d+\))|\d+\s*(?:bình\s*luận|ý\s*kiến|comments?)|gửi\s*(?:bình\s*luận|ý\s*kiến|phản\s*hồi)(?:\s*của\s*bạn)?|viết\s*bình\s*luận
    |video\s*(?:hoạt\s*động|clip|nổi\s*bật|mới)?|hình\s*ảnh\s*hoạt\s*động|thư\s*viện\s*(?:ảnh|hình\s*ảnh|video)|(?:website|trang|web)\s*liên\s*kết|liên\s*kết\s*(?:website|web|hữu\s*ích)|thăm\s*dò\s*ý\s*kiến
    |thống\s*kê\s*truy\s*cập|tin\s*(?:xem|đọc)\s*nhiều|chủ\s*đề|dòng\s*sự\s*kiện|tiêu\s*điểm|từ\s*kh(?:óa|oá)|t[aừ]gs?|đánh\s*giá\s*bài\s*viết|tổng\s*số\s*điểm\s*của\s*bài\s*viết.*|(?:tin|bài)(?:\s*viết)?\s*cùng\s*tác\s*giả
    |những\s*(?:tin|bài)(?:\s*viết)?\s*(?:mới\s*hơn|cũ\s*hơn|liên\s*quan|khác)|xem\s*tin\s*theo\s*ngày|người\s*đăng|quay\s*lại|về\s*đầu\s*trang|lên\s*đầu\s*trang|trở\s*về|other\s*news|related\s*(?:news|articles|posts)|comments?
    )\s*[:»›.(…?]*\s*(?:\d+\)?)?$""",
    re.IGNORECASE | re.VERBOSE,
)
# A line that says nothing of the article, wherever it stands.
_LINE = re.compile(
    r"""^[\s|•»*-]*(?:
    (?:số\s*)?(?:lượt|lần)\s*(?:xem|đọc|truy\s*cập|tải)\b.{0,30}|đã\s*xem\s*:?\s*[\d.,]*|view(?:s|\s*count)?\s*:?\s*[\d.,]*|[\d.,]+\s*(?:(?:lượt|lần)\s*(?:xem|đọc)|views?)|(?:đọc|xem)\s*:?\s*[\d.,]+(?:\s*lần)?|(?:số\s*)?lượt\s*người\s*(?:xem|đọc)\s*:?\s*[\d.,]*(?:\s*bản\s*in)?
    |chia\s*sẻ(?:\s*(?:bài\s*viết|facebook|twitter|zalo|tin\s*này|:).{0,40}|\s*(?:lên|qua)\s*(?:facebook|twitter|zalo|mạng|e?-?mail|linkedin).{0,30})?|share(?:\s*(?:on|this|link))?.{0,20}|tweet|facebook|twitter|zalo|linkedin|like|google\+?|messenger|pinterest|email|copy\s*link|sao\s*chép(?:\s*liên\s*kết)?
    |lưu(?:\s*bài\s*viết)?|in(?:\s*(?:bài\s*viết|trang|tin|bài|ấn))?|print|gửi\s*(?:email|mail|tin|bài)(?:\s*cho\s*bạn\s*bè)?|đọc\s*bài(?:\s*viết)?|nghe\s*(?:đọc\s*)?bài(?:\s*viết)?|a\s*[-+]?(?:\s*a\s*\+?)*|[-+]|(?:xem\s*)?cỡ\s*chữ.{0,20}|font\s*size.{0,10}
    |phiên\s*bản\s*(?:in|di\s*động)|tăng\s*cỡ\s*chữ|giảm\s*cỡ\s*chữ|tương\s*phản|màu\s*chữ|theo\s*dõi\s*(?:chúng\s*tôi|báo|(?:\S+\s){0,4}trên\s*(?:google|facebook|zalo|youtube|tiktok)).{0,60}|(?:theo\s*dõi\s*)?google\s*news
    |(?:0\s*)?(?:thích|bình\s*luận)(?:\s*\(?\d*\)?)?|\d+\s*(?:bình\s*luận|thích|comments?)|(?:tổng\s*số\s*điểm\s*(?:của\s*bài|:)|click\s*để\s*đánh\s*giá).{0,80}|(?:đánh\s*giá|xếp\s*hạng)(?:\s*(?:bài(?:\s*viết)?|tin|của\s*bạn|trung\s*bình))?\s*(?:[:(★☆*\d].{0,60})?|[\d.]+/\d\s*-?\s*\(\d+\s*(?:phiếu|đánh\s*giá|bình\s*chọn|votes?).{0,10}
    |link\s*(?:bài\s*)?(?:gốc|viết).{0,60}|mời\s.{0,40}theo\s*dõi\s*(?:chuyên\s*mục|bài|tin|báo|fanpage|kênh|trang|trên).{0,80}|(?:kính\s*)?mời\s*(?:quý\s*)?(?:bạn\s*đọc|độc\s*giả|quý\s*vị|các\s*bạn).{0,100}|(?:người\s*)?duyệt\s*(?:bài|tin|đăng)?\s*:.{0,40}|(?:\#\w+[\s,;]*)+|lấy\s*link!?|\{\{.*\}\}|\[nhập\s*chú\s*thích\]|advertisement|quảng\s*cáo|xem\s*(?:ảnh(?:\s*lớn)?|toàn\s*màn\s*hình|kích\s*thước\s*gốc)|chú\s*thích\s*ảnh|thảo\s*luận\s*trong\s.{3,80}\sbắt\s*đầu\s*bởi\s.{3,60}|phóng\s*to|audio|nghe|(?:mã\s*)?qr(?:\s*code)?|your\s*browser\s*does\s*not\s*support.*|trình\s*duyệt.{0,20}không\s*hỗ\s*trợ.*
    |[<«‹]?\s*(?:prev(?:ious)?|next|trước|sau|tiếp)\s*[>»›]?|(?:được\s*)?(?:viết|đăng)\s*bởi\s*:?\s*(?:quản\s*trị.{0,20}|admin.{0,20}|super\s*user)
    |(?:nữ|nam)\s*miền\s*(?:bắc|nam|trung)|(?:giọng|tốc\s*độ)\s*(?:đọc|nam|nữ).{0,20}|(?:tệp|tập\s*tin|file|tài\s*liệu|văn\s*bản)(?:\s*tin)?\s*(?:đính\s*kèm|kèm\s*theo)\s*:?|tải\s*(?:về|file|xuống)\s*:?
    |(?:ngày\s*)?(?:đăng|cập\s*nhật)\s*(?:lúc|ngày)?\s*:?\s*\d.{5,40}(?:cập\s*nhật|lượt\s*(?:xem|đọc)|views?)(?:\s*:)?.{0,40}
    |ngày\s*(?:đăng|cập\s*nhật)\s*:?|tác\s*giả\s*:?|nguồn(?:\s*tin)?\s*:?|người\s*đăng\s*:.{0,60}
    |[_=*~.\s–—-]{3,}|[-–—*•.…|/\\~_=+<>]+
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_WIDGETS = re.compile(
    r"""^(?:[\[(]?(?:bản\s*in|in(?:\s*(?:ra|bài\s*viết|trang|tin|bài))?|print|send\s*e?-?mail|send|e-?mail|gửi\s*(?:e?-?mail|(?:tin|bài)(?:\s*qua\s*e?-?mail)?|cho\s*bạn(?:\s*bè)?)|in\s*ấn|chia\s*sẻ|share|tweet|like|facebook|twitter|zalo
    |linkedin|messenger|pinterest|copy\s*link|sao\s*chép(?:\s*liên\s*kết)?|lưu(?:\s*bài\s*viết)?|đọc\s*bài(?:\s*viết)?|nghe|quay\s*lại|trở\s*(?:về|lại)|(?:về|lên)?\s*đầu\s*trang|về\s*trang\s*trước|back|theo\s*dõi
    |đánh\s*giá|lượt\s*xem\s*:?\s*[\d.]*|a[-+]|a(?=a[-+])|[|•+·-])[\])]?\s*)+$""",
    re.IGNORECASE | re.VERBOSE,
)
# A line of tags, and a label before the headline of another article.
_TAGS = re.compile(r"^[\W_]*(?:từ\s*kh(?:óa|oá)|t[aừ]gs?|thẻ|keywords?)\s*:\s*\S.{0,250}(?<!\.)$", re.IGNORECASE)
_SEE = re.compile(
    r"^[\W_]*(?:xem|đọc|tham\s*khảo)\s*(?:thêm|tiếp|ngay)?(?:\s*(?:tại|ở|bài))?\s*:|^[\W_]*(?:tin|bài)(?:\s*viết)?\s*liên\s*quan\s*:",
    re.IGNORECASE,
)
_SITE_NAME = re.compile(
    r"^(?:cổng\s*(?:thông\s*tin|ttđt|giao\s*tiếp)|trang\s*(?:thông\s*tin|chủ)|website|báo\s+điện\s*tử)\b", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info)", re.IGNORECASE)
_OFFICE_NAME = re.compile(
    r"""(?:thường\s*trực|ubnd|u[ỷý]\s*ban|ủy\s*ban|hđnd|hội\s*đồng|văn\s*phòng|sở|cục|chi\s*cục|tổng\s*cục|ban|trường|bệnh\s*viện|trung\s*tâm|trạm|công\s*an|bộ|viện|đảng\s*(?:ủy|uỷ|bộ)
    |(?:huyện|thành|tỉnh|thị|quận)\s*(?:ủy|uỷ|đoàn|hội)|hội|đoàn|liên\s*đoàn|mặt\s*trận|ub\s*mttq|mttq|đài|báo|kho\s*bạc|xã|phường|thị\s*trấn|thị\s*xã|huyện|quận|tỉnh|thành\s*phố|tp)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ACTS = re.compile(  # what offices do in headlines
    r"""\b(?:tổ\s*chức|khai\s*(?:mạc|giảng|trương|thác)|kiểm\s*tra|giám\s*sát|họp|ra\s*(?:quân|mắt)|khánh\s*thành|phát\s*(?:động|huy|hiện)|triển\s*khai|tăng\s*cường|đẩy\s*mạnh|thông\s*(?:báo|qua)
    |trao|tặng|thăm|tiếp|đón|đạt|được|bị|bắt|xử|cấp|hỗ\s*trợ|làm\s*việc|tập\s*huấn|tuyên\s*(?:truyền|dương)|gặp|sơ\s*kết|tổng\s*kết|ký|mở|nâng|giảm|thực\s*hiện|xây\s*dựng|hoàn\s*thành|chủ\s*động|quyết\s*tâm
    |hướng|vì|với|nhiều|cần|sẽ|đã|đang|phòng\s*chống|ứng\s*phó|chào\s*mừng|kỷ\s*niệm|dâng|viếng|ban\s*hành|công\s*bố|công\s*nhận|đại\s*hội|hội\s*nghị|hội\s*thảo|tham\s*(?:gia|quan)|giữ|góp|lan|đưa|về)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_OFFICE = 10  # words
_CONTACT = re.compile(
    r"\W*(?:địa\s*chỉ|trụ\s*sở(?:\s*chính)?|điện\s*thoại|đt|tel|e-?mail|fax|hotline|đường\s*dây\s*nóng|thường\s*trực)\s*[:.]",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"^(?:(?:xem\s*)?chi\s*tiết|bài\s*viết$|detail|nội\s*dung$)", re.IGNORECASE)
_MAX_DETAIL = 24  # characters
_LICENCE = (
    "giấy phép", "bản quyền", "copyright", "©", "chịu trách nhiệm chính", "chịu trách nhiệm nội dung", "ghi rõ nguồn",
    "cơ quan chủ quản", "tổng biên tập",
)  # fmt: skip


def opens_furniture(text: str) -> bool:
    """Whether everything from this line on is the portal's, not the article's.

    >>> [opens_furniture(t) for t in ("Các tin khác:", "Tin cùng chuyên mục", "Từ khóa: lúa, Hải Hậu")]
    [True, True, True]
    >>> opens_furniture("Tin liên quan đến bão số 3 được cập nhật")
    False
    """
    return (len(text) < 70 and bool(_CUT.match(text))) or bool(_TAGS.match(text))


def see_also(text: str) -> int:
    """How many characters of a line are the label before another article's headline; 0 where none is.

    >>> see_also("Xem thêm: Hải Hậu gặt lúa"), see_also(">> Đọc thêm : Gặt lúa"), see_also("Xem thêm tivi cũng hại mắt")
    (9, 13, 0)
    """
    label = _SEE.match(text)
    return label.end() if label else 0


def is_furniture(text: str) -> bool:
    """Whether a line is a widget's and no text of the article.

    >>> [is_furniture(t) for t in ("Lượt xem: 1.203", "In bài viết", "A- A A+", "_______", "In ấn tài liệu tuyên truyền")]
    [True, True, True, True, False]
    """
    return len(text) < 140 and bool(_LINE.match(text) or (len(text) < 80 and _WIDGETS.match(text)))


def is_site_name(text: str) -> bool:
    """Whether a headline-like line names the portal ("CỔNG THÔNG TIN ĐIỆN TỬ …").

    >>> is_site_name("CỔNG THÔNG TIN ĐIỆN TỬ TỈNH NAM ĐỊNH"), is_site_name("Cổng chào mới của thành phố")
    (True, False)
    """
    return bool(_SITE_NAME.match(text) or _DOMAIN.fullmatch(text))


def is_office_name(text: str) -> bool:
    """Whether a line is nothing but the name of an office, as banners and footers and the titles of small portals are.

    >>> is_office_name("UBND XÃ YÊN KHÁNH"), is_office_name("Sở Văn hóa và Thể thao"), is_office_name("Xã Hải Phúc đón bằng nông thôn mới")
    (True, True, False)
    """
    told = len(text.split()) > _MAX_OFFICE or any(c.isdigit() or c in ":?!" for c in text) or text.endswith(".")
    return not told and bool(_OFFICE_NAME.match(text)) and not _ACTS.search(text)


def is_detail(text: str) -> bool:
    """Whether a line names the kind of page ("Chi tiết tin tức"), as portlets and breadcrumbs do.

    >>> is_detail("Chi tiết tin tức"), is_detail("Chi tiết lịch thi vào lớp 10 các trường")
    (True, False)
    """
    return len(text) <= _MAX_DETAIL and bool(_DETAIL.match(text))


def is_contact(text: str) -> bool:
    """Whether a line says where somebody is to be found: the portal in its footer, or whoever an article sends its readers to.

    >>> is_contact("Địa chỉ: số 1 đường Bến Tre, thị trấn Yên Định"), is_contact("Điện thoại thông minh về làng")
    (True, False)
    """
    return bool(_CONTACT.match(text))


def is_licence(text: str) -> bool:
    """Whether a line belongs to the footer: licence, copyright, who answers for the site."""
    text = text.lower()
    for mark in _LICENCE:  # a loop, since every line of a page is asked  # noqa: SIM110
        if mark in text:
            return True
    return False
