"""The XState document: its states, and every cell in XState itself, compared with the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import xstate
from hopdrive_appointments.rules import EFFECTS, WITHOUT_EXIT, Fact, Status, Trigger
from tests import tools
from tests.lifecycle_cells import CELLS, Cell, Move, ask, differences, run

ROOT = Path(__file__).parent.parent
DOCUMENT: dict[str, Any] = json.loads(xstate())
STATES: dict[str, Any] = DOCUMENT["config"]["states"]
SCRIPT = ROOT / "tests" / "tools" / "xstate.mjs"


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """Return the document after a change."""
    document = json.loads(xstate())
    change(document)
    return json.dumps(document)


# Each of these changes makes the document wrong.
FAULTS = {
    "no guard": changed(lambda document: document["config"]["states"]["canceled"]["on"]["refund"].pop("guard")),
    "empty guard": changed(lambda document: document["guards"]["payment_completed"].clear()),
    "negated guard": changed(lambda document: document["guards"]["has_reasons"].update(has_reasons=False)),
    "other target": changed(
        lambda document: document["config"]["states"]["paid"]["on"]["cancel"].update(target="failed")
    ),
    "no transition": changed(lambda document: document["config"]["states"]["paying"]["on"].pop("fail")),
    "other initial": changed(lambda document: document["config"].update(initial="pending")),
}


@cache
def answers() -> dict[str, list[list[Any]]]:
    """Return the answers of XState for the document and for each faulty one."""
    documents = {"": xstate()} | FAULTS
    return dict(zip(documents, ask(tools.node("xstate"), SCRIPT, tuple(documents.values())), strict=True))


class TestDocument:
    """The JSON document, compared with the tables."""

    def test_states(self) -> None:
        """Each status has its group as tag and in meta, its rule and meaning, and is final if it has no way out."""
        assert list(STATES) == list(Status)
        for status, state in STATES.items():
            row = rules.STATUSES[Status(status)]
            assert (state["tags"], state["description"]) == ([row.group], row.meaning)
            assert state["meta"] == {"group": row.group, "effect": EFFECTS.get(row.status), "rule": row.rule}
            assert (state.get("type") == "final") is ("on" not in state) is (row.status in WITHOUT_EXIT)

    def test_transitions(self) -> None:
        """Each source of each trigger has one transition, with its driver, its note and its rule."""
        for trigger, row in rules.TRANSITIONS.items():
            found = {status: state["on"][trigger] for status, state in STATES.items() if trigger in state.get("on", ())}
            assert tuple(found) == row.sources
            for each in found.values():
                assert (each["target"], each["description"]) == (row.target, row.note)
                assert each["meta"] == {"driver": row.driver, "rule": row.rule}
                assert DOCUMENT["guards"].get(each.get("guard"), {}) == row.guard
        assert {trigger for state in STATES.values() for trigger in state.get("on", ())} == set(Trigger)

    @pytest.mark.rule("LC-3", "D10")
    def test_guards(self) -> None:
        """In every cell, the transitions and the facts that their guards require agree with the machine."""

        def fire(cell: Cell) -> Move:
            found = STATES[cell.status].get("on", {}).get(cell.trigger)
            required = DOCUMENT["guards"][found["guard"]] if found and "guard" in found else {}
            holds = all(getattr(cell.facts, fact) is wanted for fact, wanted in required.items())
            return cell.status, found["target"] if found and holds else cell.status

        assert differences([fire(cell) for cell in CELLS]) == []
        assert DOCUMENT["facts"] == list(Fact)

    @pytest.mark.rule("LC-5")
    def test_entry_actions(self) -> None:
        """The entry actions are the effects."""
        assert {status: state["entry"] for status, state in STATES.items() if "entry" in state} == {
            status: [effect] for status, effect in EFFECTS.items()
        }
        assert DOCUMENT["actions"] == list(EFFECTS.values())


@pytest.mark.tools
class TestXState:
    """The document in XState itself."""

    @pytest.mark.rule("LC-3", "LC-4")
    def test_cells(self) -> None:
        """XState agrees with the machine in every cell."""
        assert differences([(before, after) for before, after, *_ in answers()[""]]) == []

    @pytest.mark.rule("LC-5")
    def test_effects(self) -> None:
        """Entering ready or paid, and nothing else, gives the action, and the tag and the end follow the status."""
        for cell, (before, after, actions, tags, end) in zip(CELLS, answers()[""], strict=True):
            effect = EFFECTS.get(Status(after)) if before != after else None
            assert actions == ([] if effect is None else [effect]), cell
            assert tags == [rules.STATUSES[Status(after)].group]
            assert (end == "done") is (Status(after) in WITHOUT_EXIT)

    @pytest.mark.parametrize("fault", FAULTS)
    def test_fault_found(self, fault: str) -> None:
        """A fault in the document shows up in the cells."""
        assert differences([(before, after) for before, after, *_ in answers()[fault]]) != []

    def test_example(self, tmp_path: Path) -> None:
        """The program in docs/exports.md prints the output that the page shows."""
        page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
        found = re.search(r"```js\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
        assert found is not None
        node = tools.node("xstate")
        # Node.js looks for packages in the folders above the program.
        (tmp_path / "node_modules").symlink_to(tools.MODULES, target_is_directory=True)
        (tmp_path / "lifecycle.xstate.json").write_text(xstate(), encoding="utf-8")
        (tmp_path / "example.mjs").write_text(found[1], encoding="utf-8")
        assert run(node, tmp_path / "example.mjs", "") == found[2]
