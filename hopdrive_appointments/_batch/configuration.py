"""The configuration of the command: suppressions, and where the documentation is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from .._json.quoting import CHARACTERS, quote, shorten
from .._suggestions import nearest
from ..documentation import rule_url
from ..errors import ArgumentValueError
from ..rules import RULES
from .inputs import read_within
from .suppressions import ConfigurationError, Suppressions, absolute_path, read_entries

OWN_FILE: Final = "hopdrive-appointments.toml"
SHARED_FILE: Final = "pyproject.toml"
TABLE: Final = "hopdrive-appointments"
LARGEST_FILE: Final = 1024 * 1024
"""The most bytes of a configuration file."""
MOST_PARTS: Final = 32
"""The most parts of a dotted key. The parser of the standard library takes memory with the square of their number."""
_MOST_OF_ERROR: Final = 200
_PART: Final = r"""(?:[\w-]++|"(?>(?:[^"\\\n]|\\.)*)"|'[^'\n]*+')"""
# A key begins a line, or follows a bracket, a brace or a comma.
_LONG_KEY: Final = re.compile(rf"(?<![^\s\[{{,]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}".encode())
_SUPPRESS: Final = "suppress"
_DOCUMENTATION: Final = "documentation-url"
_KEYS: Final = (_SUPPRESS, _DOCUMENTATION)
_TOOLS: Final = "tool"
_HEADING: Final = f"[{_TOOLS}.{TABLE}]"
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
# Without a table of this tool, a name that is almost the same is a misspelt one.
_TABLE_CUTOFF: Final = 0.93


@frozen
class Configuration:
    """The contents of a configuration file."""

    suppressions: Suppressions
    documentation_url: str | None
    """The address of the published documentation, which `rule_url` accepts."""


def read_configuration(path: Path | None, folder: Path) -> Configuration:
    """Read a configuration file, or the one in the folder where `path` is None.

    `folder` is the current folder, and is absolute. Raises ConfigurationError, also where the folder has both kinds of
    configuration file.
    """
    if path is not None:
        return _read(path, _table_of(path), absolute_path(path, folder).parent, folder)
    own, shared = folder / OWN_FILE, folder / SHARED_FILE
    shared_table = _table_of(shared) if shared.is_file() else None
    if not own.is_file():
        return _read(shared, shared_table, folder, folder)
    if shared_table is not None:
        raise ConfigurationError(f"both {own.name} and {shared.name} configure this folder: keep one of them")
    return _read(own, _table_of(own), folder, folder)


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
        document = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:  # tomllib lets errors of Python pass, such as for huge integers
        raise ConfigurationError(f"{path}: {shorten(str(error), _MOST_OF_ERROR)}") from None
    return _own_table(path, document) if path.name == SHARED_FILE else document


def _own_table(path: Path, document: Mapping[str, object]) -> object:
    """Return the table of this tool in a pyproject.toml, or None. Raises ConfigurationError if its name is misspelt."""
    for names in _misspelt(document):
        heading = ".".join(name if _BARE_KEY.fullmatch(name) else quote(name) for name in names)
        raise ConfigurationError(f"{path}: the table [{heading}] is not read; did you mean {_HEADING}?")
    tools = document.get(_TOOLS, {})
    if not isinstance(tools, Mapping):
        raise ConfigurationError(f"{path}: {_TOOLS} must be a table, such as {_HEADING}")
    return tools.get(TABLE)


def _misspelt(document: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Yield the names of each table that has the name of this tool in another spelling or place."""
    for name, value in document.items():
        if _is_own(name):
            yield (name,)
        if name.casefold() in (_TOOLS, f"{_TOOLS}s") and isinstance(value, Mapping):
            for below in value:
                is_similar = TABLE not in value and nearest(below[: 2 * CHARACTERS], [TABLE], _TABLE_CUTOFF)
                if (name, below) != (_TOOLS, TABLE) and (is_similar or _is_own(below)):
                    yield name, below


def _is_own(name: str) -> bool:
    """Return whether a name is that of this tool, apart from case and the characters between the words."""
    return re.sub("[_. ]", "-", name).casefold() == TABLE


def _read(path: Path, table: object, folder: Path, current: Path) -> Configuration:
    if table is None:
        table = {}
    if not isinstance(table, Mapping):
        raise ConfigurationError(f"{path}: {TABLE} must be a table, with the keys {' and '.join(_KEYS)}")
    for key in table:
        if key not in _KEYS:
            raise ConfigurationError(f"{path}: no key has the name {quote(key)}; {_instead_of(key)}")
    suppressions = Suppressions(folder, current, read_entries(path, table.get(_SUPPRESS, [])))
    if (url := table.get(_DOCUMENTATION)) is None:
        return Configuration(suppressions, None)
    problem = problem_of_url(url) if isinstance(url, str) else "must be text"
    if problem:
        raise ConfigurationError(f"{path}: {_DOCUMENTATION} {problem}")
    return Configuration(suppressions, url)


def _instead_of(key: str) -> str:
    """Return what to write in place of an unknown key."""
    near = nearest(key[:CHARACTERS], _KEYS)
    return f"did you mean {near}?" if near else f"use {_SUPPRESS}, a list of tables, or {_DOCUMENTATION}"


def problem_of_url(documentation_url: str) -> str | None:
    """Return why the address of the documentation cannot be used, or None if it can."""
    try:
        rule_url(documentation_url, next(iter(RULES)))
    except ArgumentValueError as error:
        return str(error).removeprefix("documentation_url ")
    return None
