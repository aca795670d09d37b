"""The conformance protocol, version 1: what this implementation, the reference, answers to a case."""

from .reference import MalformedCase, outcome_of
from .serving import answer, serve

__all__ = ["MalformedCase", "answer", "outcome_of", "serve"]
