"""Vietnamese running text of the box, generated: steps, papers, news, documents. None of it is anybody's real text."""

from __future__ import annotations

import random
import re
import unicodedata

SUBJECTS = (
    "công tác cải cách hành chính", "chương trình xây dựng nông thôn mới", "phòng, chống thiên tai", "chuyển đổi số",
    "bảo đảm an toàn thực phẩm", "giải quyết đơn thư của công dân", "thu ngân sách", "giảm nghèo bền vững",
    "bảo vệ môi trường", "phòng cháy, chữa cháy", "chăm sóc sức khỏe nhân dân", "phát triển du lịch cộng đồng",
    "giải phóng mặt bằng", "tiếp nhận và trả kết quả hồ sơ", "phổ biến, giáo dục pháp luật", "phòng, chống dịch bệnh",
)  # fmt: skip
ACTS = (
    "Hội nghị sơ kết", "Kiểm tra", "Tập huấn nghiệp vụ", "Triển khai kế hoạch", "Họp bàn giải pháp", "Tăng cường",
    "Đẩy mạnh", "Ra quân thực hiện", "Tổng kết phong trào thi đua về", "Giao ban",
)  # fmt: skip
SENTENCES = (
    "Tham dự có đại diện lãnh đạo {owner} và các phòng chuyên môn.",
    "Theo báo cáo, kết quả thực hiện đạt {n} phần trăm kế hoạch đề ra, tăng so với cùng kỳ.",
    "Các đại biểu đã thảo luận về những khó khăn trong {subject} và đề xuất {m} nhóm giải pháp.",
    "Đơn vị được giao chủ trì phải hoàn thành phần việc đúng thời hạn và báo cáo kết quả hằng tuần.",
    "Người dân được thông báo trước về thời gian, địa điểm và cách thức tham gia.",
    "Kết luận buổi làm việc, lãnh đạo {owner} yêu cầu rà soát lại toàn bộ quy trình.",
    "Trong thời gian tới, {subject} tiếp tục là nhiệm vụ trọng tâm.",
    "Có {n} hồ sơ đã được giải quyết, không có hồ sơ nào phải hẹn lại.",
    "Bộ phận tiếp nhận hướng dẫn trực tiếp cho từng trường hợp còn vướng mắc.",
    "Kinh phí thực hiện được bố trí từ nguồn đã giao trong dự toán.",
)
STEPS = (
    "Tổ chức, cá nhân chuẩn bị đầy đủ hồ sơ theo quy định và nộp tại {desk}.",
    "Công chức tiếp nhận kiểm tra tính hợp lệ của hồ sơ, cấp giấy hẹn trả kết quả cho người nộp.",
    "Hồ sơ được chuyển đến bộ phận chuyên môn để thẩm định nội dung.",
    "Trường hợp hồ sơ chưa đầy đủ, cơ quan giải quyết hướng dẫn bổ sung bằng văn bản một lần.",
    "Bộ phận chuyên môn trình người có thẩm quyền xem xét, ký duyệt kết quả.",
    "Tổ chức, cá nhân nhận kết quả tại nơi đã nộp hồ sơ theo giấy hẹn.",
)
PAPERS = (
    "Giấy tờ chứng minh nhân thân của người nộp hồ sơ",
    "Bản thuyết minh về nội dung đề nghị",
    "Giấy ủy quyền trong trường hợp nộp thay",
    "Tài liệu chứng minh đủ điều kiện theo quy định",
    "Văn bản xác nhận của cơ quan, đơn vị có liên quan",
    "Hợp đồng, giao dịch hoặc giấy tờ có giá trị tương đương",
)
CITIZENS_PAPERS = (
    "Giấy tờ chứng minh nhân thân của người nộp hồ sơ",
    "Giấy tờ chứng minh nơi cư trú",
    "Giấy tờ chứng minh nội dung đề nghị, nếu có",
    "Giấy ủy quyền trong trường hợp nộp thay",
    "Văn bản xác nhận của cơ quan, đơn vị có liên quan",
)
REQUIREMENTS = (
    "Người nộp hồ sơ có đầy đủ năng lực hành vi dân sự theo quy định của pháp luật.",
    "Đáp ứng điều kiện về cơ sở vật chất và nhân sự của ngành, lĩnh vực.",
    "",
    "",
)
SURNAMES = ("Nguyễn", "Lê", "Trần", "Phạm", "Hoàng", "Trịnh", "Đỗ", "Mai", "Bùi", "Lường")
GIVEN = ("Văn Hùng", "Thị Lan", "Đức Thắng", "Thị Hương", "Minh Tuấn", "Quốc Việt", "Thị Mai", "Xuân Trường")


def person(rng: random.Random) -> str:
    """A made-up name."""
    return f"{rng.choice(SURNAMES)} {rng.choice(GIVEN)}"


def headline(rng: random.Random) -> str:
    """The title of a news item."""
    return f"{rng.choice(ACTS)} {rng.choice(SUBJECTS)} {rng.choice(('quý', 'đợt'))} {rng.randint(1, 4)} số {rng.randint(2, 980)}"


def paragraphs(rng: random.Random, owner: str, count: int) -> list[str]:
    """Running text of `count` paragraphs."""
    return [" ".join(_sentence(rng, owner) for _ in range(rng.randint(2, 4))) for _ in range(count)]


def _sentence(rng: random.Random, owner: str) -> str:
    words = {"owner": owner, "subject": rng.choice(SUBJECTS), "n": rng.randint(60, 99), "m": rng.randint(2, 6)}
    return rng.choice(SENTENCES).format(**words)


def folded(text: str) -> str:
    """Letters without marks, đ → d."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug(text: str, length: int = 70) -> str:
    """`Đăng ký kết hôn` → `dang-ky-ket-hon`."""
    words = re.sub(r"[^a-z0-9]+", "-", folded(text).lower()).strip("-")
    return words[:length].rstrip("-")
