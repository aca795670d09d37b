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
from .._json.quoting import quote, shorten
from ..errors import AppointmentError
from .inputs import read_within
from .results import Result

OWN_FILE: Final = "hopdrive-appointments.toml"
SHARED_FILE: Final = "pyproject.toml"
TABLE: Final = "hopdrive-appointments"
LARGEST_FILE: Final = 1024 * 1024
"""The most bytes of a configuration file."""
MOST_PATTERNS: Final = 1000
"""The most suppressions whose path has a wildcard: each file is compared with each of them."""
MOST_PARTS: Final = 32
"""The most parts of a dotted key. The parser of the standard library takes memory with the square of their number."""
_MOST_OF_ERROR: Final = 200
_WILDCARDS: Final = re.compile(r"[*?\[]")
_PART: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
# A key begins a line, or follows a bracket, a brace or a comma.
_LONG_KEY: Final = re.compile(rf"(?<![^\s\[{{,]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}".encode())
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
        path = _absolute(source, self.current)
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


def _absolute(path: str | Path, folder: Path) -> Path:
    # Path.resolve would follow symbolic links, which can lead out of the folder.
    return Path(os.path.normpath(folder / path))


def read_suppressions(path: Path | None, folder: Path) -> Suppressions:
    """Read the suppressions of a configuration file, or of the one in the folder where `path` is None.

    `folder` is the current folder, and is absolute. Raises ConfigurationError, also where the folder has both kinds of
    configuration file.
    """
    if path is not None:
        return Suppressions(_absolute(path, folder).parent, folder, _read(path, _table_of(path)))
    own, shared = folder / OWN_FILE, folder / SHARED_FILE
    shared_table = _table_of(shared) if shared.is_file() else None
    if not own.is_file():
        return Suppressions(folder, folder, _read(shared, shared_table))
    if shared_table is not None:
        raise ConfigurationError(f"both {own.name} and {shared.name} configure this folder: keep one of them")
    return Suppressions(folder, folder, _read(own, _table_of(own)))


def _table_of(path: Path) -> object:
    """Return the configuration: the tool's table of a pyproject.toml, or the whole of any other file."""
    import tomllib  # most folders have no configuration

    try:
        with path.open("rb") as stream:
            text = read_within(stream, LARGEST_FILE)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from None
    if len(text) > LARGEST_FILE:
        raise ConfigurationError(f"{path}: the file is larger than the limit of {LARGEST_FILE} bytes")
    if _LONG_KEY.search(text):
        raise ConfigurationError(f"{path}: a key has more than {MOST_PARTS} parts")
    try:
        table: object = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:  # tomllib lets errors of Python pass, such as for huge integers
        raise ConfigurationError(f"{path}: {shorten(str(error), _MOST_OF_ERROR)}") from None
    if path.name != SHARED_FILE:
        return table
    for name in ("tool", TABLE):
        table = table.get(name) if isinstance(table, Mapping) else None
    return table


def _read(path: Path, table: object) -> tuple[Suppression, ...]:
    if table is None:
        return ()
    if not isinstance(table, Mapping) or not table.keys() <= {"suppress"}:
        raise ConfigurationError(f"{path}: the only key that {TABLE} allows is suppress, a list of tables")
    entries = table.get("suppress", [])
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
