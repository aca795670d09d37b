"""Each sentence of the specification has a witness: what the tests run to show that it is true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import reduce
from importlib import import_module
from typing import Final

import pytest

from hopdrive_appointments import Finding, rules
from hopdrive_appointments._decide.decide import decide
from hopdrive_appointments.export._pages.markdown import text_of
from hopdrive_appointments.request_types import TriggerRequest
from hopdrive_appointments.rules import Kind
from hopdrive_appointments.rules.grammar import GRAMMAR
from hopdrive_appointments.rules.procedure import STAGES, STEPS
from tests import oracle
from tests.builders import NOW
from tests.builders import record as record_of
from tests.test_procedure import refusals_of_many
from tests.test_specification_tables import tables
from tests.together import stage_of
from tests.witnesses import (
    advice,
    answers,
    body_texts,
    explanations,
    lifecycle,
    program,
    record,
    steps_0_to_4,
    steps_5_to_7,
    together,
    values,
)
from tests.witnesses.claims import (
    MEANS,
    Witness,
    Witnesses,
    accepts,
    bytes_in_config,
    different,
    equal,
    refuses,
    text,
)
from tests.witnesses.explanations import EXPLAINS
from tests.witnesses.units import PAGE, WITH_PROSE, WITHOUT_PROSE, columns, sentences

_SECTIONS: Final[dict[str, Witnesses]] = {
    **record.TABLES,
    **body_texts.TABLES,
    **values.TABLES,
    **steps_0_to_4.TABLES,
    **steps_5_to_7.TABLES,
    **program.TABLES,
    **together.TABLES,
    **lifecycle.TABLES,
    **answers.TABLES,
    **advice.TABLES,
}
TABLES: Final[dict[str, Witnesses]] = {
    heading: {**table, **explanations.TABLES.get(heading, {})} for heading, table in _SECTIONS.items()
}


def witnesses() -> Iterator[tuple[str, str, Witness]]:
    """Yield each heading, sentence and witness."""
    for heading, table in TABLES.items():
        for sentence, witness in table.items():
            yield from ((heading, sentence, each) for each in (witness if isinstance(witness, tuple) else (witness,)))


_CODE: Final = re.compile(r"`([^`]*)`")
CHECKS: Final[dict[str, Callable[..., bool]]] = {
    "accepted": accepts,
    "refused": refuses,
    "equal": equal,
    "different": different,
}
NAMED: Final = sorted({each for _, _, each in witnesses() if isinstance(each, str)} - {EXPLAINS, MEANS})
RUN: Final = [
    pytest.param(each, id=f"{heading}: {sentence[:60]}") for heading, sentence, each in witnesses() if callable(each)
]


class TestEverySentence:
    """The page and the witnesses have the same sentences."""

    def test_headings(self) -> None:
        """Each heading above prose has witnesses, and there are no others."""
        assert {heading for heading, _ in sentences()} == set(TABLES)

    @pytest.mark.parametrize("heading", TABLES)
    def test_witness(self, heading: str) -> None:
        """Each sentence has a witness, and each witness a sentence. Read the witness before you copy one."""
        written = {sentence for above, sentence in sentences() if above == heading}
        assert {"without a witness": written - set(TABLES[heading]), "gone": set(TABLES[heading]) - written} == {
            "without a witness": set(),
            "gone": set(),
        }

    def test_columns(self) -> None:
        """Each column of the page is known to have prose or to have none, and there are no others."""
        assert sorted(columns()) == sorted([*WITH_PROSE, *WITHOUT_PROSE])

    def test_explanations(self) -> None:
        """Only the sentences of `explanations` need no witness, and they name nothing that a record or answer has."""
        assert [each for table in _SECTIONS.values() for each in table if table[each] == EXPLAINS] == []
        assert set(explanations.TABLES) <= set(_SECTIONS)
        binding = {*rules.CODES, *rules.RECORD_KEYS, *rules.TRANSITIONS, *rules.Status, *rules.TransportationType}
        for sentence in (each for table in explanations.TABLES.values() for each in table):
            assert not set(re.findall(r"\w+", sentence)) & binding, sentence

    def test_meanings(self) -> None:
        """Only the meaning of a field or of a transportation type may be without a test."""
        named = {f"`{name}`" for name in (*rules.RECORD_KEYS, *rules.TransportationType)}
        found = [sentence for _, sentence, each in witnesses() if each == MEANS]
        assert {sentence.partition(":")[0] for sentence in found} <= named


class TestWitnesses:
    """The witnesses themselves."""

    @pytest.mark.parametrize("witness", RUN)
    def test_true(self, witness: Witness) -> None:
        """What the sentence says is true of the library."""
        assert callable(witness)
        assert witness() is True

    @pytest.mark.parametrize("name", NAMED)
    def test_exists(self, name: str) -> None:
        """A named test exists, and a quoted line is in the program. That it shows the sentence is not tested."""
        if name.startswith("> "):
            assert _aligned(re.sub("^> ", "", name, flags=re.MULTILINE)) in _aligned(text_of("decision.txt"))
        else:
            module, *path = name.split(".")
            assert callable(reduce(getattr, path, import_module(f"tests.{module}")))
            assert path[-1].startswith("test_")


class TestProgram:
    """The program in the page."""

    def test_numbers(self) -> None:
        """Its comments number each step once, in order, with the name that the step has."""
        found = re.findall(r"(\d)\. (\w+)", text_of("decision.txt"))
        assert found == [(str(step.number), step.name.rstrip("?")) for step in STEPS.values()]


class TestExamples:
    """The literals below the statements, as a reader reads them."""

    @pytest.mark.parametrize("kind", GRAMMAR)
    def test_outcome(self, kind: Kind) -> None:
        """A literal is accepted, refused, equal to another or different from it, as its line says."""
        section = PAGE.partition(f"\n### {kind[0].upper()}{kind[1:]}\n")[2].partition("\n#")[0]
        lines = re.findall(r"^  - for example: (.*)$", section, re.MULTILINE)
        assert len(lines) == len(GRAMMAR[kind].definition)
        for part in (part for line in lines for part in re.split(r"; (?=`)", line)):
            literals = [each for each in _CODE.findall(part) if "…" not in each]
            words = re.sub(r" \(\d+ characters of JSON text\)|,| and ", " ", _CODE.sub("", part)).split()
            match words:
                case ["is" | "are", outcome]:
                    assert not literals or CHECKS[outcome](kind, *literals), part
                case ["equals"]:
                    assert equal(kind, *literals), part
                case ["differs", "from"]:
                    assert different(kind, *literals), part
                case [size] | ["counts", size, "bytes"]:
                    assert bytes_in_config(*literals) == int(size), part
                case _:
                    pytest.fail(part)

    @pytest.mark.parametrize("kind", GRAMMAR)
    def test_tables(self, kind: Kind) -> None:
        """A literal in the tables of a kind is what the heading of its column says."""
        section = PAGE.partition(f"\n### {kind[0].upper()}{kind[1:]}\n")[2].partition("\n#")[0]
        seen = set()
        for table in re.findall(r"(?:^\|.*\n?)+", section, re.MULTILINE):
            names, _, *rows = [line[2:-2].split(" | ") for line in table.splitlines()]
            for name, cell in ((name, cell) for row in rows for name, cell in zip(names, row, strict=False)):
                literals = [each for each in _CODE.findall(cell) if "…" not in each]
                assert not literals or CHECKS[name](kind, *literals), cell
                seen.add(name)
        assert seen == set(CHECKS)

    def test_body_texts(self) -> None:
        """A text of a body is read, or refused with the code beside it."""
        section = PAGE.partition("\n## The text of a body\n")[2].partition("\n#")[0]
        rows = re.findall(r"^\| `([^`…]*)` \| (\w+|`\w+`) \|", section, re.MULTILINE)
        assert len(rows) > 10
        for body, outcome in rows:
            if "\\u" in body or "\\t" in body:  # characters that the page shows as escapes
                continue
            assert text(body, None if outcome == "read" else outcome.strip("`")), body


class TestLists:
    """The lists of fields and rules below the heading of a kind."""

    KINDS: Final[dict[str, Kind]] = {
        "id": Kind.IDENTIFIER,
        "year": Kind.YEAR,
        "boolean": Kind.BOOLEAN,
        "text": Kind.TEXT,
        "notes": Kind.NOTES,
        "time": Kind.TIME,
        "config": Kind.CONFIG,
        "type": Kind.ELECTION,
        "status": Kind.STATUS,
    }

    @pytest.mark.parametrize("kind", GRAMMAR)
    def test_fields(self, kind: Kind) -> None:
        """The fields are those that have this kind in the independent model, and in the table of the record."""
        section = PAGE.partition(f"\n### {kind[0].upper()}{kind[1:]}\n")[2].partition("\n#")[0]
        listed = re.findall(r"`(\w+)`", section.partition("Rules:")[0])
        kinds = {name: self.KINDS[row[0]] for name, row in (oracle.SYSTEM | oracle.CLIENT).items()}
        kinds["version"] = Kind.COUNT  # the model has no kind of its own for it
        assert sorted(listed) == sorted(name for name, each in kinds.items() if each is kind)
        assert sorted(listed) == sorted(row["field"] for row in tables("The record")[0] if row["kind"] == kind)

    @pytest.mark.parametrize("kind", GRAMMAR)
    def test_rules(self, kind: Kind) -> None:
        """The rules are in the register, with a link to each."""
        section = PAGE.partition(f"\n### {kind[0].upper()}{kind[1:]}\n")[2].partition("\n#")[0]
        listed = re.findall(r"\[([^]]+)\]\(rules\.md#([^)]+)\)", section.partition("Rules: ")[2].partition("\n")[0])
        assert listed
        assert all(name in rules.RULES and anchor == name.lower() for name, anchor in listed)


class TestTogether:
    """The table of findings that appear together."""

    def test_rows(self) -> None:
        """A row has the codes, the field, the rules and the other rows that the findings of its stage have."""
        (rows,) = tables("Findings that appear together")
        assert [row["findings"] for row in rows] == [*STAGES]
        found: dict[str, set[str]] = {}
        for finding in (each for findings in (*refusals_of_many(), *_refusals_alone()) for each in findings):
            stage = stage_of(finding)
            assert finding.rule in stage.rules
            found.setdefault(stage.name, set()).add("null" if finding.field is None else "its name")
        for row, stage in zip(rows, STAGES.values(), strict=True):
            assert found[stage.name] == {row["field"]}
            assert re.findall(r"\w+", row["codes"]) == [*stage.codes]
            assert re.findall(r"\w+", row["operations"]) == [*stage.operations]
            assert row["step"] == str("–" if stage.step is None else stage.step)
            assert row["together with"].split(", ") == ([*stage.together_with] or ["nothing: alone"])
            assert row["when"] == stage.when
            cited = re.findall(r"\[([^]]+)\]\(rules\.md#([^)]+)\)", row["rules"])
            assert cited == [(rule, rule.lower()) for rule in stage.rules]


def _refusals_alone() -> Iterator[tuple[Finding, ...]]:
    """Yield a version conflict, and a refused trigger."""
    for expected in (99, None):
        yield decide(record_of("new"), TriggerRequest("fail"), NOW, expected_version=expected).refusals


def _aligned(program: str) -> str:
    """Return a program without the white space before its lines."""
    return "\n".join(line.strip() for line in program.splitlines())
