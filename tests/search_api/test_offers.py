"""What a question's places are today, and sites to look at instead: only what the province's data says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import fixed
from indexer.query.answer import Answer, Ask, Change, Understood
from search_api.offers import offers, places
from search_api.parts import AppParts
from store.database import Database
from tests.search_api.conftest import parts


@pytest.fixture
def today(store: Database, index: Path) -> AppParts:
    return replace(parts(store, index), clock=fixed(datetime(2026, 11, 2, tzinfo=UTC)))


def offered(app: AppParts, q: str, counted: tuple[str, ...]) -> list[tuple[str, str]]:
    answer = Answer(Understood(q, q), 9, (), facets={"site": tuple((site, 1) for site in counted)})
    return [(offer["label"], offer["note"]) for offer in offers(app, Ask(q), answer)]


@pytest.mark.parametrize(
    ("q", "told"),
    [
        (
            "khai sinh UBND thị xã Bỉm Sơn",
            ["Thị xã Bỉm Sơn không còn từ 01/7/2025; các xã, phường nay: Phường Bỉm Sơn, Phường Quang Trung"],
        ),
        (
            "ket hon huyen dong son",
            ["Huyện Đông Sơn không còn từ 01/01/2025; các xã, phường nay: Phường Đông Tiến, Phường Đông Quang, Phường Đông Sơn"],
        ),
        ("phuong quang thinh", ["Phường Quảng Thịnh cũ (thành phố Thanh Hóa) nay thuộc Phường Quảng Phú"]),
        ("phường Quang Thịnh", []),
        ("lý lịch tư pháp tỉnh Thanh Hóa", []),
        ("sở giao thông vận tải", ["Sở Giao thông vận tải không còn từ 01/3/2025; kế thừa: Sở Xây dựng"]),
    ],
)  # fmt: skip
def test_it_is_told_what_became_of_units(today: AppParts, q: str, told: list[str]) -> None:
    assert places(today, q) == told


@pytest.mark.parametrize(
    ("q", "read_as", "told"),
    [
        ("p Quảng Thịnh khai sinh", "", "Phường Quảng Thịnh cũ (thành phố Thanh Hóa) nay thuộc"),
        ("khai sinh x. Hoằng Quỳ", "", "Xã Hoằng Quỳ cũ (huyện Hoằng Hóa) nay thuộc"),
        ("tx Bỉm Sơn", "", "Thị xã Bỉm Sơn không còn"),
        ("huyeenj Hoawngf Hoas", "huyện hoằng hóa", "Huyện Hoằng Hóa không còn"),
        ("khaisinhxahoanggiang", "khai sinh xa hoang giang", "Xã Hoàng Giang cũ (huyện Nông Cống) nay thuộc"),
    ],
)
def test_places_are_known_shortened_and_as_they_were_read(today: AppParts, q: str, read_as: str, told: str) -> None:
    assert places(today, q, read_as or q)[0].startswith(told)


def test_a_site_that_took_over_is_offered_as_such_and_only_where_it_has_something(today: AppParts) -> None:
    city = "UBND thành phố Thanh Hóa"
    assert offered(today, f"khai sinh {city}", ("h-dongson", "h-bimson")) == [
        ("UBND phường Đông Sơn", "nhận một phần thành phố Thanh Hóa cũ")
    ]
    assert offered(today, f"khai sinh {city}", ("h-tpthanhhoa",)) == [(city, "không còn từ 01/7/2025")]
    assert offered(today, "khai sinh phường Đông Sơn", ("h-dongson",)) == [("UBND phường Đông Sơn", "")]


def test_before_the_reorganisation_units_are_themselves(store: Database, index: Path) -> None:
    then = parts(store, index)
    assert offered(then, "khai sinh huyện Đông Sơn", ("h-dongson",)) == [("UBND huyện Đông Sơn", "")]
    assert places(then, "khai sinh huyện Đông Sơn, phường Lam Sơn") == []


def test_what_became_of_a_unit_is_that_of_the_day(today: AppParts) -> None:
    """Its successors of 2025 were not there when a district ended in 2020."""
    then = replace(today, clock=fixed(datetime(2021, 1, 4, tzinfo=UTC)))
    ended = "Huyện Tĩnh Gia không còn từ 01/6/2020"
    assert places(then, "khai sinh huyện Tĩnh Gia") == [f"{ended}; kế thừa: Thị xã Nghi Sơn"]
    assert offered(then, "khai sinh huyện Tĩnh Gia", ("h-tinhgia",)) == [
        ("UBND thị xã Nghi Sơn", "UBND huyện Tĩnh Gia nay là UBND thị xã Nghi Sơn")
    ]
    assert places(today, "khai sinh huyện Tĩnh Gia")[0].startswith(f"{ended}; các xã, phường nay: Phường Ngọc Sơn")


@pytest.mark.parametrize(
    ("q", "place", "labels"),
    [
        ("khai sinh ở Tĩnh Gia", "", []),  # marks tell it from “ở tỉnh”
        ("khai sinh o tinh gia", "o tinh gia", []),
        ("đăng ký kết hôn ở tỉnh khác", "", []),
        ("nhà ở xã hội", "", []),
        ("tro cap xa hoi", "", []),
        ("khai sinh ở xã", "", ["Nộp ở cấp xã"]),
        ("khai sinh o tinh", "", ["Nộp ở cấp tỉnh"]),
    ],
)
def test_a_level_is_offered_where_it_is_said(today: AppParts, q: str, place: str, labels: list[str]) -> None:
    changes = (Change("place", place, ""),) if place else ()
    answer = Answer(Understood(q, q, changes), 9, (), facets={"tier": (("xa", 1), ("tinh", 1))})
    assert [offer["label"] for offer in offers(today, Ask(q), answer)] == labels
