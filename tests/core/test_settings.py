"""Settings: defaults, file, command line; unknown names are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.settings import TABLE, load_settings


def test_without_a_file_every_setting_has_its_default() -> None:
    settings = load_settings()
    assert {setting.name: setting.default for setting in TABLE} == dict(settings.values)


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("concurrency = 4\nmax_depth = 3\n", encoding="utf-8")
    settings = load_settings(file, {"concurrency": "2"})
    assert (settings.whole("concurrency"), settings.whole("max_depth")) == (2, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"), ("concurrency", "many"), ("concurrency", "0"), ("concurrency", "2.5"), ("concurrency", "true"),
        ("request_timeout", "-1"), ("recheck_hours", "nan"), ("recheck_hours", "inf"), ("recheck_hours", "true"),
        ("breaker_share", "1.01"), ("query_max_chars", "0"), ("smtp_security", "ssl"), ("smtp_port", "70000"),
        ("user_agent", " "), ("portal_url", "javascript:alert(1)"), ("suggestions", "2"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_with_a_remedy(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_settings(overrides={name: value})
    assert name in error.value.message
    assert error.value.remedy


@pytest.mark.parametrize("line", ["concurrency = 2.5", "concurrency = true", "suggestions = 1", "recheck_hours = nan"])
def test_a_value_of_another_kind_in_the_file_is_refused(line: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match=line.split()[0]):
        load_settings(file)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("concurrency = 4\n", encoding="utf-8-sig")
    assert load_settings(file).whole("concurrency") == 4


def test_what_is_refused_is_told_what_is_taken() -> None:
    with pytest.raises(ConfigError) as error:
        load_settings(overrides={"breaker_share": "-1"})
    assert error.value.message == "--set: breaker_share = -1.0 cannot be"
    assert error.value.remedy.startswith("it is from 0 to 1: ")


def test_every_default_may_be_what_it_is() -> None:
    assert all(setting.takes(setting.default) for setting in TABLE)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("concurrency = ", encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings(file)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.help.endswith(".") for setting in TABLE)
