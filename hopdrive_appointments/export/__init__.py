"""The rules in other formats, generated from the tables. Each function returns the text of one format."""

from ._diagrams.dot import dot
from ._diagrams.mermaid import mermaid
from ._diagrams.scxml import scxml
from ._diagrams.svg import svg
from ._diagrams.xstate import xstate
from ._formats import FORMATS, Format, write_all
from ._html import html
from ._pages.protocol import protocol
from ._pages.rule_pages import rule_pages
from ._pages.rulebook import rulebook
from ._pages.schema_page import schema_page
from ._pages.specification import specification
from ._pages.statuses import statuses
from ._pages.traceability import traceability
from ._pages.worked_cases import worked_cases_json
from ._schemas.json_schema import json_schema
from ._schemas.openapi import openapi
from ._tables.rulebook_json import rulebook_json
from ._tables.rulebook_schema import rulebook_schema
from ._tables.traceability_json import traceability_json, traceability_schema

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
    "statuses",
    "svg",
    "traceability",
    "traceability_json",
    "traceability_schema",
    "worked_cases_json",
    "write_all",
    "xstate",
]
