"""What the current folder or an option configures: suppressions, and links to the documentation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from .._batch.configuration import Configuration, read_configuration
from .._batch.suppressions import ConfigurationError
from .rule_links import RuleLinks
from .streams import Unusable, is_in_colour, naming

# Values of TERM, for terminals that do not show hyperlinks.
_WITHOUT_LINKS: Final = ("dumb", "unknown")


def links_to(documentation_url: str | None) -> RuleLinks:
    """Return the links to the documentation at an address, as hyperlinks if standard output can show them."""
    can_show = documentation_url is not None and is_in_colour() and os.environ.get("TERM") not in _WITHOUT_LINKS
    return RuleLinks(documentation_url, can_show)


def configured_links(documentation_url: str | None) -> RuleLinks:
    """Return the links to the documentation at an address, or at the one that the current folder configures.

    Raises Unusable.
    """
    return links_to(documentation_url or configuration_of(None).documentation_url)


def configuration_of(path: Path | None) -> Configuration:
    """Return the configuration in a file, or the one of the current folder. Raises Unusable."""
    try:
        with naming("the current folder"):
            folder = Path.cwd()
        return read_configuration(path, folder)
    except ConfigurationError as error:
        raise Unusable(str(error)) from error
