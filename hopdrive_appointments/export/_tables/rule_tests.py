"""The tests of each rule, and the rules that rest on each statement of the source page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ... import rules
from ...rules import Rule


@cache
def rule_tests() -> Mapping[str, tuple[str, ...]]:
    """Return the tests of each rule and decision, by the ids that pytest gives them, without parameters."""
    text = files(__name__.rpartition(".")[0]).joinpath("tests_of_rules.json").read_text(encoding="utf-8")
    return {id: tuple(tests) for id, tests in json.loads(text).items()}


def own_rules() -> tuple[Rule, ...]:
    """Return the rules that are not decisions."""
    return tuple(rule for rule in rules.RULES.values() if rule.id not in rules.DECISIONS)


def rules_on(statement: str) -> tuple[Rule, ...]:
    """Return the rules that rest on a statement of the source page."""
    return tuple(rule for rule in own_rules() if statement in rule.sources)
