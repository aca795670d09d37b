"""The page about the JSON Schemas: the files, and the rules that they cannot express."""

from __future__ import annotations

from typing import Final

from ... import rules
from ...rules import Code, Operation, Status
from .._schemas.schema_keys import schema_file
from .._schemas.schema_limits import SCHEMA_LIMITS, SchemaLimit
from .links import link
from .markdown import code, codes, table, text_of

_FOLDER: Final = "exports/schemas"
# These codes refuse triggers, stored records and requests without a token.
_NOT_ABOUT_BODIES: Final = (Code.ACCESS_DENIED, Code.TRANSITION_NOT_ALLOWED, Code.SNAPSHOT_INVALID)


def schema_page() -> str:
    """Return the page about the JSON Schemas, as Markdown."""
    limits = ("rule", "code", "operations", "in the schema of one status", "why", "examples")
    text = text_of("schemas.md").format(
        schemas=table(("status", *rules.METHODS), map(_file_row, (None, *Status))),
        limits=table(limits, map(_limit_row, SCHEMA_LIMITS.values())),
        expressed=codes(expressed_codes()),
    )
    return f"{text}\n"


def expressed_codes() -> tuple[Code, ...]:
    """Return the codes that refuse bodies and whose rules the schemas express completely."""
    others = {*_NOT_ABOUT_BODIES, *(row.code for row in SCHEMA_LIMITS.values())}
    return tuple(each for each, row in rules.CODES.items() if row.http_status is not None and each not in others)


def _file_row(status: Status | None) -> tuple[str, ...]:
    cells = (_link(each, status) if status is None or each in rules.CHANGING else "–" for each in rules.WITH_BODY)
    return ("any status" if status is None else code(status), *cells)


def _link(operation: Operation, status: Status | None) -> str:
    file = schema_file(operation, status)
    return f"[{file}]({_FOLDER}/{file})"


def _limit_row(row: SchemaLimit) -> tuple[str, ...]:
    expressed = "expressed" if row.by_status else "not expressed"
    operations = ", ".join(row.operations)
    return (link(row.rule), code(row.code), operations, expressed, row.why, codes(row.examples))
