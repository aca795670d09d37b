"""The formats of the report of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ...rules import Severity
from ..rule_links import RuleLinks
from .base import Format, Summary

__all__ = ["FORMATS", "Format", "Summary"]


def _text(fail_on: Severity, in_colour: bool, links: RuleLinks) -> Format:
    from .text import TextFormat

    return TextFormat(in_colour, links)


def _json(fail_on: Severity, in_colour: bool, links: RuleLinks) -> Format:
    from .json_report import JsonFormat

    return JsonFormat(links)


def _github(fail_on: Severity, in_colour: bool, links: RuleLinks) -> Format:
    from .github import GithubFormat

    return GithubFormat(links)


def _sarif(fail_on: Severity, in_colour: bool, links: RuleLinks) -> Format:
    from .sarif import SarifFormat

    return SarifFormat(links)


def _junit(fail_on: Severity, in_colour: bool, links: RuleLinks) -> Format:
    from .junit import JunitFormat

    return JunitFormat(fail_on, links)


# A format is imported only when it is used, so that the command starts quickly.
FORMATS: Final[Mapping[str, Callable[[Severity, bool, RuleLinks], Format]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
}
