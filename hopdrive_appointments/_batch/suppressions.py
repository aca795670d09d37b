"""Suppress findings by rule and path, each suppression with a reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from pathlib import Path
from typing import Final

from attrs import Factory, evolve, field, frozen

from .. import rules
from .._json.quoting import quote
from ..errors import AppointmentError
from .results import Result

MOST_PATTERNS: Final = 1000
"""The most suppressions whose path has a wildcard: each file is compared with each of them."""
_WILDCARDS: Final = re.compile(r"[*?\[]")
_KEYS: Final = {"rule", "path", "reason"}


class ConfigurationError(AppointmentError, ValueError):
    """A configuration file cannot be used. The message names the file and the place."""


@frozen
class Suppression:
    """A rule whose findings are suppressed in the files that match a pattern."""

    rule: str
    path: str
    """A shell pattern for paths relative to the folder of the configuration; `*` also matches `/`."""
    reason: str

    @property
    def has_wildcard(self) -> bool:
        """Whether the pattern can match several paths."""
        return _WILDCARDS.search(self.path) is not None


@frozen
class Suppressions:
    """The suppressions of a configuration."""

    folder: Path
    """The folder of the configuration."""
    current: Path
    """The folder where the command runs. A worker can run in another one."""
    all: tuple[Suppression, ...] = ()
    _by_path: Mapping[str, Sequence[int]] = field(
        init=False, repr=False, eq=False, default=Factory(lambda self: _by_path(self.all), takes_self=True)
    )
    """The positions of the suppressions for exactly one path."""
    _patterns: Sequence[tuple[int, re.Pattern[str]]] = field(
        init=False, repr=False, eq=False, default=Factory(lambda self: _patterns(self.all), takes_self=True)
    )
    """The positions and the patterns of the other ones."""

    def apply(self, source: str, results: Sequence[Result]) -> tuple[Sequence[Result], frozenset[Suppression]]:
        """Return the results of one input with the reason at each suppressed finding, and the suppressions used."""
        here = self._matching(source) if self.all else ()
        rules_found = {located.finding.rule for result in results for located in result.findings} if here else ()
        used = [each for each in here if each.rule in rules_found]
        reasons = {each.rule: each.reason for each in reversed(used)}  # the first one of a rule takes precedence
        return [_marked(each, reasons) for each in results] if used else results, frozenset(used)

    def _matching(self, source: str) -> Sequence[Suppression]:
        path = absolute_path(source, self.current)
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else source
        matching = [position for position, pattern in self._patterns if pattern.match(name)]
        return [self.all[position] for position in sorted([*matching, *self._by_path.get(name, ())])]


def _by_path(suppressions: Iterable[Suppression]) -> Mapping[str, Sequence[int]]:
    by_path: dict[str, list[int]] = {}
    for position, each in enumerate(suppressions):
        if not each.has_wildcard:
            by_path.setdefault(each.path, []).append(position)
    return by_path


def _patterns(suppressions: Iterable[Suppression]) -> Sequence[tuple[int, re.Pattern[str]]]:
    return [
        (position, re.compile(translate(each.path))) for position, each in enumerate(suppressions) if each.has_wildcard
    ]


def _marked(result: Result, reasons: Mapping[str, str]) -> Result:
    findings = (evolve(located, suppressed=reasons.get(located.finding.rule)) for located in result.findings)
    return evolve(result, findings=tuple(findings))


def absolute_path(path: str | Path, folder: Path) -> Path:
    """Return the path without `..`, relative to a folder if it is relative."""
    # Path.resolve would follow symbolic links, which can lead out of the folder.
    return Path(os.path.normpath(folder / path))


def read_entries(path: Path, entries: object) -> tuple[Suppression, ...]:
    """Return the suppressions in the list `suppress` of a configuration. Raises ConfigurationError."""
    if not isinstance(entries, list):
        raise ConfigurationError(f"{path}: suppress must be a list of tables")
    found = tuple(_suppression(f"{path}: suppress entry {number}", entry) for number, entry in enumerate(entries, 1))
    if sum(each.has_wildcard for each in found) > MOST_PATTERNS:
        raise ConfigurationError(f"{path}: more than {MOST_PATTERNS} suppressions have a path with a wildcard")
    return found


def _suppression(place: str, entry: object) -> Suppression:
    if not isinstance(entry, Mapping) or entry.keys() != _KEYS or not _all_text(entry.values()):
        raise ConfigurationError(f"{place} must have exactly the keys rule, path and reason, each with text")
    if entry["rule"] not in rules.RULES:
        raise ConfigurationError(f"{place} names an unknown rule, {quote(entry['rule'])}: see the rulebook")
    if not entry["reason"].strip():
        raise ConfigurationError(f"{place} has a blank reason: write why the findings are suppressed")
    return Suppression(entry["rule"], entry["path"], entry["reason"])


def _all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)
