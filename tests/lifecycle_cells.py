"""Every cell of the lifecycle, (status, trigger, facts), for the tests that compare an export with the machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

from hopdrive_appointments._decide.machine import Facts, fire
from hopdrive_appointments.rules import INITIAL, Status, Trigger

FACTS: Final = tuple(Facts(*values) for values in product((False, True), repeat=len(Facts._fields)))
Step = tuple[Trigger, Facts]
# The statuses before and after a trigger.
Move = tuple[str, str]


class Cell(NamedTuple):
    """A trigger that is fired in a status while certain facts hold."""

    status: Status
    trigger: Trigger
    facts: Facts

    @property
    def expected(self) -> Move:
        """The statuses before and after the trigger, as the machine of the library has them."""
        return self.status, fire(self.trigger, self.status, self.facts) or self.status


CELLS: Final = tuple(Cell(*cell) for cell in product(Status, Trigger, FACTS))


def walks() -> Mapping[Status, Sequence[Step]]:
    """Return, for each status, steps that lead to it from the initial one."""
    found: dict[Status, tuple[Step, ...]] = {INITIAL: ()}
    for _ in Status:
        for source, trigger, facts in product(tuple(found), Trigger, FACTS):
            target = fire(trigger, source, facts)
            if target is not None:
                found.setdefault(target, (*found[source], (trigger, facts)))
    return found


WALKS: Final = walks()


def differences(answers: Sequence[Move]) -> list[tuple[Cell, Move]]:
    """Return the cells in which the answers of a reader differ from the machine."""
    pairs = zip(CELLS, answers, strict=True)
    return [(cell, answer) for cell, answer in pairs if tuple(answer[:2]) != cell.expected]


def ask(node: Path, script: Path, documents: Sequence[str]) -> Any:
    """Run a script of tests/tools that answers all cells for each document, and return its answers."""
    cells = [
        ([(trigger, facts._asdict()) for trigger, facts in WALKS[cell.status]], cell.trigger, cell.facts._asdict())
        for cell in CELLS
    ]
    return json.loads(run(node, script, json.dumps({"documents": documents, "cells": cells})))


def run(node: Path, script: Path, text: str) -> str:
    """Run a script of tests/tools with a text on standard input, and return its output."""
    done = subprocess.run([node, script], input=text, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
