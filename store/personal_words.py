"""The words by which `personal` knows who asks, where they live, and what only looks like it; each is an alternation for a pattern."""

from __future__ import annotations

SELF = (
    "tôi|toi|tui|mình|minh|em|cháu|chau|con|chồng|chong|vợ|vo|bố|bo|mẹ|me|cha|bé|ông|bà|anh|chị|"
    "(?:con|cháu|em) (?:trai|gái|tôi|em)|(?:chồng|vợ|bố|mẹ|cha|bé|con trai|con gái) (?:tôi|em|mình|cháu)"
)
PERSON = "ông|bà|anh|chị|bé|cháu|ong|ba|chi"
NO_PERSON = "mẹ|rịa|nà|hùng|quốc|đảng|hội|nội|ngoại|chủ|con"
"""After a person's word: Bà Mẹ Việt Nam Anh Hùng, Bà Rịa, Anh Quốc, Chị Hội trưởng."""
NO_NAME = (
    "gì|gi|ai|người|nguoi|tên|ten|nào|nao|nước|nuoc|miền|mien|tinh|gọi|goi|khác|khac|mới|moi|cũ|cu|không|khong|theo|trên|tren|trong|giống|giong|"
    "được|duoc|bắt|bat|sao|cho|của|cua|bị|bi|đệm|thường|sai|nhầm|thế|the|một|mot|đất|dat|dn|công|cong|doanh|hộ|con"
)
"""After "tên là", "con tên": what is asked about the name itself; tên la tinh."""
NO_SPEAKER = (
    "công|chủ|giám|người|hộ|cán|giáo|đảng|cựu|thương|bệnh|sinh|học|viên|kế|việt|dân|nông|quân|bộ|con|cháu|vợ|chồng|mẹ|bố|cha|đại|"
    "đoàn|bác|bí|trưởng|phó|nhân|doanh|nhà|luật|thân|cá|tổ|thành|hội|lao|kỹ|cô|ông|bà|anh|chị|em|gia|thầy|y|khách|thủ|cư|bảo"
)
"""First words of what somebody is, after "tôi là", written with a capital."""
AHEAD_OF_NO_NAME = (
    "xã|phường|thị trấn|trấn|huyện|thị xã|thành phố|tỉnh|quận|đường|phố|xa|phuong|thi tran|huyen|tinh|duong|pho|truong|thanh pho|giai thuong|"
    "đại lộ|chợ|cầu|bệnh viện|trường|thpt|thcs|tiểu học|mầm non|"
    "giải thưởng|báo chí|giải|quỹ|công viên|quảng trường|lăng|đền|chùa|di tích|tượng đài|tp|đh|đại học|học viện|viện|tnhh|tm|cổ phần|"
    "bưu|buu|hop|thi|thuc|quy|dien|tác|san|sản|duoc|quyet|phuc|quản|quan|quy hoach|mỹ|gia"
)
"""Before it a name is a place's, a school's or an award's, or no name: "tác phẩm văn học", "quyết định thi hành"."""
SURE_ENOUGH = "le|vu|vo|dang|ngo|duong|luu|ly"
"""Of the surnames without their marks those that are names before a middle and a given name."""
NO_PLAIN = "trinh|phan|nguyen (?:trang hang|trang dat|lieu|tu|tai|hang|nhan|lien|tac)|pham (?:bao|trong|viet|hanh)"
"""Without marks too many words to be names before any two given names: trình, phần, nguyên liệu, phạm trong."""
NO_NAMES = (
    "(?-i:phan anh|do thi|tu van)|trinh (?:thi cong|thi thuc|van hanh|thu|lan|gia)|phan dinh tham|phan (?:gia|huu|lan|thu|dinh phuong|tram)|pham (?:gia|van hoc)|"
    "tran (?:gia|thi dau)|nguyen thu dung|doan van cong|đoàn văn công|lam thi|ho thi bao|võ (?:cổ|việt|đường)|trần giá"
)
"""Beside those of `core.personal_names`, mostly without marks: phản ánh, đô thị, tư vấn, trình thi công, vận hành, phần trăm."""
NO_MIDDLE = (
    "việt (?:nam|nga)|hải quan|sĩ quan|trung tâm|như thế|văn (?:bản|hóa|hoá|phòng|bằng|thư|nghệ|kiện)|thị (?:trường|xã|trấn|thực|phần|giác)|"
    "van (?:ban|hoa|phong|bang|thu|nghe|kien|tai|hanh|chuyen|don|dong|hoc|de|tay|chua|con|phai|duoc|la|co|lam|xa|dai)|"
    "thi (?:huong dan|trong thoi|bao cao|thong bao|tra lai|thoi|cong|hanh|truong|xa|tran|thuc|phan|tuyen|dau|dua|diem|sao|phai|lam|co|nop|lai|sat|dai|moi|tu|duoc|con)"
)
"""Words that begin with văn, thị or what they are without marks (vận, vẫn, thi, thí): văn bản, thị trường, vận tải, thi công."""
LANE = "ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet"
STREET = "đường|duong|phố|pho|đại lộ|dai lo"
COMMUNE = r"phường|phuong|xã|xa|thị trấn|thi tran|thành phố|thanh pho|huyện|huyen|quận|tp|tx|tt|p|q"
VILLAGE = "thôn|thon|xóm|xom|tổ dân phố|to dan pho|tdp|khu phố|khu pho|tiểu khu|tieu khu"
HAMLET = "bản|làng|ấp"
QUARTER = "tổ|to|khu|phố|pho|đội|cụm|bản|làng"
NO_VILLAGE = (
    "mới|cũ|này|kia|ấy|đó|nào|khác|tôi|em|mình|ta|nhà|ở|có|là|không|chưa|đã|đang|sẽ|được|bị|và|với|hoặc|hay|theo|do|của|cho|tại|"
    "trong|trên|thuộc|từ|đến|về|mà|thì|nên|xin|làm|muốn|cần|phải|mất|chết|nghỉ|xét|bầu|giữ|họp|quản|quyết|ký|kí|xác|chứng|cấp|báo|"
    "trưởng|phó|đội|bản|thôn|xóm|làng|tổ|ấp|khu|buôn|văn|kiểu|tiêu|đặc|khó|biên|vùng|miền|nghèo|đạt|nông|dôi|lấn|bên|bây|hàng|cạnh|người|"
    "dân|hộ|bao|mấy|nhiều|các|sáp|tách|chia|đổi|tên|lên|xuống|đi|lấy|thu|nộp|đóng|phát|hòa|hoà|bí|chi|giải|nhập|ghép|nghề|cổ|"
    "quê|nước|xã|công|thể|sinh|sống|cư|hưởng|nhận|đăng|hỗ|trợ|lớn|nhỏ|loại|tự|toàn|gần|xa|ngoài|như|thế|sao|gì|chính|chỗ|nơi|để|bằng|kiêm|y"
)
"""After thôn, xóm and the like: what is said of a village, or asked."""
NO_HAMLET = (
    "sao|chính|đồ|án|quyền|thân|vẽ|cam|kê|khai|kiểm|tin|ghi|thuyết|in|gốc|dịch|giấy|mẫu|hợp|mềm|cứng|tóm|mô|thiết|điện|vị|phẩm|chấp|"
    "phân|pháp|phụ|tố|hoạt|thỏa|thoả|tàu|tài|uỷ|ủy|xuất|thông|copy|scan|photo|online|pdf|word|excel|idera|sắc|năng|tường|nhạc|thảo|điều"
)
"""After bản, besides: bản sao, bản đồ, bản IDERA."""
UPLAND = (
    "pom|poom|pa|pá|pù|pu|nà|na|tà|kéo|keo|huổi|huoi|piềng|pieng|chiềng|chieng|xộp|xop|lốc|ché|xía|xia|mờm|muống|mường|muong|"
    "ngàm|ngam|hiềng|hieng|khuông|khuong|poọng|poong|suối|suoi|pục|ún|cặt|lát"
)
"""First words of villages in the upland (Mường Lát, Quan Sơn, Quan Hóa), known after "bản", "ban" in small letters too."""
