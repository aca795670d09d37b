"""The conformance protocol, version 1: the reference implementation answers the cases of a test driver."""

from ._reference import MalformedCase, outcome_of
from ._serving import answer, serve

__all__ = ["MalformedCase", "answer", "outcome_of", "serve"]
