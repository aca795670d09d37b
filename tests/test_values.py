"""Tests of the value grammar: which values each kind accepts, and that nothing is coerced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import JsonObject, Status, TransportationType
from hopdrive_appointments._grammar.problems import InvalidValue, ValueProblem
from hopdrive_appointments._grammar.values import CHECKERS
from hopdrive_appointments._json.python_objects import plain
from hopdrive_appointments.rules import Kind
from tests.hostile import EVERYTHING, OBJECTS, hostile
from tests.strategies import ANY_OBJECTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LARGEST = 9_007_199_254_740_991
INTEGER_KINDS = (Kind.IDENTIFIER, Kind.COUNT, Kind.YEAR)
TEXT_LIMITS = {Kind.TEXT: (255, ""), Kind.NOTES: (4000, "\t\n\r")}


def check(kind: Kind, value: object, now: datetime | None = None) -> object:
    """Return the parsed value of a kind, for a Python object as a caller passes it."""
    return CHECKERS[kind](plain(value), now)


def problems_of(kind: Kind, value: object, now: datetime | None = NOW) -> tuple[ValueProblem, ...]:
    """Return the problems of a value: none if it is accepted."""
    problems: tuple[ValueProblem, ...] = ()
    try:
        check(kind, value, now)
    except InvalidValue as invalid:
        problems = invalid.problems or (ValueProblem("no problem", "", ""),)
    assert all(problem.message and problem.hint for problem in problems)
    return problems


def rules_of(kind: Kind, value: object, now: datetime | None = NOW) -> list[str]:
    """Return the rules that a value breaks: an empty list if it is accepted."""
    return [problem.rule for problem in problems_of(kind, value, now)]


def test_checker_per_kind() -> None:
    """The checkers cover exactly the kinds of values."""
    assert set(CHECKERS) == set(Kind)


@pytest.mark.rule("D14")
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("now", [None, NOW], ids=["without now", "with now"])
def test_null_refused(kind: Kind, now: datetime | None) -> None:
    """Every kind refuses null, because nullability belongs to the field."""
    assert rules_of(kind, None, now) == ["D14"]


class TestIntegers:
    """Integer ids, counts and vehicle years."""

    @pytest.mark.rule("D15")
    @pytest.mark.parametrize("kind", [Kind.IDENTIFIER, Kind.COUNT], ids=str)
    def test_id_range(self, kind: Kind) -> None:
        """Ids and counts range from 1 to 2^53-1."""
        assert [check(kind, value) for value in (1, 2, LARGEST)] == [1, 2, LARGEST]
        for value in (0, -1, LARGEST + 1, 10**5000, -(10**5000)):
            (problem,) = problems_of(kind, value)
            assert (problem.message, problem.rule) == (f"must be between 1 and {LARGEST}", "D15")

    @pytest.mark.rule("D15", "D104")
    @pytest.mark.parametrize(
        ("year", "now", "accepted"),
        [
            pytest.param(1885, NOW, False, id="before the first"),
            pytest.param(1886, NOW, True, id="the first"),
            pytest.param(2028, NOW, True, id="the last"),
            pytest.param(2029, NOW, False, id="after the last"),
            pytest.param(
                2028, datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), True, id="at the end of the year"
            ),
            pytest.param(
                2029,
                datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
                False,
                id="one year too many at the end of the year",
            ),
            pytest.param(2029, datetime(2027, 1, 1, tzinfo=UTC), True, id="in the next year"),
            pytest.param(10_001, datetime.max.replace(tzinfo=UTC), True, id="at the last instant of datetime"),
            pytest.param(1885, None, False, id="before the first, without now"),
            pytest.param(LARGEST, None, True, id="the last, without now"),
            pytest.param(LARGEST + 1, None, False, id="after the last, without now"),
        ],
    )
    def test_vehicle_year_range(self, year: int, now: datetime | None, accepted: bool) -> None:
        """Vehicle years range from 1886 to the UTC year of `now` plus two, or to 2^53-1 without a clock."""
        assert rules_of(Kind.YEAR, year, now) == ([] if accepted else ["D15"])

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize("kind", INTEGER_KINDS, ids=str)
    @pytest.mark.parametrize(
        "value", [2000.0, 2000.5, "2000", "", True, False, [2000], {}, (), b"2000", 2000j], ids=repr
    )
    def test_no_coercion(self, kind: Kind, value: object) -> None:
        """Floats, numeric text, booleans and containers are refused."""
        assert rules_of(kind, value) == ["D14"]

    @pytest.mark.rule("D106")
    @pytest.mark.parametrize("kind", INTEGER_KINDS, ids=str)
    def test_int_subclass(self, kind: Kind) -> None:
        """An int subclass with hostile methods is treated as the plain integer it holds."""
        result = check(kind, hostile(int, 2000), NOW)
        assert (result, type(result)) == (2000, int)
        assert rules_of(kind, hostile(int, 0)) == rules_of(kind, hostile(int, 10**5000)) == ["D15"]


@pytest.mark.rule("D14")
@pytest.mark.parametrize("value", [1, 0, "true", "false", "", 1.0, [], [True]], ids=repr)
def test_boolean(value: object) -> None:
    """True and false are the only booleans, and nothing is coerced to them."""
    assert check(Kind.BOOLEAN, True) is True
    assert check(Kind.BOOLEAN, False) is False
    assert rules_of(Kind.BOOLEAN, value) == ["D14"]


class TestText:
    """Text and driver notes."""

    @pytest.mark.rule("D15")
    @pytest.mark.parametrize("kind", TEXT_LIMITS, ids=str)
    @pytest.mark.parametrize("character", ["a", "é", "😀", "\u00a0", " a"], ids=ascii)
    def test_length_in_code_points(self, kind: Kind, character: str) -> None:
        """The length limit counts code points: 255 in text and 4000 in notes."""
        longest = TEXT_LIMITS[kind][0]
        text = (character * longest)[:longest]
        assert check(kind, text) == text
        assert rules_of(kind, text + "a") == ["D15"]

    @pytest.mark.rule("D13")
    @pytest.mark.parametrize("kind", TEXT_LIMITS, ids=str)
    @pytest.mark.parametrize("text", ["", " ", "\t", "\n\v\f\r \t", " " * 5000], ids=lambda each: ascii(each[:6]))
    def test_blank_refused(self, kind: Kind, text: str) -> None:
        """Blank text gives a single D13 problem with a hint to send null."""
        (problem,) = problems_of(kind, text)
        assert (problem.message, problem.hint, problem.rule) == ("is blank", "send null if there is no value", "D13")

    @pytest.mark.rule("D13")
    @pytest.mark.parametrize("kind", TEXT_LIMITS, ids=str)
    def test_forbidden_characters(self, kind: Kind) -> None:
        """Up to U+FFFF, exactly the control characters and the surrogates are refused inside text."""
        allowed = set(map(ord, TEXT_LIMITS[kind][1]))
        expected = {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)} - allowed
        assert {code for code in range(0x10000) if rules_of(kind, f"a{chr(code)}b")} == expected

    @pytest.mark.rule("D13", "D15")
    @given(
        st.sampled_from(sorted(TEXT_LIMITS)),
        st.text(st.sampled_from("\t\n\v\f\r  \x00\x1f\x7f\x80\x9f\xa0\u2028\ud800\udfff\ufffea😀"), max_size=6)
        | st.text(st.characters(exclude_categories=()), max_size=8),
        st.sampled_from([1, 40, 700]),
    )
    def test_accepted_as_sent(self, kind: Kind, text: str, times: int) -> None:
        """Text that meets every limit on length, blanks and characters is kept unchanged; all other text is refused."""
        sent, (longest, allowed) = text * times, TEXT_LIMITS[kind]
        controls = [each for each in sent if (ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0) and each not in allowed]
        obeys = (
            1 <= len(sent) <= longest
            and any(each not in "\t\n\v\f\r " for each in sent)
            and not controls
            and not any(0xD800 <= ord(each) <= 0xDFFF for each in sent)
        )
        assert bool(rules_of(kind, sent)) is not obeys
        if obeys:
            assert check(kind, sent) == sent

    def test_all_problems_reported(self) -> None:
        """Text that is too long and has a control character gives both problems and the character's position."""
        too_long, forbidden = problems_of(Kind.TEXT, "ab\x00" + "c" * 300)
        assert (too_long.rule, forbidden.rule) == ("D15", "D13")
        assert "U+0000" in forbidden.message
        assert "character 3" in forbidden.message


class TestExactTypes:
    """Kinds written as text accept only JSON strings."""

    @pytest.mark.rule("D14", "D106")
    @pytest.mark.parametrize("kind", [*TEXT_LIMITS, Kind.TIME, Kind.ELECTION, Kind.STATUS], ids=str)
    @pytest.mark.parametrize(
        "value", [0, 1.5, True, [], ["valet"], {}, b"valet", NOW], ids=lambda each: type(each).__name__
    )
    def test_no_coercion(self, kind: Kind, value: object) -> None:
        """Every other type is refused if text is expected, including bytes and datetime."""
        datetime_for_time = kind is Kind.TIME and type(value) is datetime
        assert rules_of(kind, value) == ["D106" if datetime_for_time else "D14"]

    @pytest.mark.rule("D106")
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
    def test_str_subclass(self, kind: Kind, text: str, expected: object) -> None:
        """A str subclass with hostile methods is treated as the plain text it holds."""
        result = check(kind, hostile(str, text), NOW)
        assert (result, type(result)) == (expected, type(expected))

    @pytest.mark.rule("D14")
    @pytest.mark.parametrize("kind", [Kind.ELECTION, Kind.STATUS], ids=str)
    @pytest.mark.parametrize(
        "text", ["waiter", "", "Valet", " new", "new\n", "VALET", "\ud800", "x" * 10_000], ids=lambda e: ascii(e[:9])
    )
    def test_enumeration_exact(self, kind: Kind, text: str) -> None:
        """A transportation type or status must match a member's text exactly."""
        members = {Kind.ELECTION: TransportationType, Kind.STATUS: Status}[kind]
        assert [check(kind, str(member)) for member in members] == list(members)
        assert rules_of(kind, text) == ["D14"]


@pytest.mark.rule("D14")
def test_config() -> None:
    """A config becomes a JsonObject, and each problem in it reports its path."""
    result = check(Kind.CONFIG, {"a": [1, {"b": None}]})
    assert type(result) is JsonObject
    assert result == {"a": [1, {"b": None}]}
    wrong = problems_of(Kind.CONFIG, {"a": [1, float("nan")], "b": {1}})
    assert [problem.path for problem in wrong] == [("a", 1), ("b",)]
    assert rules_of(Kind.CONFIG, []) == ["D14"]


def test_error_text() -> None:
    """The text of the exception has the message of every problem."""
    problems = ValueProblem("is blank", "send null", "D13"), ValueProblem("is too long", "send less", "D15")
    assert str(InvalidValue(*problems)) == "is blank; is too long"


class TestHostileObjects:
    """Objects that raise when they are inspected."""

    @pytest.mark.parametrize("name", EVERYTHING)
    def test_every_kind(self, name: str) -> None:
        """A hostile object given as the value is accepted or refused without an exception."""
        for kind in Kind:
            rules_of(kind, EVERYTHING[name])
            rules_of(kind, EVERYTHING[name], None)

    @given(st.sampled_from(sorted(Kind)), ANY_OBJECTS, st.sampled_from(sorted(OBJECTS)))
    def test_inside_other_values(self, kind: Kind, value: object, name: str) -> None:
        """Arbitrary Python objects never raise, on their own or combined with a hostile object."""
        rules_of(kind, value)
        rules_of(kind, {"a": [value, OBJECTS[name]]})
