"""A broken vocabulary file is named with its line and remedy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.errors import ConfigError
from indexer.query.terms import Analyst
from indexer.query.vocabulary import INTENTS, NO_WEIGHTS, Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from tests.indexer.query.conftest import CONFIG, SOURCES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG / "vocabulary", tmp_path / "vocabulary"))


def test_the_shipped_vocabulary_is_whole(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.phrases) == 4646
    assert {term.intent for term in vocabulary.terms} - {""} == set(INTENTS)
    assert len({term.id for term in vocabulary.terms}) == len(vocabulary.terms)
    assert 0 < vocabulary.prior(("1.001193",)) <= 1
    assert vocabulary.prior(("9.999999",)) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("terms.jsonl", '{"id": "a", "type": "everyday", "q": [], "formal": ["b"]}'),
        ("terms.jsonl", '{"id": "a", "type": "intent", "q": ["x"], "formal": ["b"], "intent": "other"}'),
        ("terms.jsonl", '{"id": "a", "type": "everyday", "q": ["x"], "formal": ["b"], "expires": "2027-01-01"}'),
        ("terms.jsonl", "{"),
        ("asked.jsonl", '{"question": "Hỏi gì?", "codes": ["1.89"]}'),
        ("qualifiers.json", '[{"id": "a"}]'),
        ("qualifiers.json", '[{"id": "a", "title": [], "asked": [], "named": ["mất thẻ"]}]'),
        ("phrases.jsonl.gz", "not gzip"),
    ],
)
def test_a_broken_file_is_named_with_a_remedy(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=name) as caught:
        load_vocabulary(folder)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "name",
    ["terms.jsonl", "phrases.jsonl.gz", "usage.jsonl.gz", "question_words.txt", "acronyms.txt", "qualifiers.json"],
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=name):
        load_vocabulary(folder)


def test_an_entry_that_was_made_for_a_time_ends(folder: Path) -> None:
    row = '{"id": "tam", "type": "everyday", "q": ["x y"], "formal": ["b"], "owner": "Sở", "expires": "2027-01-01"}\n'
    (folder / "terms.jsonl").write_text(row, encoding="utf-8")
    vocabulary = load_vocabulary(folder)
    assert [term.id for term in vocabulary.on(date(2026, 12, 31)).terms] == ["tam"]
    assert vocabulary.on(date(2027, 1, 1)).terms == ()
    assert vocabulary.expired(date(2027, 1, 1)) == ["tam: ended 2027-01-01, owner Sở"]


def test_a_wording_of_little_meaning_says_so_with_true_or_false(folder: Path) -> None:
    row = '{"id": "tam", "type": "everyday", "q": ["x y"], "formal": ["b"], "alone": %s}\n'
    (folder / "terms.jsonl").write_text(row % "true", encoding="utf-8")
    assert load_vocabulary(folder).terms[0].alone
    (folder / "terms.jsonl").write_text(row % '"true"', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"terms\.jsonl, line 1"):
        load_vocabulary(folder)


def test_questions_of_the_national_portal_are_searched_as_those_of_the_sites(folder: Path) -> None:
    row = '{"question": "Cưới vợ thì ký giấy ở đâu?", "codes": ["1.000894"]}\n'
    (folder / "asked.jsonl").write_text(row, encoding="utf-8")
    analyst = Analyst(load_vocabulary(folder))
    made = analyst.document(replace(SOURCES[2], asked=("Ký ở đâu?",)))
    assert made.terms["asked_f"] == "ki o dau cuoi vo thi ki giay o dau"
    assert "asked_f" not in analyst.document(SOURCES[0]).terms


def test_what_a_title_only_includes_is_no_qualifier(vocabulary: Vocabulary) -> None:
    plain = "Cấp chứng chỉ hành nghề dược"
    assert vocabulary.classes_of_title(f"{plain} (bao gồm cả trường hợp bị thu hồi)") == 0
    assert vocabulary.classes_of_title("Thu hồi chứng chỉ hành nghề dược") != 0


def test_every_wording_of_a_qualifier_is_found_in_a_title(vocabulary: Vocabulary) -> None:
    for number, qualifier in enumerate(vocabulary.qualifiers):
        for words in qualifier.title:
            title = f"Thủ tục {words.replace('_', ' ')} giấy"
            assert vocabulary.classes_of_title(title) >> number & 1, words


def test_a_wording_is_no_part_of_other_words(vocabulary: Vocabulary) -> None:
    def names(title: str) -> set[str]:
        flags = vocabulary.classes_of_title(title)
        return {qualifier.id for number, qualifier in enumerate(vocabulary.qualifiers) if flags >> number & 1}

    assert names("Đăng ký lại khai tử") == {"reissue"}
    assert names("Đăng ký khai sinh có yếu tố nước ngoài") == {"foreign"}
    assert names("Hưu trí đối với người làm công tác cơ yếu") == {"army"}


def test_a_short_form_without_a_long_one_is_refused(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "vocabulary", tmp_path / "vocabulary")
    (tmp_path / "vocabulary" / "abbreviations.txt").write_text("BHYT\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="BHYT"):
        load_vocabulary(tmp_path / "vocabulary")


@pytest.mark.parametrize(
    ("agencies", "tiers", "central"),
    [
        (("Bộ Tài chính",), (), True),
        (("Cơ quan đại diện Việt Nam ở nước ngoài", "Bộ Quốc phòng"), (), True),
        (("Bộ Xây dựng", "Sở Xây dựng"), (), False),
        (("Công an xã, phường",), (), False),
        (("Ủy ban nhân dân cấp xã",), (), False),
        (("Bộ Y tế",), ("tinh",), False),
        (("Sở Y tế",), ("bo",), True),
        (("Công ty Điện lực",), ("khac",), False),
        (("Bộ Quốc phòng",), ("khac",), True),
        ((), (), False),
        (("",), (), False),
    ],
)
def test_what_only_the_state_handles_is_central(
    vocabulary: Vocabulary, agencies: tuple[str, ...], tiers: tuple[str, ...], *, central: bool
) -> None:
    assert vocabulary.is_central(agencies, tiers) is central


def test_a_fit_begins_without_weights(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "vocabulary", tmp_path / "vocabulary")
    (tmp_path / "vocabulary" / "ranking.json").unlink()
    assert load_vocabulary(tmp_path / "vocabulary", NO_WEIGHTS).weights == NO_WEIGHTS


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "vocabulary", tmp_path / "vocabulary")
    (tmp_path / "vocabulary" / "ranking.json").write_text('{"first": {"s0": 1}, "final": {"s0": 1}}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"benchmarks\.relevance fit"):
        load_vocabulary(tmp_path / "vocabulary")
