"""One analysis of Vietnamese for everybody: spelling, folding, syllables, typing."""

from __future__ import annotations

VERSION = "3"
"""Analysis version: raise it whenever any term this package makes changes. Indexes of another version are not read."""
