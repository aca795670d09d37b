"""Suppress findings by rule and path, each suppression with a reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from attrs import Factory, define, evolve, frozen

from .. import rules
from .._json.quoting import quote, shorten
from ..errors import AppointmentError
from .inputs import read_within
from .results import LocatedFinding, Result

OWN_FILE: Final = "hopdrive-appointments.toml"
SHARED_FILE: Final = "pyproject.toml"
TABLE: Final = "hopdrive-appointments"
LARGEST_FILE: Final = 1024 * 1024
"""The most bytes of a configuration file."""
_MOST_OF_ERROR: Final = 200
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


@define
class Suppressions:
    """The suppressions of a configuration. It records which of them cover a finding."""

    folder: Path
    """The folder of the configuration."""
    all: tuple[Suppression, ...] = ()
    _used: set[Suppression] = Factory(set)

    def apply(self, result: Result) -> Result:
        """Return the result with the reason at each finding that a suppression covers."""
        if not self.all or not result.findings:
            return result
        return evolve(result, findings=tuple(self._marked(result.source, located) for located in result.findings))

    def _marked(self, source: str, located: LocatedFinding) -> LocatedFinding:
        path = self._relative(source)
        covering = [each for each in self.all if each.rule == located.finding.rule and fnmatchcase(path, each.path)]
        self._used.update(covering)
        return evolve(located, suppressed=covering[0].reason) if covering else located

    def _relative(self, source: str) -> str:
        path = _absolute(Path(source))
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else source

    @property
    def unused(self) -> tuple[Suppression, ...]:
        """The suppressions that have not covered any finding."""
        return tuple(suppression for suppression in self.all if suppression not in self._used)


def _absolute(path: Path) -> Path:
    # Path.resolve would follow symbolic links, which can lead out of the folder.
    return Path(os.path.abspath(path))  # noqa: PTH100


def read_suppressions(path: Path | None, folder: Path) -> Suppressions:
    """Read the suppressions of a configuration file, or of the one in the folder where `path` is None.

    Raises ConfigurationError, also where the folder has both kinds of configuration file.
    """
    if path is not None:
        return Suppressions(_absolute(path).parent, _read(path, _table_of(path)))
    own, shared = folder / OWN_FILE, folder / SHARED_FILE
    found = [each for each in (own, shared) if each.is_file() and (each == own or _table_of(each) is not None)]
    if len(found) > 1:
        raise ConfigurationError(f"both {own.name} and {shared.name} configure this folder: keep one of them")
    return Suppressions(_absolute(folder), _read(found[0], _table_of(found[0])) if found else ())


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
    return tuple(_suppression(f"{path}: suppress entry {number}", entry) for number, entry in enumerate(entries, 1))


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
