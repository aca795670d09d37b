"""Hypothesis strategies for JSON values and for arbitrary Python objects."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.hostile import OBJECTS

Strategy = st.SearchStrategy[Any]

ANY_TEXT: Final = st.text(st.characters(exclude_categories=()), max_size=12)
"""Text with any characters, including lone surrogates."""


def _json_of(scalars: Strategy, keys: Strategy) -> Strategy:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


_LARGEST = 9_007_199_254_740_991
_NAMES: Final = st.text(max_size=6)
JSON_SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers(-_LARGEST, _LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)
JSON_VALUES: Final = _json_of(JSON_SCALARS, _NAMES)
JSON_OBJECTS: Final = st.dictionaries(_NAMES, JSON_VALUES, max_size=4)
"""JSON objects within the limits of `config`."""

NEAR_VALUES: Final = _json_of(
    st.sampled_from([None, False, True, 0, 0.0, -0.0, 1, 1.0, "", "1", _LARGEST, float(_LARGEST), 0.5]),
    st.sampled_from(["a", "b"]),
)
"""A small set of similar values, so that two draws are often equal."""

_ODD_SCALARS: Final = (
    JSON_SCALARS
    | st.integers()
    | st.floats()
    | ANY_TEXT
    | st.binary(max_size=4)
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.timedeltas()
    | st.decimals()
    | st.complex_numbers()
    | st.uuids()
    | st.frozensets(st.integers(), max_size=2)
    | st.sampled_from([object(), ..., int, len, range(3)])
)
ANY_OBJECTS: Final = st.recursive(
    _ODD_SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(ANY_TEXT, inner, max_size=3)
        | st.dictionaries(st.none() | st.integers() | st.binary() | ANY_TEXT, inner, max_size=2)
    ),
    max_leaves=8,
)
HOSTILE_NAMES: Final = st.sampled_from(sorted(OBJECTS))
