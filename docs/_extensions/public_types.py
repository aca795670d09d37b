"""A Sphinx extension that shows attributes as users see them, without the private helpers behind them."""

from __future__ import annotations

import typing
from typing import Final

from sphinx.application import Sphinx

from hopdrive_appointments.client_fields import ClientFields

_GENERATED: Final = ("Alias for field number ", "A read-only attribute with the value of the client field")


def remove_generated(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Remove docstrings that are the same for every attribute: of named tuples, and of `ClientFields`."""
    if what == "attribute" and lines and lines[0].startswith(_GENERATED):
        lines.clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension, and give the attributes of `ClientFields` the types of their values."""
    hints = typing.get_type_hints(ClientFields)
    ClientFields.__annotations__.update(
        {name: typing.get_args(hint)[0] for name, hint in hints.items() if name != "_values"}
    )
    app.connect("autodoc-process-docstring", remove_generated)
    return {"parallel_read_safe": True}
