"""Names of sectors: several spellings of one lĩnh vực are one (`config/national/sectors.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.errors import ConfigError
from vietnamese.names import plain


def load_aliases(national: Path) -> Mapping[str, str]:
    """Every known spelling (in plain form) → the name to show; empty when the file is missing."""
    path = national / "sectors.toml"
    if not path.exists():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}", "mend that line") from None
    found: dict[str, str] = {}
    for name, aliases in data.get("aliases", {}).items():
        for alias in (name, *aliases):
            if found.setdefault(plain(alias), name) != name:
                raise ConfigError(f"{path}: “{alias}” stands under two names", "keep it under one")
    return found


def canonical(names: Iterable[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The names to show, each once."""
    return tuple(dict.fromkeys(aliases.get(plain(name), name) for name in names))
