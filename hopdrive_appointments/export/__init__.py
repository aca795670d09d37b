"""The rules in other formats, generated from the tables. Each function returns the text of one format."""

from ._formats import FORMATS, Format, write_all
from ._mermaid import mermaid
from ._rulebook import rulebook
from ._rulebook_json import rulebook_json
from ._rulebook_schema import rulebook_schema

__all__ = ["FORMATS", "Format", "mermaid", "rulebook", "rulebook_json", "rulebook_schema", "write_all"]
