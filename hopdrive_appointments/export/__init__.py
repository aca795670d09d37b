"""The rules in other formats, generated from the tables."""

from ._mermaid import mermaid
from ._rulebook import rulebook

__all__ = ["mermaid", "rulebook"]
