"""The required distributions, and what to say if one of them is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

_DISTRIBUTIONS: Final[Mapping[str, str]] = {
    "attr": "attrs",
    "attrs": "attrs",
    "cattrs": "cattrs",
    "transitions": "transitions",
}


def missing_requirement(error: ImportError) -> ModuleNotFoundError | None:
    """Return an error that says what to install if a module of a required distribution is missing, or None."""
    name = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or name not in _DISTRIBUTIONS:
        return None
    distribution = _DISTRIBUTIONS[name]
    message = f"hopdrive-appointments needs {distribution}, which is not installed: pip install {distribution}"
    return ModuleNotFoundError(message, name=name, path=error.path)


def postpone(error: ModuleNotFoundError, namespace: dict[str, Any]) -> None:
    """Let a package be imported without a required distribution. Using a public name of it raises what is missing.

    Raises the error itself if another module is missing.
    """
    missing = missing_requirement(error)
    if missing is None:
        raise error

    def refuse(name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}", name=name)
        raise ModuleNotFoundError(*missing.args, name=missing.name)

    for name in [name for name in namespace if not name.startswith("_")]:
        del namespace[name]
    namespace["__getattr__"] = refuse
