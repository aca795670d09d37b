"""A Sphinx extension for the pages of modules whose `__all__` has names from other modules.

It replaces two comments in a page. `<!-- entries of MODULE -->` becomes an entry for each name that comes from a
private module, or from a module without an `__all__`. `<!-- list of MODULE -->` becomes a list of all names with links,
by module.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.typing import stringify_annotation

_PROJECT: Final = "hopdrive_appointments"
_COMMENT: Final = re.compile(r"<!-- (entries|list) of (\S+) -->")
_LONGEST_VALUE: Final = 100
_UNORDERED: Final = (frozenset, set)


def insert_names(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace the comments in the source of a page."""
    source[0] = _COMMENT.sub(lambda found: _block(found[1], import_module(found[2])), source[0])


def _block(kind: str, module: ModuleType) -> str:
    lines = list[str]()
    links = dict[str, list[str]]()
    for name, origin in _origins(module):
        home = _home(origin, module)
        links.setdefault(home, []).append(f":py:obj:`{name} <{home}.{name}>`")
        if origin is not module and home == module.__name__:
            lines += _entry(module.__name__, origin, name)
    if kind == "list":
        lines = [f"- :py:mod:`{home}`: {', '.join(names)}" for home, names in sorted(links.items())]
    return "\n".join(("```{eval-rst}", *lines, "```"))


def _origins(module: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """Yield the names in `__all__`, except modules, each with the module that defines it."""
    for origin in list(sys.modules.values()):
        if origin.__name__.partition(".")[0] == _PROJECT:
            for name in _defined_names(origin):
                if name in module.__all__ and vars(module)[name] is vars(origin)[name]:
                    yield name, origin


def _home(origin: ModuleType, module: ModuleType) -> str:
    """Return the name of the module on whose page the names of a module have their entries."""
    if "._" in origin.__name__:
        return module.__name__
    return origin.__name__ if hasattr(origin, "__all__") else origin.__name__.rpartition(".")[0]


@cache
def _defined_names(module: ModuleType) -> tuple[str, ...]:
    """Return the names that a module defines, in the order of its source."""
    names = list[str]()
    for node in ast.parse(inspect.getsource(module)).body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ):
                names.append(name)
    return tuple(names)


def _entry(public: str, origin: ModuleType, name: str) -> Iterator[str]:
    """Yield the lines of one entry, under the name by which users import it."""
    value = getattr(origin, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        yield f".. auto{'class' if inspect.isclass(value) else 'function'}:: {public}.{name}"
        yield "   :members:" if inspect.isclass(value) else ""
    else:
        yield f".. py:data:: {name}"
        yield f"   :module: {public}"
        yield f"   :type: {_type_of(origin, name)}"
        if len(repr(value)) <= _LONGEST_VALUE and not isinstance(value, _UNORDERED):
            yield f"   :value: {value!r}"
        yield ""
        analyzer = ModuleAnalyzer.for_module(origin.__name__)
        analyzer.analyze()
        for line in analyzer.attr_docs.get(("", name), ()):
            yield f"   {line}"
    yield ""


def _type_of(module: ModuleType, name: str) -> str:
    """Return the type of a constant: its annotation, or the type of its value if the annotation is only `Final`."""
    hint = module.__annotations__.get(name)
    if typing.get_origin(hint) is Final:
        return stringify_annotation(typing.get_args(hint)[0], "smart")
    if "TypeAlias" in str(hint):
        return "TypeAlias"
    value = getattr(module, name)
    kind = stringify_annotation(type(value), "smart")
    if type(value) not in (tuple, frozenset):
        return kind
    members = " | ".join(sorted({stringify_annotation(type(member), "smart") for member in value}))
    return f"{kind}[{members}, ...]" if type(value) is tuple else f"{kind}[{members}]"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension."""
    app.connect("source-read", insert_names)
    return {"parallel_read_safe": True}
