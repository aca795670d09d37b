"""Suggest the nearest known name for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that is most similar to a name in lower case, or None if none is similar.

    `cutoff` is the least similarity, from 0 to 1.
    """
    import difflib  # most requests have no misspelt name

    return next(iter(difflib.get_close_matches(name.casefold(), known, n=1, cutoff=cutoff)), None)
