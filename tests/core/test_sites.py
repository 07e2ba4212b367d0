"""The 48 sites as dated data, and what a wrong config file says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import ConfigError, UsageError
from core.site_files import load_province
from core.sites import Province

CONFIG = Path(__file__).resolve().parents[2] / "config"

HEAD = '[province]\nid = "p"\nname = "P"\n'
SITE = """
[[site]]
id = "s-a"
[[site.owner]]
name = "Sở A"
[[site.kind]]
name = "department"
[[site.host]]
url = "https://a.example.vn/"
status = "inferred"
"""


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province(CONFIG, "thanhhoa")


def load(tmp_path: Path, text: str) -> Province:
    folder = tmp_path / "p"
    folder.mkdir(exist_ok=True)
    (folder / "sites.toml").write_text(text, encoding="utf-8")
    return load_province(tmp_path, "p")


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2018, 8, 9), 48),
        (date(2025, 2, 28), 48),
        (date(2025, 3, 1), 41),  # seven agencies merged into others
        (date(2025, 6, 30), 41),
        (date(2025, 7, 1), 36),  # five district sites that no commune took over
        (date(2026, 11, 2), 36),
    ],
)
def test_the_day_decides_which_sites_exist(province: Province, day: date, count: int) -> None:
    assert len(province.sites_on(day)) == count


def test_in_2018_there_are_27_districts_and_21_agencies(province: Province) -> None:
    kinds = [site.kind_on(date(2018, 8, 9)) for site in province.sites_on(date(2018, 8, 9))]
    assert kinds.count("district") == 27
    assert len(kinds) - kinds.count("district") == 21


def test_no_district_is_left_after_the_communes_took_over(province: Province) -> None:
    day = date(2025, 7, 1)
    assert not [site.id for site in province.sites_on(day) if site.kind_on(day) == "district"]


def test_a_host_that_changed_hands_is_owned_by_whom_the_day_says(province: Province) -> None:
    site = province.site("h-nongcong")
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert (site.owner_on(before), site.kind_on(before)) == ("UBND huyện Nông Cống", "district")
    assert (site.owner_on(after), site.kind_on(after)) == ("UBND xã Nông Cống", "commune")
    hosts = [site.host_on(day) for day in (before, after)]
    assert [host and host.name for host in hosts] == ["nongcong.thanhhoa.gov.vn"] * 2
    assert [host and host.status for host in hosts] == ["corroborated", "inferred"]


def test_a_district_renamed_in_between_has_each_name_in_its_time(province: Province) -> None:
    site = province.site("h-tinhgia")
    owners = [site.owner_on(day) for day in (date(2020, 5, 31), date(2020, 6, 1), date(2025, 7, 1))]
    assert owners == ["UBND huyện Tĩnh Gia", "UBND thị xã Nghi Sơn", "UBND phường Tĩnh Gia"]


def test_a_merged_agency_ends_and_names_its_successor(province: Province) -> None:
    site = province.site("s-skhdt")
    assert not site.exists_on(date(2025, 3, 1))
    assert site.successors == ("s-stc",)


def test_every_site_has_an_address_on_the_day_of_the_founding_article(province: Province) -> None:
    day = date(2018, 8, 9)
    assert len([site for site in province.sites_on(day) if site.host_on(day)]) == 48


def test_an_unknown_site_is_answered_with_its_neighbours(province: Province) -> None:
    with pytest.raises(UsageError, match="h-nongcong"):
        province.site("h-nong")


def test_a_good_file_loads(tmp_path: Path) -> None:
    assert [site.id for site in load(tmp_path, HEAD + SITE).sites] == ["s-a"]


OTHER = SITE.replace("s-a", "s-b")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (HEAD + SITE.replace("id =", "color = 1\nid ="), ["s-a", "unknown key “color”", "known keys are"]),
        (HEAD + SITE + SITE, ["s-a", "stands twice", "own id"]),
        (HEAD + SITE + OTHER, ["a.example.vn", "s-a", "s-b", "valid_to"]),
        (HEAD + SITE.replace("https://a.example.vn/", "a.example.vn"), ["host", "bad url “a.example.vn”", "https://"]),
        (HEAD + SITE.replace("https://a.example.vn/", "https://[a/"), ["host", "bad url", "https://"]),
        (HEAD + SITE.replace("https://a.example.vn/", "https://a:x/"), ["host", "bad url", "https://"]),
        (HEAD + SITE.replace("id =", 'valid_from = "2018-13-40"\nid ='), ["valid_from", "not a date", "2018-08-09"]),
        (HEAD + SITE.replace("id =", "valid_from = 2018-08-09T00:00:00\nid ="), ["valid_from", "not a date"]),
        (
            HEAD + SITE.replace("id =", "valid_from = 2020-01-01\nvalid_to = 2020-01-01\nid ="),
            ["valid_to 2020-01-01", "not after", "first day"],
        ),
        (HEAD + SITE.replace('"inferred"', '"guessed"'), ["unknown status “guessed”", "inferred"]),
        (HEAD + SITE.replace('"department"', '"ministry"'), ["unknown kind “ministry”", "district"]),
        (HEAD + SITE.replace("id =", 'cms_family = "joomla"\nid ='), ["unknown cms_family “joomla”", "auto"]),
        (HEAD + SITE.replace("id =", 'quirks = {titel = ".x"}\nid ='), ["quirks", "titel", "item_date"]),
        (HEAD + SITE.replace("id =", 'successors = ["s-zz"]\nid ='), ["successors", "s-zz", "name an id"]),
        (HEAD + SITE.replace("id =", 'successors = "s-zz"\nid ='), ["successors", "list of texts"]),
        (HEAD + SITE.replace("id =", "politeness = {delay = -1}\nid ="), ["politeness", "delay", "1.0"]),
        (HEAD + SITE.replace("id =", 'politeness = {window = "at night"}\nid ='), ["window", "19:00-06:00"]),
        (HEAD + SITE.replace('"s-a"', '"STP"'), ["key “id”", "s-stp"]),
        (HEAD + SITE.replace('"Sở A"', '""'), ["owner", "empty"]),
        ("site = 3\n" + HEAD, ["site", "list of tables", "[[site]]"]),
        (HEAD + '[[site]]\nid = "s-a"\n', ["s-a", "[[site.owner]]"]),
        ('[province]\nid = "p"\n' + SITE, ["[province]", "name"]),
        (SITE, ["[province]", "missing"]),
        (HEAD + "oops", ["not valid TOML", "mend"]),
    ],
)
def test_a_wrong_file_names_itself_the_key_and_the_remedy(tmp_path: Path, text: str, names: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert "sites.toml" in error.value.message
    assert error.value.remedy
    assert all(name in str(error.value) for name in names), str(error.value)


def test_one_host_may_pass_from_one_site_to_another(tmp_path: Path) -> None:
    first = SITE.replace('status = "inferred"', 'status = "inferred"\nvalid_to = 2025-07-01')
    second = OTHER.replace('status = "inferred"', 'status = "inferred"\nvalid_from = 2025-07-01')
    assert len(load(tmp_path, HEAD + first + second).sites) == 2


def test_a_missing_config_folder_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load_province(tmp_path / "none", "thanhhoa")


def test_a_network_address_that_is_none_is_refused(tmp_path: Path) -> None:
    load(tmp_path, HEAD + SITE)
    (tmp_path / "p" / "network.toml").write_text('[resolve]\n"a.example.vn" = "here"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="here"):
        load_province(tmp_path, "p")
