"""Signed, unsigned, changed and unknown: what the digital signature of a decision file is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pki import Authority, plain_pdf
from scene import SITE, Scene, moment
from sqlalchemy import update

from core.clock import fixed
from core.errors import ConfigError
from core.model import AttachmentText, FileLink, LegalDocument, Record
from core.states import SignatureCondition
from freshness.signatures import examine, load_roots
from freshness.signing import examine_new
from store import captures, page_records
from store.archive import Archive
from store.captures import NewCapture
from store.prepared import prepare
from store.tables import pages
from store.warc import Answer

OURS = Authority()
SIGNED = OURS.sign(plain_pdf())


def test_a_file_signed_under_a_known_root_is_valid() -> None:
    found = examine(SIGNED, [OURS.root])
    assert (found.condition, found.signer) == (SignatureCondition.VALID, "UBND tỉnh Thanh Hóa")
    assert found.signed_at is not None


def test_a_signature_of_nobody_known_is_untrusted() -> None:
    assert examine(SIGNED, [Authority().root]).condition is SignatureCondition.UNTRUSTED
    assert examine(SIGNED, []).condition is SignatureCondition.UNTRUSTED


def test_a_file_changed_after_it_was_signed_is_broken() -> None:
    # The media box lies inside the signed bytes.
    changed = SIGNED.replace(b"[ 0.0 0.0 200 200 ]", b"[ 0.0 0.0 999 200 ]", 1)
    assert changed != SIGNED
    assert examine(changed, [OURS.root]).condition is SignatureCondition.BROKEN


def test_a_file_without_signature_and_one_that_is_no_pdf() -> None:
    assert examine(plain_pdf(), [OURS.root]).condition is SignatureCondition.UNSIGNED
    for data in (b"", b"<html>", b"%PDF-1.7 torn"):
        assert examine(data, []).condition is SignatureCondition.UNREADABLE


@pytest.mark.parametrize("catalog", [b"[\n/Type /Catalog\n/Pages 2 0 R\n]", b"<<\n/Type /Catalog\n/Pages --5.5\n>>"])
def test_no_damage_of_a_file_stops_the_check(catalog: bytes) -> None:
    # An assertion and a decimal.InvalidOperation inside the library.
    damaged = plain_pdf().replace(b"<<\n/Type /Catalog\n/Pages 2 0 R\n>>", catalog)
    assert damaged != plain_pdf()
    assert examine(damaged, []).condition is SignatureCondition.UNREADABLE


def test_why_a_signature_cannot_be_verified_is_told_in_vietnamese() -> None:
    odd = examine(SIGNED.replace(b"/adbe.pkcs7.detached", b"/ETSI.RFC3161       "), [OURS.root])
    assert (odd.condition, odd.detail) == (SignatureCondition.BROKEN, "chữ ký sai quy cách nên không kiểm tra được")


def test_roots_are_read_from_a_folder_and_an_odd_file_is_named(tmp_path: Path) -> None:
    assert load_roots(tmp_path / "none") == []
    (tmp_path / "root.cer").write_bytes(OURS.root.dump())
    assert [one.dump() for one in load_roots(tmp_path)] == [OURS.root.dump()]
    (tmp_path / "odd.pem").write_bytes(b"none")
    with pytest.raises(ConfigError, match=r"odd\.pem"):
        _ = [one.subject for one in load_roots(tmp_path)]


def post(scene: Scene, archive: Archive, name: str, data: bytes, issued: date) -> None:
    """A decision of the site with its file, both as a crawl would have left them."""
    url = f"http://stp/{name}.pdf"
    file_page = scene.page(depth=3, url=url)
    at = moment(scene.today)
    answer = Answer(url, at, 200, {"content-type": "application/pdf"}, data)
    writer = archive.writer(scene.database, at)
    placed = writer.append([answer])[0]
    with scene.database.write() as connection:
        capture = captures.insert_all(connection, [NewCapture(file_page, None, answer, placed)])[0]
        connection.execute(update(pages).where(pages.c.id == file_page).values(capture_id=capture))
        origin = page_records.Origin(file_page, SITE, "", "documents", capture, at)
        item = Record("attachment", AttachmentText(name, "", "application/pdf"), key=name)
        page_records.write(connection, origin, [prepare(item)])
    writer.close(at)
    document = LegalDocument(
        f"Quyết định {name}", number=f"{name}/QĐ-STP", document_type="Quyết định", issued_on=issued
    )
    scene.record(document, "legal_docs", published=at, files=(FileLink(url, name),))


@pytest.mark.parametrize("day", [date(2026, 11, 2)])
def test_the_one_unsigned_among_signed_decisions_is_a_finding(scene: Scene, tmp_path: Path, day: date) -> None:
    scene.today = day
    scene.whole_site()
    archive = Archive(tmp_path, "")
    post(scene, archive, "12", SIGNED, day)
    post(scene, archive, "13", plain_pdf(), day)
    post(scene, archive, "14", plain_pdf(), date(2019, 5, 6))  # before NĐ 30/2020
    assert examine_new(scene.database, scene.province, archive, fixed(moment(day))) == 2  # equal files are one
    assert examine_new(scene.database, scene.province, archive, fixed(moment(day))) == 0
    scene.check()
    assert {(rule, what) for rule, what in scene.found() if rule.startswith("pdf")} == {("pdf_unsigned", "")}


def test_a_site_that_signs_nothing_is_a_figure_and_no_finding(scene: Scene, tmp_path: Path) -> None:
    scene.today = date(2026, 11, 2)
    scene.whole_site()
    archive = Archive(tmp_path, "")
    post(scene, archive, "13", plain_pdf(), scene.today)
    examine_new(scene.database, scene.province, archive, fixed(moment(scene.today)))
    scene.check()
    assert not {rule for rule, _ in scene.found() if rule.startswith("pdf")}


def test_a_signature_outside_the_provinces_roots_is_bad_only_where_there_are_roots(
    scene: Scene, tmp_path: Path
) -> None:
    scene.today = date(2026, 11, 2)
    scene.whole_site()
    archive = Archive(tmp_path / "data", "")
    post(scene, archive, "12", Authority("Người lạ").sign(plain_pdf()), scene.today)
    folder = tmp_path / "province"
    (folder / "roots").mkdir(parents=True)
    (folder / "roots" / "root.cer").write_bytes(OURS.root.dump())
    examine_new(scene.database, scene.province, archive, fixed(moment(scene.today)))
    scene.check()
    assert ("pdf_bad_signature", "") not in scene.found()
    scene.province = replace(scene.province, folder=folder)
    scene.check()
    assert ("pdf_bad_signature", "") in scene.found()
