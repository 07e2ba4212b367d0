"""Where the program stands, for tests that run its commands."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def config(*words: str) -> list[str]:
    return ["--config", str(ROOT / "config"), *words]
