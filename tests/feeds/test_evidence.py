"""An evidence pack points to page, field and rule, has both texts, and the page as it came with its digest."""

from __future__ import annotations

import hashlib
import io
import zipfile

from starlette.testclient import TestClient

BODY = "<p>Lệ phí: 80.000 đồng</p>".encode()


def test_the_pack_has_both_texts_and_the_capture(client: TestClient) -> None:
    pack = client.get("/api/v1/findings/1").json()
    assert pack["texts"] == {"page": "80.000 đồng", "register": "50.000 đồng"}
    assert (pack["rule"], pack["field"], pack["page"]) == (
        "fee_differs",
        "fee_text",
        "http://h-nongcong.example/1.001193",
    )
    assert pack["law"] == "NĐ 63/2010 Đ26 k2"
    capture = pack["capture"]
    assert capture["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert capture["headers"]["X-May-Chu"] == "IIS"
    assert capture["status"] == 200


def test_the_zip_holds_the_page_as_it_came(client: TestClient) -> None:
    answer = client.get("/bang-chung/1.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert pack.read("trang.html") == BODY
        assert pack.read("sha256.txt").decode().startswith(hashlib.sha256(BODY).hexdigest())
        assert "X-May-Chu: IIS" in pack.read("tieu-de.txt").decode()
        assert "80.000 đồng" in pack.read("ket-luan.json").decode()
        told = pack.read("ket-luan.txt").decode()
    assert told.startswith("Phí, lệ phí khác với danh mục quốc gia\r\nPhí khác\r\n")
    for line in ("Trang ghi: 80.000 đồng", "Danh mục quốc gia ghi: 50.000 đồng", "Thấy lần đầu: 08:00 ngày 02/11/2026"):
        assert line in told
    assert hashlib.sha256(BODY).hexdigest() in told
    assert told.rstrip().endswith("sha256sum -c sha256.txt")


def test_the_page_for_people_shows_them_side_by_side(client: TestClient) -> None:
    page = client.get("/bang-chung/1").text
    assert "Hai nguồn đặt cạnh nhau" in page
    assert "50.000 đồng" in page
    assert "fee_text" not in page, "fields are named in Vietnamese"


def test_a_finding_of_a_whole_visit_says_that_it_has_no_page(client: TestClient) -> None:
    pack = client.get("/api/v1/findings/2").json()
    assert (pack["capture"], pack["texts"], pack["law"]) == (None, None, "không phải luật")
    assert "cả lượt kiểm tra" in client.get("/bang-chung/2").text
    with zipfile.ZipFile(io.BytesIO(client.get("/bang-chung/2.zip").content)) as pack_file:
        assert pack_file.namelist() == ["ket-luan.json", "ket-luan.txt"]
        told = pack_file.read("ket-luan.txt").decode()
    assert "Chuyên mục: Tin tức\r\n" in told
    assert "không có, phát hiện dựa trên cả lượt kiểm tra" in told
    assert "sha256sum" not in told


def test_the_page_names_rule_section_and_state_as_the_board_does(client: TestClient) -> None:
    page = client.get("/bang-chung/2").text
    assert "<dd>Chuyên mục lâu không có tin mới <small>(silence)</small></dd>" in page
    assert '<a href="/nguon/s-stp#news">Tin tức</a>' in page
    assert "<dd>Cần làm</dd>" in page
    assert "<dd>08:00 ngày 02/11/2026</dd>" in page, "“hôm nay” proves nothing on another day"
    assert '<p class="offprint">' in page


def test_an_unknown_finding_is_not_here(client: TestClient) -> None:
    long = "9" * 5_000  # more digits than Python makes a number of
    for path in (
        "/api/v1/findings/99",
        "/bang-chung/99",
        f"/api/v1/findings/{2**70}",
        f"/tin/{long}",
        f"/ban-luu/{long}",
    ):
        assert client.get(path).status_code == 404
