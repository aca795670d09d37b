"""The rules in other formats, generated from the tables. Each function returns the text of one format."""

from ._formats import FORMATS, Format, write_all
from ._mermaid import mermaid
from ._rulebook import rulebook

__all__ = ["FORMATS", "Format", "mermaid", "rulebook", "write_all"]
