"""The page about the statuses: what PATCH and PUT can change in each, by which rules, and the triggers."""

from __future__ import annotations

import re
from typing import Final

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export import statuses
from hopdrive_appointments.rules import Group, Status
from tests.builders import CONTACT

PAGE: Final = statuses()
# Of the sixteen fields, by the group of the status: what a PATCH and a PUT cannot change.
FIXED: Final = {
    Group.OPEN: ({"customer_id", "transportation_type"}, {"customer_id"}),
    Group.STAGED: (set(rules.FIELDS) - set(CONTACT), set(rules.FIELDS)),
    Group.TERMINAL: (set(rules.FIELDS), set(rules.FIELDS)),
}
REASONS: Final = {
    Group.OPEN: (["UP-2", "UP-5", "D3"], ["UP-2", "D12"]),
    Group.STAGED: (["UP-2", "UP-3", "UP-4", "UP-5", "PA-1", "D3"], ["UP-2", "UP-3", "UP-4", "D4", "D12"]),
    Group.TERMINAL: (["UP-1", "UP-2", "UP-5", "D3"], ["UP-1", "UP-2", "D12"]),
}


def part(heading: str) -> str:
    """Return the text below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def fixed(text: str) -> set[str]:
    """Return the fields that cannot change, as a sentence or a cell says it."""
    named = {name for name in re.findall(r"`(\w+)`", text) if name in rules.FIELDS}
    if "nothing" in text:
        assert not named
    return named if "except" in text else set(rules.FIELDS) - named


@pytest.mark.rule("UP-1", "UP-2", "UP-3", "UP-4", "UP-5", "D3", "D4", "D12")
@pytest.mark.parametrize("status", Status)
class TestChanges:
    """What PATCH and PUT can change."""

    def test_section(self, status: Status) -> None:
        """The sections on PATCH and PUT in a status name what cannot change, and the rules with their statements."""
        group = rules.STATUSES[status].group
        for method, expected, reasons in zip(("PATCH", "PUT"), FIXED[group], REASONS[group], strict=True):
            sentence, _, listed = part(f"{method} in {status}").partition(" The rules:")
            assert fixed(sentence) == expected, method
            past = "It is refused when the appointment's time is past ([UP-2]("
            assert (past in sentence) is (group is not Group.TERMINAL)
            cited = re.findall(r"^- \[(.*?)\]\(rules\.md#.*?\) \((.*?)\): (.*)$", listed, re.MULTILINE)
            assert [id for id, _, _ in cited] == reasons
            for id, provenances, statement in cited:
                rule = rules.RULES[id]
                assert (provenances, statement) == (", ".join(rule.provenances), rule.statement)

    def test_row(self, status: Status) -> None:
        """The row of a status in the first table says the same, with all rules."""
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| [`{status}`]"))
        group, patch, put, cited = (cell.strip() for cell in row.split("|")[2:-1])
        assert group == rules.STATUSES[status].group
        assert (fixed(patch), fixed(put)) == FIXED[rules.STATUSES[status].group]
        assert set(re.findall(r"\[(.*?)\]", cited)) == {
            id for ids in REASONS[rules.STATUSES[status].group] for id in ids
        }


@pytest.mark.parametrize("status", Status)
def test_triggers(status: Status) -> None:
    """The section on triggers has a row for each that leaves the status, with its target."""
    found = re.findall(r"^\| `(\w+)` \| \[`(\w+)`\]\(#\2\)", part(f"Triggers from {status}"), re.MULTILINE)
    assert found == [(row.trigger, row.target) for row in rules.TRANSITIONS.values() if status in row.sources]
    assert (found == []) is ("No trigger leads out" in part(f"Triggers from {status}"))


@pytest.mark.parametrize("status", Status)
def test_meaning(status: Status) -> None:
    """The section of a status begins with its meaning and leads to the status on the interactive page."""
    text = part(status)
    assert text.lstrip().startswith(rules.STATUSES[status].meaning)
    assert f"](exports/rulebook.html#status={status})" in text
