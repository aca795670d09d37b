"""The grammar table: its definitions, literals and pairs agree with the checkers."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments._grammar.problems import InvalidValue
from hopdrive_appointments._grammar.values import CHECKERS
from hopdrive_appointments._json.strict import parse
from hopdrive_appointments.presubmit import check_patch
from hopdrive_appointments.rules import Group, Kind
from hopdrive_appointments.rules.descriptions import DESCRIPTIONS
from hopdrive_appointments.rules.grammar import GRAMMAR
from hopdrive_appointments.rules.literals import BODY_TEXTS, LITERALS, BodyText, Literals
from hopdrive_appointments.rules.statements import Statement
from tests.builders import NOW, appointment

# The literals of each kind, and those that show a statement.
EXAMPLES: Final[list[tuple[Kind, Literals | Statement]]] = [
    *LITERALS.items(),
    *((kind, statement) for kind, row in GRAMMAR.items() for statement in row.definition),
]
ACCEPTED: Final = [
    pytest.param(kind, literal, expected, id=f"{kind} {literal[:40]}")
    for kind, row in EXAMPLES
    for expected, literals in ((True, row.accepted), (False, row.refused))
    for literal in literals
]
PAIRS: Final = [
    pytest.param(kind, pair, expected, id=f"{kind} {' '.join(pair)}")
    for kind, row in EXAMPLES
    for expected, pairs in ((True, row.equal), (False, row.different))
    for pair in pairs
]
PATCHABLE: Final = {
    field.kind: field.name for field in rules.FIELDS.values() if field.name in rules.MUTABLE[Group.OPEN]
}


class TestTables:
    """The tables as a whole."""

    def test_every_kind(self) -> None:
        """Each kind has a row in both tables."""
        assert list(GRAMMAR) == list(LITERALS)
        assert set(GRAMMAR) == set(Kind)

    def test_enough_literals(self) -> None:
        """Each kind has three accepted and three refused literals, apart from the booleans, of which there are two."""
        assert {kind for kind, row in LITERALS.items() if len(row.accepted) < 3} == {Kind.BOOLEAN}
        assert all(len(row.refused) >= 3 and row.equal and row.different for row in LITERALS.values())

    def test_every_statement_shown(self) -> None:
        """Each statement has an accepted and a refused literal, or a pair of values that are equal."""
        for row in GRAMMAR.values():
            for statement in row.definition:
                assert (statement.accepted and statement.refused) or statement.equal, statement.text

    def test_self_explanatory(self) -> None:
        """The text of a statement does without its detail, which has whole sentences without a point at the end."""
        for row in GRAMMAR.values():
            for statement in row.definition:
                assert ". " not in statement.text, statement.text
                assert "now" not in statement.text.replace("the time of the request (now)", "").split()
                assert not statement.words.endswith(".")

    def test_rules_exist(self) -> None:
        """Each row cites rules or decisions of the register."""
        assert all(row.rules and set(row.rules) <= set(rules.RULES) for row in GRAMMAR.values())


class TestLiterals:
    """The accepted and the refused literals."""

    @pytest.mark.rule("D13", "D14", "D15", "D17", "D107", "D110", "D112")
    @pytest.mark.parametrize(("kind", "literal", "expected"), ACCEPTED)
    def test_checker_agrees(self, kind: Kind, literal: str, expected: bool) -> None:
        """The checker accepts exactly the accepted literals."""
        try:
            CHECKERS[kind](parse(literal), NOW)
        except InvalidValue:
            accepted = False
        else:
            accepted = True
        assert accepted is expected

    @pytest.mark.parametrize(("kind", "literal", "expected"), ACCEPTED)
    def test_pattern_agrees(self, kind: Kind, literal: str, expected: bool) -> None:
        """Pattern and bounds accept the accepted literals only; the pattern of a time also accepts impossible days."""
        row = GRAMMAR[kind]
        text = literal if row.json_type == "integer" else json.loads(literal)
        if row.pattern is None or not isinstance(text, str):
            return
        accepted = re.fullmatch(row.pattern, text) is not None
        if accepted and row.json_type == "integer":
            accepted = (row.minimum or 0) <= int(text) <= (row.maximum or NOW.year + rules.VEHICLE_YEARS_AHEAD.value)
        assert accepted is expected or (kind is Kind.TIME and accepted)

    def test_bounds_are_tight(self) -> None:
        """The literals of integers and texts include both bounds, and one step beyond each."""
        for kind, row in GRAMMAR.items():
            literals = LITERALS[kind]
            for bound, step in ((row.minimum, -1), (row.maximum, 1)):
                if bound is not None:
                    assert bound in map(_size, literals.accepted), kind
                    assert bound + step in map(_size, literals.refused), kind


def _size(literal: str) -> object:
    value = json.loads(literal)
    return len(value) if isinstance(value, str) else value


class TestEquality:
    """The pairs of equal and of different values."""

    @pytest.mark.rule("D4", "D16", "D105")
    @pytest.mark.parametrize(("kind", "pair", "equal"), [each for each in PAIRS if each.values[0] in PATCHABLE])
    def test_patch(self, kind: Kind, pair: tuple[str, str], equal: bool) -> None:
        """A PATCH from one value to the other changes the record only if the two are different."""
        name, (one, other) = PATCHABLE[kind], pair
        given = appointment()
        given.patch(f'{{"{name}": {one}}}'.encode(), now=NOW)
        before = given.to_record()
        given.patch(f'{{"{name}": {other}}}'.encode(), now=NOW)
        assert (given.to_record() == before) is equal
        assert (given.version == before["version"]) is equal

    @pytest.mark.parametrize(("kind", "pair", "equal"), PAIRS)
    def test_parsed_values(self, kind: Kind, pair: tuple[str, str], equal: bool) -> None:
        """The parsed values of a pair are equal only if the table says so."""
        one, other = (CHECKERS[kind](parse(literal), None) for literal in pair)
        assert (one == other) is equal


class TestConfigBytes:
    """What counts into the bytes of config."""

    NUMBERS: Final = (
        "1.0",
        "1e16",
        "1e-4",
        "1.5e-7",
        "0.0001",
        "123456.789",
        "1E2",
        "-0.0",
        "1e300",
        "100000.0",
        "-0",
        "1e-400",
        "-1e-400",
    )

    @pytest.mark.rule("D15")
    @pytest.mark.parametrize(
        ("literal", "size"),
        [
            *zip(NUMBERS, (3, 5, 6, 7, 6, 10, 5, 4, 6, 8, 1, 3, 4), strict=True),
            ('"\\u0001"', 8),
            ('"\\n\\t\\b\\f\\r\\"\\\\"', 16),
            ('"\\u002f"', 3),
            ('"\\u007f"', 3),
            ('"\\u00eb"', 4),
            ('"\\ud83d\\ude97"', 6),
            ("-9007199254740991", 17),
            ("[ 1 , 2 ]", 5),
            ('{ "a" : null }', 10),
            *(size for row in GRAMMAR.values() for statement in row.definition for size in statement.sizes),
        ],
    )
    def test_size(self, literal: str, size: int) -> None:
        """A value counts so many bytes: config is accepted with exactly the most bytes, and refused with one more."""
        padding = rules.CONFIG_BYTES.value - size - len('{"n":,"p":""}')
        for more, accepted in ((0, True), (1, False)):
            body = f'{{"config": {{"n": {literal}, "p": "{"x" * (padding + more)}"}}}}'
            assert check_patch(body.encode(), now=NOW).verdict.accepted is accepted


class TestBodyTexts:
    """The texts of bodies."""

    @pytest.mark.rule("D14", "D108", "D110")
    @pytest.mark.parametrize("example", BODY_TEXTS, ids=lambda example: example.why)
    def test_outcome(self, example: BodyText) -> None:
        """Each text is refused with its code alone, or read as an object."""
        report = check_patch(example.text.encode(), now=NOW)
        assert [finding.code for finding in report.verdict.refusals] == ([example.code] if example.code else [])
        assert example.rule in rules.RULES


class TestDescriptions:
    """The descriptions of the fields."""

    def test_every_field(self) -> None:
        """Each key of a record has a description, in the same order."""
        assert tuple(DESCRIPTIONS) == rules.RECORD_KEYS

    @pytest.mark.parametrize("name", DESCRIPTIONS)
    def test_example_accepted(self, name: str) -> None:
        """Each example is accepted by the checker of its field, or is null for a field that can be null."""
        field = rules.FIELDS.get(name) or rules.SYSTEM_FIELDS[name]
        example = DESCRIPTIONS[name].example
        assert field.nullable if example is None else CHECKERS[field.kind](example, NOW) is not None
