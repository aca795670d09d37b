"""The SCXML document: its conditions, and every cell in readers that others wrote, compared with the machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import scxml
from hopdrive_appointments.rules import INITIAL, WITHOUT_EXIT, Fact, Status
from tests import tools
from tests.lifecycle_cells import CELLS, WALKS, Cell, Move, Step, ask, differences

TEXT = scxml()
NAMESPACE = "{http://www.w3.org/2005/07/scxml}"
NOTES = "{urn:hopdrive-appointments}"
SCION = Path(__file__).parent / "tools" / "scion.mjs"
GUARD = ' cond="payment_completed == 1"'
CANCEL = '<transition event="cancel" target="canceled"'
# Each of these changes makes the document wrong. The number is that of the cells in which it then differs.
FAULTS = {
    "no guard": (TEXT.replace(GUARD, ""), 4),
    "other guard": (TEXT.replace(GUARD, ' cond="is_elected == 1"'), 4),
    "negated guard": (TEXT.replace("has_reasons == 1", "has_reasons == 0"), 8),
    "other target": (TEXT.replace(CANCEL, CANCEL.replace("canceled", "failed"), 1), 8),
    "other event": (TEXT.replace('event="fail"', 'event="refund"', 1), 16),
    "no assignment": (
        TEXT.replace('<assign location="payment_completed" expr="_event.data.payment_completed"/>', ""),
        4,
    ),
}

# Scion takes a second for each document.
FOR_SCION = ("no guard", "other target")


def states() -> dict[str, ElementTree.Element]:
    """Return the states of the document by id."""
    return {state.attrib["id"]: state for state in ElementTree.fromstring(TEXT) if "id" in state.attrib}


def transitions(state: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the transitions of a state that have a target."""
    return [each for each in state.findall(f"{NAMESPACE}transition") if "target" in each.attrib]


def holds(condition: str, cell: Cell) -> bool:
    """Return whether a condition of the document holds."""
    terms = [term.split(" == ") for term in condition.split(" && ") if term]
    return all(getattr(cell.facts, fact) is bool(int(wanted)) for fact, wanted in terms)


def statechart_answers(text: str) -> Sequence[Move]:
    """Return the answers of python-statemachine for all cells."""
    processor = tools.module("statemachine.io.scxml.processor").SCXMLProcessor()
    processor.parse_scxml("lifecycle", text)
    chart_class = processor.scs["lifecycle"]

    def fire(cell: Cell) -> Move:
        chart = chart_class()

        def status() -> str:
            return " ".join(chart.configuration_values)

        def send(trigger: str, facts: dict[str, bool]) -> None:
            chart.send("facts", **facts)
            chart.send(trigger)

        for trigger, facts in WALKS[cell.status]:
            send(trigger, facts._asdict())
        before = status()
        send(cell.trigger, cell.facts._asdict())
        return before, status()

    return [fire(cell) for cell in CELLS]


@cache
def scion_answers() -> dict[str, Sequence[Move]]:
    """Return the answers of scion for the document and for each faulty one."""
    documents = {"": TEXT} | {name: FAULTS[name][0] for name in FOR_SCION}
    node = tools.node("@scion-scxml/scxml", "@scion-scxml/core")
    return dict(zip(documents, ask(node, SCION, tuple(documents.values())), strict=True))


class TestDocument:
    """The elements and attributes, compared with the tables."""

    def test_states(self) -> None:
        """Each status is a state with its group, rule and effect, and is final if it has no way out."""
        for status, state in states().items():
            row = rules.STATUSES[Status(status)]
            assert state.tag == NAMESPACE + ("final" if row.status in WITHOUT_EXIT else "state")
            assert (state.get(f"{NOTES}group"), state.get(f"{NOTES}rule")) == (row.group, row.rule)
            assert state.get(f"{NOTES}effect") == rules.EFFECTS.get(row.status)
        assert list(states()) == list(Status)
        assert ElementTree.fromstring(TEXT).get("initial") == INITIAL

    def test_transitions(self) -> None:
        """Each source of each trigger has one transition, with its driver and rule."""
        found = [
            (state, each.get("event"), each.get("target"), each.get(f"{NOTES}driver"), each.get(f"{NOTES}rule"))
            for state, element in states().items()
            for each in transitions(element)
        ]
        rows = [(source, row) for row in rules.TRANSITIONS.values() for source in row.sources]
        assert sorted(found) == sorted((source, row.trigger, row.target, row.driver, row.rule) for source, row in rows)

    @pytest.mark.rule("LC-3", "D10")
    def test_conditions(self) -> None:
        """In every cell, the transitions whose conditions hold agree with the machine."""

        def fire(cell: Cell) -> Move:
            every = transitions(states()[cell.status])
            mine = [each for each in every if each.get("event") == cell.trigger and holds(each.get("cond", ""), cell)]
            assert len(mine) <= 1
            return cell.status, mine[0].attrib["target"] if mine else cell.status

        assert differences([fire(cell) for cell in CELLS]) == []

    def test_facts(self) -> None:
        """Every fact is false at first, and the event `facts` assigns each of them in every state that is not final."""
        data = [each.attrib for each in ElementTree.fromstring(TEXT).iter(f"{NAMESPACE}data")]
        assert data == [{"id": fact, "expr": "0"} for fact in Fact]
        for status, state in states().items():
            found = state.findall(f"{NAMESPACE}transition[@event='facts']")
            assert len(found) == (Status(status) not in WITHOUT_EXIT)
            for each in found:
                assigned = [(child.get("location"), child.get("expr")) for child in each]
                assert assigned == [(fact, f"_event.data.{fact}") for fact in Fact]
        assert "facts" not in rules.TRANSITIONS

    @pytest.mark.rule("RV-1")
    def test_payment_completed(self) -> None:
        """Only entering paid completes the payment."""
        assigning = [status for status, state in states().items() if state.find(f"{NAMESPACE}onentry") is not None]
        assert assigning == [rules.PAYMENT_COMPLETED_BY]

    def test_explained(self) -> None:
        """The comment at the top explains every fact, and no comment has two hyphens, which XML forbids."""
        comments = re.findall(r"<!--(.*?)-->", TEXT, re.DOTALL)
        assert all(re.search(rf"^    {fact} +\w", comments[0], re.MULTILINE) for fact in Fact)
        assert not any("--" in comment for comment in comments)


@pytest.mark.tools
class TestReaders:
    """Every cell, in two readers that others wrote."""

    @pytest.mark.rule("LC-3", "LC-4")
    def test_python_statemachine(self) -> None:
        """python-statemachine agrees with the machine in every cell."""
        assert differences(statechart_answers(TEXT)) == []

    @pytest.mark.rule("LC-3", "LC-4")
    def test_scion(self) -> None:
        """Scion agrees with the machine in every cell."""
        assert differences(scion_answers()[""]) == []

    @pytest.mark.parametrize("fault", FAULTS)
    def test_fault_found(self, fault: str) -> None:
        """A fault in the document shows up in the answers of python-statemachine."""
        text, cells = FAULTS[fault]
        assert text != TEXT
        assert len(differences(statechart_answers(text))) >= cells

    @pytest.mark.parametrize("fault", FOR_SCION)
    def test_fault_found_by_scion(self, fault: str) -> None:
        """A fault in the document shows up in the answers of scion."""
        assert len(differences(scion_answers()[fault])) >= FAULTS[fault][1]

    def test_example(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """The program in docs/exports.md prints what the page says."""
        tools.module("statemachine.io.scxml.processor")
        page = (Path(__file__).parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")
        found = re.search(r"```py\n(.*?)```\n\nThe program prints `(\w+)`", page, re.DOTALL)
        assert found is not None
        (tmp_path / "lifecycle.scxml").write_text(TEXT, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        exec(compile(found[1], "exports.md", "exec"), {"__name__": "__main__"})
        assert capsys.readouterr().out == f"{found[2]}\n"

    def test_facts_kept(self) -> None:
        """A completed payment is remembered without the event `facts`: a paid appointment can be refunded."""
        processor = tools.module("statemachine.io.scxml.processor").SCXMLProcessor()
        processor.parse_scxml("lifecycle", TEXT)
        chart = processor.scs["lifecycle"]()
        chart.send("facts", has_reasons=0, is_elected=1, payment_completed=0)
        for trigger in ("elect", "bill_dealer", "cancel", "refund"):
            chart.send(trigger)
        assert list(chart.configuration_values) == ["refunded"]


def test_walks() -> None:
    """Every status can be reached, so the cells of every status are compared."""
    assert set(WALKS) == set(Status)
    assert len(CELLS) == 8 * 9 * 8
    steps: Sequence[Step] = WALKS[Status.REFUNDED]
    assert [trigger for trigger, _ in steps][-1] == "refund"
