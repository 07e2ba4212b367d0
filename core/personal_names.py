"""The words by which a person's name is known in a text; each is an alternation for a pattern.

Surnames: the fourteen commonest are nine persons in ten (Lê Trung Hoa, "Họ và tên người Việt Nam", 2005), then those of Thanh Hóa.
"""

from __future__ import annotations

SURNAMES = (
    "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|ngô|trịnh|đinh|tống|nguyen|tran|pham|hoang|huynh|bui|trinh"
)
SURNAMES_THAT_ARE_WORDS = (
    "hồ|dương|lý|mai|lưu|cao|lương|hà|đào|đoàn|trương|tạ|tô|phùng|quách|thái|chu|triệu|lâm|lò|vi|lữ|lường|thiều|doãn|đàm|"
    "nghiêm|kiều|bạch|khương|đậu|hứa|từ|châu|nông|ninh|lục|giàng|sùng|thao|ngân|lang|hắc|viên|tào|la|mã|cầm|lộc|phàn|thào|lâu|hạng"
)
"""Names only before a middle name: hồ sơ, lý lịch, cao đẳng, Hà Nội."""
SURNAMES_WITHOUT_MARKS = "le|vu|vo|dang|do|ho|ngo|duong|ly|luu|dinh|luong|ha|phan"
MIDDLE_NAMES = (
    "văn|thị|đình|hữu|xuân|ngọc|minh|quang|đức|thanh|kim|thu|công|hồng|bá|duy|trọng|thế|huy|anh|viết|sỹ|sĩ|trung|tiến|quốc|"
    "phương|thùy|thúy|mỹ|bích|khắc|như|tuấn|hoàng|mạnh|gia|bảo|hải|hoài|việt|thành|quỳnh|lan"
)
GIVEN_NAMES = (
    "an|anh|ánh|bách|bảo|bích|bình|cảnh|châu|chi|chiến|chinh|chung|cúc|cường|danh|diễm|diệp|diệu|dung|dũng|duy|duyên|dương|đạt|đông|đức|"
    "giang|giáp|hà|hải|hạnh|hằng|hào|hậu|hiền|hiển|hiếu|hiệp|hoa|hòa|hoà|hoài|hoàn|hoàng|hồng|huệ|hùng|huy|huyền|hưng|hương|hường|kha|"
    "khải|khang|khánh|khoa|khôi|khuê|kiên|kiệt|kim|lam|lâm|lan|lân|lệ|liên|liễu|linh|loan|lộc|lợi|long|luân|ly|mạnh|mai|minh|my|mỹ|nam|nga|"
    "ngà|ngân|nghĩa|ngọc|nguyên|nguyệt|nhã|nhàn|nhân|nhật|nhi|nhung|như|oanh|phát|phong|phú|phúc|phụng|phương|phước|phượng|quân|quang|quế|"
    "quốc|quý|quyên|quỳnh|sang|sáng|sen|sơn|tài|tâm|tân|tấn|thái|thắm|thắng|thanh|thành|thảo|thịnh|thoa|thơ|thu|thủy|thuỷ|thúy|thuý|thùy|"
    "thư|thương|tiến|tín|tình|tĩnh|toàn|trà|trâm|trang|trí|trinh|trọng|trung|trúc|trường|tú|tuân|tuấn|tùng|tuyền|tuyết|tường|uyên|vân|"
    "việt|vinh|vĩnh|vũ|vy|xuân|yên|yến|thế|thạch|thiện|thuận|khương|đan"
)
MIDDLE_NAMES_WITHOUT_MARKS = "van|thi|dinh|huu|xuan|ngoc|duc|minh|quang|thanh|kim|thu"
NO_NAMES = (
    "hồ chí minh|phạm (?:vi|tội|nhân|quy|pháp|luật)|vũ (?:khí|trường|thư|quang|trụ|trang)|huỳnh quang|hoang dã|võ (?:thuật|sư|nhai)|đỗ (?:xe|ô tô)|"
    "trần (?:nhà|thị trường|đề|văn thời)|tống (?:đạt|tiền)|hoàng (?:sa|hóa|hoá|mai|thành|gia|liên sơn)|phan (?:thiết|rang)|"
    "ngô quyền|đinh lăng|từ (?:thành|công|trung|quốc|mỹ)|viên công|nông thị|thái thành|châu thành|la mã|vi (?:bá|phạm|bảo)|quản lý|lý bảo|"
    "hà (?:thành|tiên|nội|nam|tĩnh|giang)|lâm thành|đoàn (?:công tác|thanh|thể|kinh)|lương công|lý thành|mã (?:thành|số)|do (?:thành|công)"
)
AFTER_A_NAME = (
    "hỏi|về|ở|tại|xin|muốn|và|với|cho|gửi|tôi|kính|xã|phường|huyện|tỉnh|thôn|xóm|khu|phố|thị trấn|thành phố|địa chỉ|điện thoại|"
    "email|sđt|đt|cmnd|cccd|số|là|của|được|đã|trú|quê|nội dung|câu hỏi|trả lời|có|không|theo|sinh (?:ngày|năm)|đề nghị|"
    "luật|nghị định|thông tư|quyết định|trân trọng|xin"
)
"""Words that end a run of capital letters, also where every word has one."""
VERBS = (
    "cần|bị|thì|hiện|nay|đang|sinh|sống|thường trú|năm|ạ|từ|đến|khi|như|mà|nếu|để|do|vì|sẽ|nộp|làm|mua|bán|kết hôn|đăng ký|"
    "yêu cầu|đứng|mất|chết|hưởng|nhận|trong|trên|rằng|nên|cùng|hay|hoặc|em|cháu|mình|chúng|ông|bà|anh chị|phải|cũng|vừa|mới|"
    "trước|sau|ngày|tháng|thửa|đất|nhà|giấy|thủ tục|hồ sơ|gia đình|vợ|chồng|bố|mẹ|con|hai|một|những|các|này|đó|nhưng|vậy|định"
)
"""What ends a name or a place in small letters."""
