"""The formats of `export`: the name of each, its file, and the function that generates it from the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from ..rules._table import table
from ._diagrams.dot import dot
from ._diagrams.mermaid import mermaid
from ._diagrams.scxml import scxml
from ._diagrams.svg import svg
from ._diagrams.xstate import xstate
from ._html import html
from ._pages.protocol import protocol
from ._pages.rule_pages import rule_pages
from ._pages.rulebook import rulebook
from ._pages.schema_page import schema_page
from ._pages.specification import specification
from ._pages.statuses import statuses
from ._pages.traceability import traceability
from ._pages.worked_cases import worked_cases_json
from ._schemas.json_schema import json_schema, json_schemas
from ._schemas.openapi import openapi
from ._tables.rulebook_json import rulebook_json
from ._tables.rulebook_schema import rulebook_schema
from ._tables.traceability_json import traceability_json, traceability_schema
from ._writing import write_file


class Format(NamedTuple):
    """One format of the rules."""

    name: str
    """The name of the format in the command."""
    path: PurePosixPath
    """The file that `write_all` writes, below its directory; a folder if the format has `parts`."""
    summary: str
    """What the format is, as the help of the command says it."""
    text: Callable[..., str]
    """The function that returns the text of the format."""
    parts: Callable[[], Iterable[tuple[str, str]]] | None = None
    """The names and texts of all files of a format that has several."""

    def files(self) -> Iterator[tuple[PurePosixPath, str]]:
        """Yield the path and the text of each file that `write_all` writes for the format."""
        if self.parts is None:
            yield self.path, self.text()
            return
        for name, text in self.parts():
            yield self.path / name, text


FORMATS: Final[Mapping[str, Format]] = table(
    lambda row: row.name,
    (
        Format(
            "rulebook",
            PurePosixPath("rulebook.md"),
            "The rulebook as Markdown, with the decision register.",
            rulebook,
        ),
        Format(
            "rulebook-json",
            PurePosixPath("exports/rulebook.json"),
            "The rulebook as JSON, complete enough to drive a program.",
            rulebook_json,
        ),
        Format(
            "rulebook-schema",
            PurePosixPath("exports/rulebook.schema.json"),
            "The JSON Schema of the rulebook as JSON.",
            rulebook_schema,
        ),
        Format(
            "html",
            PurePosixPath("exports/rulebook.html"),
            "The rulebook as one interactive HTML page, which needs no network.",
            html,
        ),
        Format(
            "specification",
            PurePosixPath("specification.md"),
            "The normative specification as Markdown: all that an implementation needs.",
            specification,
        ),
        Format(
            "protocol",
            PurePosixPath("protocol.md"),
            "The conformance protocol as Markdown, with a worked case for each rule.",
            protocol,
        ),
        Format(
            "worked-cases",
            PurePosixPath("exports/worked-cases.jsonl"),
            "The worked cases of the protocol as JSON Lines, with their answers.",
            worked_cases_json,
        ),
        Format(
            "rules", PurePosixPath("rules.md"), "The rules as Markdown, with a section for each of them.", rule_pages
        ),
        Format(
            "statuses",
            PurePosixPath("statuses.md"),
            "What each status allows as Markdown, with the rules.",
            statuses,
        ),
        Format(
            "traceability",
            PurePosixPath("traceability.md"),
            "The rules, decisions and tests of each source statement as Markdown.",
            traceability,
        ),
        Format(
            "traceability-json",
            PurePosixPath("exports/traceability.json"),
            "The rules, decisions and tests of each source statement as JSON.",
            traceability_json,
        ),
        Format(
            "traceability-schema",
            PurePosixPath("exports/traceability.schema.json"),
            "The JSON Schema of traceability-json.",
            traceability_schema,
        ),
        Format("mermaid", PurePosixPath("exports/lifecycle.mmd"), "The lifecycle as a Mermaid diagram.", mermaid),
        Format("dot", PurePosixPath("exports/lifecycle.dot"), "The lifecycle as a graph for Graphviz.", dot),
        Format("svg", PurePosixPath("exports/lifecycle.svg"), "The lifecycle as a picture in SVG.", svg),
        Format("scxml", PurePosixPath("exports/lifecycle.scxml"), "The lifecycle as a state chart in SCXML.", scxml),
        Format(
            "xstate",
            PurePosixPath("exports/lifecycle.xstate.json"),
            "The lifecycle as the configuration of an XState 5 machine, with its guards.",
            xstate,
        ),
        Format(
            "json-schema",
            PurePosixPath("exports/schemas"),
            "The JSON Schema of the bodies of an operation.",
            json_schema,
            json_schemas,
        ),
        Format(
            "schema-limits",
            PurePosixPath("schemas.md"),
            "The page about the JSON Schemas as Markdown.",
            schema_page,
        ),
        Format(
            "openapi",
            PurePosixPath("exports/openapi.json"),
            "The requests and answers as OpenAPI 3.1.",
            openapi,
        ),
    ),
)


def files() -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the path and the text of every file that `write_all` writes."""
    for row in FORMATS.values():
        yield from row.files()


def contents(directory: Path) -> tuple[tuple[Path, bytes], ...]:
    """Return the path below a directory and the contents of every file that `write_all` writes, in its order."""
    return tuple([(directory / path, text.encode()) for path, text in files()])


def write_each(files: Iterable[tuple[Path, bytes]]) -> Iterator[Path]:
    """Write files with the folders that they need, and yield the path of each written one. Raises OSError."""
    for path, content in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content)
        yield path


def write_all(directory: Path) -> tuple[Path, ...]:
    """Write every export below a directory, which is created if it does not exist, and return the paths.

    The directory `docs` of the project has these files. Each file is replaced by a new one at once, and has either its
    old or its new contents; in a folder that is not writable, it is written in place. Raises OSError for the first
    file that cannot be written; the files after it are not written.
    """
    return tuple(write_each(contents(directory)))
