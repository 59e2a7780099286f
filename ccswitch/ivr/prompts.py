"""Prompts: what a caller is played."""

from __future__ import annotations

SAYS_LIMIT = 40  # characters of a prompt's name in a picture


def short(files: tuple[str, ...]) -> str:
    """Prompts in a few words: the last parts of their names."""
    told = ", ".join(file.rsplit("/", 1)[-1] if "://" not in file else file for file in files)
    return told if len(told) <= SAYS_LIMIT else told[: SAYS_LIMIT - 1] + "…"
