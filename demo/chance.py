"""Chance that comes out the same every time: a random generator of its own for every named thing."""

from __future__ import annotations

import hashlib
import random


def draw(*names: object) -> random.Random:
    """A generator seeded by these names; independent of the order in which things are asked for."""
    text = "\x1f".join(map(str, names))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def number(*names: object) -> int:
    """A number of 48 bits for these names."""
    text = "\x1f".join(map(str, names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
