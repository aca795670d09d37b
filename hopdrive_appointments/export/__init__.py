"""The rules in other forms, all of them made from the tables."""

from .rulebook import rulebook

__all__ = ["rulebook"]
