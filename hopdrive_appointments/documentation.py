"""Where the documentation of a rule is, on a site that has the documentation of this project."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from . import rules
from ._json.python_objects import is_a
from .errors import ArgumentTypeError, ArgumentValueError

__all__ = ["rule_url"]

_PAGE: Final = "rules.html"
_MOST_CHARACTERS: Final = 2000
# RFC 3986, without user information, query and fragment: a slash and the name of a page can follow it.
_URL: Final = (
    r"(?:https?://[a-z0-9.-]+(?::[0-9]{1,5})?|file://[a-z0-9.-]*(?=/))(?:/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*)?"
)


def rule_url(documentation_url: str, rule: str) -> str:
    """Return the URL of the documentation of a rule or decision, such as `https://…/rules.html#up-2`.

    `documentation_url` is the address of the folder with the published documentation: http, https or file, without
    query and fragment. Raises ArgumentTypeError if it is not text, and ArgumentValueError if it cannot be used or
    there is no such rule.
    """
    if not is_a(documentation_url, str) or not is_a(rule, str):
        raise ArgumentTypeError("documentation_url and rule must be text")
    id = str.__str__(rule)
    if id not in rules.RULES:
        raise ArgumentValueError("rule must be the id of a rule or a decision, such as UP-2")
    return f"{_rules_page(str.__str__(documentation_url))}#{id.lower()}"


@lru_cache(maxsize=8)  # a report has the links of many findings
def _rules_page(documentation_url: str) -> str:
    is_short = len(documentation_url) <= _MOST_CHARACTERS
    if not is_short or not re.fullmatch(_URL, documentation_url, re.ASCII | re.IGNORECASE):
        raise ArgumentValueError(
            f"documentation_url must be an http, https or file URL of at most {_MOST_CHARACTERS} characters, without a "
            "user name, a query and a fragment; write spaces, control characters and characters beyond ASCII as %XX"
        )
    return f"{documentation_url.removesuffix('/')}/{_PAGE}"
