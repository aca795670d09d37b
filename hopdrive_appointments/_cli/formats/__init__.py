"""The formats of the report of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TextIO

from ...rules import Severity
from .base import Reporter, Summary

__all__ = ["FORMATS", "Reporter", "Summary"]


def _text(stream: TextIO, fail_on: Severity) -> Reporter:
    from .text import TextReporter

    return TextReporter(stream)


def _json(stream: TextIO, fail_on: Severity) -> Reporter:
    from .json_report import JsonReporter

    return JsonReporter(stream)


def _github(stream: TextIO, fail_on: Severity) -> Reporter:
    from .github import GithubReporter

    return GithubReporter(stream)


def _sarif(stream: TextIO, fail_on: Severity) -> Reporter:
    from .sarif import SarifReporter

    return SarifReporter(stream)


def _junit(stream: TextIO, fail_on: Severity) -> Reporter:
    from .junit import JunitReporter

    return JunitReporter(stream, fail_on)


# A reporter is imported only when it is used, so that the command starts quickly.
FORMATS: Final[Mapping[str, Callable[[TextIO, Severity], Reporter]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
}
