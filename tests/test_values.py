"""The grammar of each kind of value: what it takes, what it says of the rest, and that nothing is coerced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject, Status, TransportationType
from hopdrive_appointments.rules import Kind
from hopdrive_appointments.values import CHECKERS, Invalid, check
from tests.hostile import EVERYTHING, OBJECTS, hostile
from tests.strategies import ANY_OBJECTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LARGEST = 9_007_199_254_740_991
INTEGERS = (Kind.IDENTIFIER, Kind.COUNT, Kind.YEAR)
TEXTS = {Kind.TEXT: (255, ""), Kind.NOTES: (4000, "\t\n\r")}


def rules_of(kind: Kind, value: object, now: datetime | None = NOW) -> list[str]:
    """Return the rules that a value breaks; none where it is taken."""
    result = check(kind, value, now)
    if not isinstance(result, Invalid):
        return []
    assert result.problems
    assert all(problem.message and problem.hint for problem in result.problems)
    return [problem.rule for problem in result.problems]


def test_every_kind_has_its_checker() -> None:
    """There is a checker for each kind, and for nothing else."""
    assert set(CHECKERS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("now", [None, NOW], ids=["without a clock", "with a clock"])
def test_null_is_none_of_the_kinds(kind: Kind, now: datetime | None) -> None:
    """Null obeys no grammar: whether it may stand is for the field to say."""
    assert rules_of(kind, None, now) == ["D14"]


@pytest.mark.parametrize("kind", [Kind.IDENTIFIER, Kind.COUNT], ids=str)
def test_ids_and_counts_lie_between_1_and_the_largest_exact_integer(kind: Kind) -> None:
    """1 and 2^53-1 are taken, 0 and 2^53 are not."""
    assert [check(kind, value) for value in (1, 2, LARGEST)] == [1, 2, LARGEST]
    for value in (0, -1, LARGEST + 1, 10**5000, -(10**5000)):
        assert rules_of(kind, value) == ["D15"]


@pytest.mark.parametrize(
    ("year", "now", "taken"),
    [
        pytest.param(1885, NOW, False, id="before the first"),
        pytest.param(1886, NOW, True, id="the first"),
        pytest.param(2028, NOW, True, id="the last"),
        pytest.param(2029, NOW, False, id="after the last"),
        pytest.param(2028, datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), True, id="at the end of the year"),
        pytest.param(2029, datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), False, id="over it by a second"),
        pytest.param(2029, datetime(2027, 1, 1, tzinfo=UTC), True, id="in the next year"),
        pytest.param(10_001, datetime.max.replace(tzinfo=UTC), True, id="at the end of time"),
        pytest.param(1885, None, False, id="before the first, without a clock"),
        pytest.param(LARGEST, None, True, id="the last, without a clock"),
        pytest.param(LARGEST + 1, None, False, id="after the last, without a clock"),
    ],
)
def test_vehicle_years_begin_in_1886_and_end_two_years_from_now(year: int, now: datetime | None, taken: bool) -> None:
    """A year is taken from 1886 to the year of now plus two, or to 2^53-1 where there is no clock (D104)."""
    assert rules_of(Kind.YEAR, year, now) == ([] if taken else ["D15"])


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
@pytest.mark.parametrize("value", [2000.0, 2000.5, "2000", "", True, False, [2000], {}, (), b"2000", 2000j], ids=repr)
def test_nothing_is_coerced_to_an_integer(kind: Kind, value: object) -> None:
    """Neither a number with a fraction, nor text, nor a boolean counts as an integer."""
    assert rules_of(kind, value) == ["D14"]


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
def test_a_subclass_of_int_is_taken_as_int(kind: Kind) -> None:
    """An integer whose class overrides every method is taken as the plain integer that it is."""
    result = check(kind, hostile(int, 2000), NOW)
    assert (result, type(result)) == (2000, int)
    assert rules_of(kind, hostile(int, 0)) == rules_of(kind, hostile(int, 10**5000)) == ["D15"]


@pytest.mark.parametrize("value", [1, 0, "true", "false", "", 1.0, [], [True]], ids=repr)
def test_only_true_and_false_are_booleans(value: object) -> None:
    """True and false are taken as they are, and nothing is coerced to them."""
    assert check(Kind.BOOLEAN, True) is True
    assert check(Kind.BOOLEAN, False) is False
    assert rules_of(Kind.BOOLEAN, value) == ["D14"]


@pytest.mark.parametrize("kind", TEXTS, ids=str)
@pytest.mark.parametrize("character", ["a", "é", "😀", "\u00a0", " a"], ids=ascii)
def test_the_length_of_text_counts_code_points(kind: Kind, character: str) -> None:
    """255 code points are taken (4000 in notes), one more is not, however many bytes they take."""
    longest = TEXTS[kind][0]
    text = (character * longest)[:longest]
    assert check(kind, text) == text
    assert rules_of(kind, text + "a") == ["D15"]


@pytest.mark.parametrize("kind", TEXTS, ids=str)
@pytest.mark.parametrize("text", ["", " ", "\t", "\n\v\f\r \t", " " * 5000], ids=lambda each: ascii(each[:6]))
def test_blank_text_is_refused_with_the_hint_to_send_null(kind: Kind, text: str) -> None:
    """Text of nothing but U+0009 to U+000D and U+0020 is blank (D13), and that is all that is said of it."""
    assert rules_of(kind, text) == ["D13"]
    result = check(kind, text)
    assert isinstance(result, Invalid)
    assert "null" in result.problems[0].hint


@pytest.mark.parametrize("kind", TEXTS, ids=str)
def test_the_forbidden_characters_are_the_controls_and_surrogates(kind: Kind) -> None:
    """Of all code points up to U+FFFF, those of the two control ranges and the surrogates are refused inside a text."""
    allowed = set(map(ord, TEXTS[kind][1]))
    expected = {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)} - allowed
    assert {code for code in range(0x10000) if rules_of(kind, f"a{chr(code)}b")} == expected


@given(
    st.sampled_from(sorted(TEXTS)),
    st.text(st.sampled_from("\t\n\v\f\r  \x00\x1f\x7f\x80\x9f\xa0\u2028\ud800\udfff\ufffea😀"), max_size=6)
    | st.text(st.characters(exclude_categories=()), max_size=8),
    st.sampled_from([1, 40, 700]),
)
def test_text_is_taken_exactly_if_it_obeys_every_clause(kind: Kind, text: str, times: int) -> None:
    """Text is kept as sent where it is 1 to 255 or 4000 long, not blank, and without controls and surrogates."""
    sent, (longest, allowed) = text * times, TEXTS[kind]
    controls = [each for each in sent if (ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0) and each not in allowed]
    obeys = (
        1 <= len(sent) <= longest
        and any(each not in "\t\n\v\f\r " for each in sent)
        and not controls
        and not any(0xD800 <= ord(each) <= 0xDFFF for each in sent)
    )
    assert (check(kind, sent) == sent) is obeys
    assert bool(rules_of(kind, sent)) is not obeys


def test_all_that_is_wrong_with_a_text_is_said_at_once() -> None:
    """A text that is too long and has a control character has two problems, and the character's place is named."""
    result = check(Kind.TEXT, "ab\x00" + "c" * 300)
    assert isinstance(result, Invalid)
    assert [problem.rule for problem in result.problems] == ["D15", "D13"]
    assert "U+0000" in result.problems[1].message
    assert "character 3" in result.problems[1].message


@pytest.mark.parametrize("kind", [*TEXTS, Kind.TIME, Kind.ELECTION, Kind.STATUS], ids=str)
@pytest.mark.parametrize(
    "value", [0, 1.5, True, [], ["valet"], {}, b"valet", NOW], ids=lambda each: type(each).__name__
)
def test_nothing_is_coerced_to_text(kind: Kind, value: object) -> None:
    """What is no text is refused as such where text is wanted, a datetime and bytes included."""
    assert rules_of(kind, value) == ["D14"]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.TEXT, "text", "text"),
        (Kind.NOTES, "a\nb", "a\nb"),
        (Kind.TIME, "2031-01-01T00:00:00Z", datetime(2031, 1, 1, tzinfo=UTC)),
        (Kind.ELECTION, "valet", TransportationType.VALET),
        (Kind.STATUS, "new", Status.NEW),
    ],
    ids=lambda each: str(each) if isinstance(each, Kind) else "",
)
def test_a_subclass_of_str_is_taken_as_str(kind: Kind, text: str, expected: object) -> None:
    """Text whose class overrides every method is taken as the plain text that it is."""
    result = check(kind, hostile(str, text), NOW)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize("kind", [Kind.ELECTION, Kind.STATUS], ids=str)
@pytest.mark.parametrize(
    "text", ["waiter", "", "Valet", " new", "new\n", "VALET", "\ud800", "x" * 10_000], ids=lambda e: ascii(e[:9])
)
def test_the_words_of_an_enumeration_are_exact(kind: Kind, text: str) -> None:
    """Each member's own word is taken for it, and no other text is."""
    members = {Kind.ELECTION: TransportationType, Kind.STATUS: Status}[kind]
    assert [check(kind, str(member)) for member in members] == list(members)
    assert rules_of(kind, text) == ["D14"]


def test_config_is_kept_frozen_or_refused_with_its_places() -> None:
    """An object is taken as a JsonObject, and each problem inside one says where it is."""
    result = check(Kind.CONFIG, {"a": [1, {"b": None}]})
    assert result == {"a": [1, {"b": None}]}
    assert type(result) is JsonObject
    wrong = check(Kind.CONFIG, {"a": [1, float("nan")], "b": {1}})
    assert isinstance(wrong, Invalid)
    assert [problem.path for problem in wrong.problems] == [("a", 1), ("b",)]
    assert rules_of(Kind.CONFIG, []) == ["D14"]


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_object_makes_an_error(name: str) -> None:
    """Whatever object stands for a value of any kind, it is taken or has problems."""
    for kind in Kind:
        rules_of(kind, EVERYTHING[name])
        rules_of(kind, EVERYTHING[name], None)


@given(st.sampled_from(sorted(Kind)), ANY_OBJECTS, st.sampled_from(sorted(OBJECTS)))
def test_no_object_of_any_kind_makes_an_error(kind: Kind, value: object, name: str) -> None:
    """Any Python object gets an answer, alone and with a hostile one in it."""
    rules_of(kind, value)
    rules_of(kind, {"a": [value, OBJECTS[name]]})
