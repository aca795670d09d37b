"""The rules in other formats, generated from the tables. Each function returns the text of one format."""

from ._formats import FORMATS, Format, write_all
from ._mermaid import mermaid
from ._protocol import protocol
from ._rulebook import rulebook
from ._rulebook_json import rulebook_json
from ._rulebook_schema import rulebook_schema
from ._specification import specification
from ._worked_cases import worked_cases_json

__all__ = [
    "FORMATS",
    "Format",
    "mermaid",
    "protocol",
    "rulebook",
    "rulebook_json",
    "rulebook_schema",
    "specification",
    "worked_cases_json",
    "write_all",
]
