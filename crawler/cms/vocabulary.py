"""The words by which the law and its pages name the parts of a procedure and of a legal document."""

from __future__ import annotations

import re
from functools import lru_cache

from vietnamese.syllables import fold_text

PROCEDURE: dict[str, tuple[str, ...]] = {
    "code": ("Mã thủ tục", "Mã TTHC", "Mã số", "Mã số TTHC", "Mã số thủ tục", "Mã thủ tục hành chính", "Mã hồ sơ TTHC", "Mã số hồ sơ TTHC"),
    "old_code": ("Mã cũ", "Mã số cũ", "Mã Đề án 30"),
    "decision_number": ("Số quyết định", "Quyết định công bố", "Số quyết định công bố", "Quyết định công bố TTHC"),
    "decision_date": ("Ngày quyết định", "Ngày ra quyết định", "Ngày công bố"),
    "name": ("Tên thủ tục", "Tên TTHC", "Tên thủ tục hành chính", "Thủ tục hành chính", "Tên dịch vụ công"),
    "tiers": ("Cấp thực hiện", "Cấp hành chính", "Cấp giải quyết", "Cấp thủ tục"),
    "type_raw": ("Loại thủ tục", "Loại TTHC", "Loại thủ tục hành chính"),
    "sectors": ("Lĩnh vực", "Lĩnh vực thực hiện", "Tên lĩnh vực", "Thuộc lĩnh vực", "Lĩnh vực thống kê"),
    "steps": ("Trình tự thực hiện", "Trình tự", "Các bước thực hiện", "Quy trình thực hiện", "Trình tự các bước thực hiện"),
    "channels": ("Cách thức thực hiện", "Cách thức", "Hình thức nộp", "Hình thức nộp hồ sơ", "Cách thức nộp hồ sơ", "Hình thức thực hiện"),
    "papers": ("Thành phần hồ sơ", "Thành phần, số lượng hồ sơ", "Thành phần và số lượng hồ sơ", "Hồ sơ", "Hồ sơ gồm", "Thành phần hồ sơ gồm", "Hồ sơ cần nộp", "Thành phần hồ sơ bao gồm", "Giấy tờ cần nộp"),
    "number_of_sets": ("Số lượng hồ sơ", "Số bộ hồ sơ", "Số lượng bộ hồ sơ", "Số lượng"),
    "time": ("Thời hạn giải quyết", "Thời gian giải quyết", "Thời hạn", "Thời gian thực hiện", "Thời gian xử lý", "Thời hạn thực hiện", "Thời hạn giải quyết hồ sơ"),
    "audiences": ("Đối tượng thực hiện", "Đối tượng", "Đối tượng thực hiện TTHC", "Đối tượng thực hiện thủ tục hành chính"),
    "agencies": ("Cơ quan thực hiện", "Cơ quan thực hiện TTHC", "Cơ quan thực hiện thủ tục hành chính", "Cơ quan giải quyết", "Cơ quan trực tiếp thực hiện", "Cơ quan trực tiếp thực hiện TTHC", "Đơn vị thực hiện", "Cơ quan giải quyết TTHC", "Cơ quan trực tiếp giải quyết"),
    "competent_agencies": ("Cơ quan có thẩm quyền", "Cơ quan có thẩm quyền quyết định", "Cơ quan có thẩm quyền quyết định theo quy định", "Cơ quan có thẩm quyền giải quyết"),
    "delegated_agencies": ("Cơ quan được ủy quyền", "Cơ quan được uỷ quyền", "Cơ quan hoặc người có thẩm quyền được ủy quyền hoặc phân cấp thực hiện", "Cơ quan ủy quyền"),
    "coordinating_agencies": ("Cơ quan phối hợp", "Cơ quan phối hợp thực hiện"),
    "address": ("Địa chỉ tiếp nhận", "Địa chỉ tiếp nhận hồ sơ", "Địa chỉ tiếp nhận HS", "Nơi tiếp nhận hồ sơ", "Nơi tiếp nhận", "Địa điểm tiếp nhận", "Địa điểm thực hiện", "Nơi nộp hồ sơ"),
    "results": ("Kết quả", "Kết quả thực hiện", "Kết quả xử lý", "Kết quả giải quyết", "Kết quả thực hiện TTHC", "Kết quả thực hiện thủ tục hành chính", "Kết quả của việc thực hiện TTHC", "Kết quả giải quyết TTHC"),
    "fees": ("Phí, lệ phí", "Phí và lệ phí", "Phí", "Lệ phí", "Mức phí", "Mức lệ phí", "Mức thu phí", "Phí/lệ phí", "Lệ phí, phí"),
    "legal_bases": ("Căn cứ pháp lý", "Cơ sở pháp lý", "Căn cứ pháp lý của TTHC", "Căn cứ pháp lý của thủ tục hành chính", "Văn bản pháp lý"),
    "requirements": ("Yêu cầu, điều kiện", "Yêu cầu, điều kiện thực hiện", "Yêu cầu điều kiện", "Yêu cầu, điều kiện thực hiện TTHC", "Yêu cầu, điều kiện thực hiện thủ tục hành chính", "Yêu cầu hoặc điều kiện", "Điều kiện thực hiện", "Yêu cầu, điều kiện để thực hiện thủ tục hành chính", "Yêu cầu hoặc điều kiện thực hiện TTHC"),
    "keywords": ("Từ khóa",),
    "description": ("Mô tả", "Mô tả thủ tục"),
    "service_level_raw": ("Mức độ", "Mức độ dịch vụ công", "Mức độ cung cấp dịch vụ công trực tuyến", "Mức độ cung cấp dịch vụ công", "Mức độ trực tuyến", "Mức độ dịch vụ", "Mức độ DVC", "Dịch vụ công trực tuyến mức độ", "Mức DVC"),
    "state_raw": ("Tình trạng", "Trạng thái", "Hiệu lực", "Tình trạng hiệu lực"),
    "related": ("Thủ tục hành chính liên quan", "TTHC liên quan", "Thủ tục liên quan"),
    "forms": ("Mẫu đơn, tờ khai", "Tên mẫu đơn, tờ khai", "Tên mẫu đơn, mẫu tờ khai", "Biểu mẫu", "Biểu mẫu đính kèm", "Mẫu đơn, mẫu tờ khai", "Mẫu đơn", "Tờ khai", "Biểu mẫu kèm theo"),
}  # fmt: skip
DOCUMENT: dict[str, tuple[str, ...]] = {
    "number": ("Số ký hiệu", "Số hiệu", "Số/Ký hiệu", "Số, ký hiệu", "Ký hiệu", "Mã/Số hiệu", "Số hiệu văn bản", "Số văn bản", "Số ký hiệu văn bản", "Số, ký hiệu văn bản"),
    "title": ("Trích yếu", "Trích yếu nội dung", "Trích dẫn", "Nội dung trích yếu", "Tên văn bản", "Về việc", "Trích yếu văn bản", "Tiêu đề văn bản"),
    "document_type": ("Loại văn bản", "Hình thức văn bản", "Thể loại", "Thể loại văn bản"),
    "issued_on": ("Ngày ban hành", "Ngày ký", "Ngày văn bản", "Ngày ký xác thực", "Ngày xác thực"),
    "effective_on": ("Ngày có hiệu lực", "Ngày hiệu lực", "Hiệu lực từ ngày", "Ngày bắt đầu có hiệu lực"),
    "gazette_on": ("Ngày đăng công báo",),
    "issuer": ("Cơ quan ban hành", "Nơi ban hành", "Đơn vị ban hành", "Cơ quan ban hành/ Chức danh / Người ký", "Cơ quan phát hành"),
    "signer": ("Người ký", "Người ký duyệt"),
    "sectors": ("Lĩnh vực", "Lĩnh vực văn bản"),
    "branch": ("Ngành",),
    "source": ("Nguồn thu thập",),
    "scope": ("Phạm vi",),
    "state_raw": ("Tình trạng hiệu lực", "Hiệu lực", "Tình trạng"),
    "files": ("Tệp đính kèm", "File đính kèm", "Tài liệu đính kèm", "Tập tin đính kèm", "Tải về", "Tải văn bản", "Văn bản đính kèm", "Toàn văn"),
    "posted": ("Ngày đăng", "Ngày cập nhật", "Ngày đăng tải"),
}  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "index": ("STT", "TT", "Số TT"),
    "name": ("Tên thủ tục", "Tên TTHC", "Tên thủ tục hành chính", "Thủ tục hành chính", "Thủ tục", "Tên dịch vụ công"),
    "code": PROCEDURE["code"],
    "time": (*PROCEDURE["time"], "Thời gian"),
    "fees": PROCEDURE["fees"],
    "legal_bases": PROCEDURE["legal_bases"],
    "agencies": PROCEDURE["agencies"],
    "address": PROCEDURE["address"],
    "sectors": PROCEDURE["sectors"],
    "tiers": PROCEDURE["tiers"],
    "service_level_raw": PROCEDURE["service_level_raw"],
    "channel": ("Hình thức nộp", "Hình thức nộp hồ sơ", "Hình thức", "Cách thức thực hiện", "Kênh", "Cách thức"),
    "note": ("Mô tả", "Ghi chú"),
    "paper": ("Tên giấy tờ", "Giấy tờ", "Loại giấy tờ", "Thành phần hồ sơ", "Tên hồ sơ"),
    "form": ("Mẫu đơn, tờ khai", "Mẫu đơn", "Biểu mẫu", "Mẫu đơn tờ khai", "Tải biểu mẫu"),
    "count": ("Số lượng", "Số bản"),
    "number": (*DOCUMENT["number"], "Mã văn bản"),
    "title": (*DOCUMENT["title"], "Trích yếu/Nội dung", "Nội dung", "Văn bản", "Tiêu đề", "Tên văn bản pháp lý"),
    "issued_on": DOCUMENT["issued_on"],
    "effective_on": DOCUMENT["effective_on"],
    "issuer": ("Cơ quan ban hành", "Nơi ban hành", "Đơn vị ban hành"),
    "document_type": DOCUMENT["document_type"],
    "signer": DOCUMENT["signer"],
    "files": (*DOCUMENT["files"], "Tải tệp", "Tệp tin", "Tải file", "Đính kèm"),
    "receiver": ("Nơi nhận",),
    "posted": ("Ngày đăng", "Ngày cập nhật"),
}  # fmt: skip
WEAK = frozenset(
    fold_text(word)
    for word in (
        "Phí", "Lệ phí", "Hồ sơ", "Đối tượng", "Kết quả", "Trình tự", "Mô tả", "Thời hạn", "Mức độ", "Tình trạng", "Trạng thái",
        "Hiệu lực", "Cách thức", "Số lượng", "Ngành", "Phạm vi", "Mã số", "Mẫu đơn", "Tờ khai", "Thủ tục hành chính", "Tải về",
        "Toàn văn", "Về việc", "Từ khóa", "Mã cũ", "Thể loại", "Ký hiệu", "Biểu mẫu", "Hình thức nộp", "Lĩnh vực",
    )
)  # fmt: skip
"""Words that also stand in running text and menus: they count only where they look like the other labels of the page."""

CORE = frozenset(
    {"steps", "channels", "papers", "time", "audiences", "agencies", "results", "fees", "legal_bases", "requirements"}
)
"""Parts that only a procedure has: two of them make a page a procedure."""

_NUMBERING = re.compile(r"^\W*(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[a-zđ])\s*[.)/:-]\s*)?[\W_]*", re.I)
_TAIL = re.compile(r"\s*(?:\((?:nếu có|nếu có quy định|\*|bắt buộc|vnđ|đồng|đ)\))?[\s:*.…-]*$", re.I)
LONGEST = 95  # characters of the longest label, "Cơ quan hoặc người có thẩm quyền được ủy quyền …"


def _index(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold_text(alias): name for name, aliases in words.items() for alias in aliases}


PROCEDURE_INDEX, DOCUMENT_INDEX, COLUMN_INDEX = _index(PROCEDURE), _index(DOCUMENT), _index(COLUMNS)


@lru_cache(50_000)
def key_of(wording: str) -> str:
    """A label's wording without numbering, colon, "(nếu có)" and marks: what the indexes are keyed by."""
    if len(wording) > LONGEST:
        return ""
    return fold_text(_TAIL.sub("", _NUMBERING.sub("", wording, count=1)))


def is_label(key: str) -> bool:
    """Whether a key names a part of a procedure or of a document."""
    return key in PROCEDURE_INDEX or key in DOCUMENT_INDEX
