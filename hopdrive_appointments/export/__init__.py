"""The rules in other formats, generated from the tables. Each function returns the text of one format."""

from ._dot import dot
from ._formats import FORMATS, Format, write_all
from ._html import html
from ._json_schema import json_schema
from ._mermaid import mermaid
from ._openapi import openapi
from ._protocol import protocol
from ._rule_pages import rule_pages
from ._rulebook import rulebook
from ._rulebook_json import rulebook_json
from ._rulebook_schema import rulebook_schema
from ._schema_page import schema_page
from ._scxml import scxml
from ._specification import specification
from ._svg import svg
from ._traceability import traceability
from ._traceability_json import traceability_json, traceability_schema
from ._worked_cases import worked_cases_json
from ._xstate import xstate

__all__ = [
    "FORMATS",
    "Format",
    "dot",
    "html",
    "json_schema",
    "mermaid",
    "openapi",
    "protocol",
    "rule_pages",
    "rulebook",
    "rulebook_json",
    "rulebook_schema",
    "schema_page",
    "scxml",
    "specification",
    "svg",
    "traceability",
    "traceability_json",
    "traceability_schema",
    "worked_cases_json",
    "write_all",
    "xstate",
]
