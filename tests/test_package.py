"""The package as a whole: what it imports, what it exports, how it is laid out, and where the domain's words stand."""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from inspect import getdoc, isclass, isroutine
from pathlib import Path

import pytest

import hopdrive_appointments
from hopdrive_appointments import rules

ROOT = Path(hopdrive_appointments.__file__).parent
FILES = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.rglob("*.py"))}
CORE_REQUIREMENTS = ("attrs", "cattrs", "transitions")
# What imports the core, and is never imported by it.
AROUND = ("batch", "cli", "conformance", "export", "integrations", "testing")
FIELDS, STATUSES, TYPES = set(rules.FIELD), set(map(str, rules.Status)), set(map(str, rules.TransportationType))
# Words of the domain that mean something else where they stand.
OTHER_MEANINGS = {
    ("conformance/reference.py", "pending"): "a member of the conformance protocol's outcome",
}


@functools.cache
def tree(name: str) -> ast.Module:
    """Return the syntax tree of a source file of the package."""
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imports(name: str) -> set[str]:
    """Return the top-level modules that a source file imports from outside, wherever in the file."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


def literals(name: str) -> Iterator[str]:
    """Yield the text literals of a source file, parts of formatted ones too, but for the docstrings."""
    statements = {id(node.value) for node in ast.walk(tree(name)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.value


def words_of_the_domain(name: str) -> set[str]:
    """Return the statuses, transportation types and client fields that a file spells out.

    A word of several parts counts anywhere in a text; one that is plain English counts as the whole of a text.
    """
    found = set()
    for text in literals(name):
        found |= (STATUSES | TYPES | FIELDS) & {text, *re.findall(r"\w+_\w+", text)}
    return found


def requirement_closure() -> set[str]:
    """Return the top-level modules of the required distributions, and of all that those require."""
    wanted, distributions = set(CORE_REQUIREMENTS), set[str]()
    while wanted:
        name = wanted.pop()
        distributions.add(name)
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # required elsewhere, by its marker
            continue
        names = {normal(re.split(r"[^\w.-]", each)[0]) for each in needed if "extra ==" not in each}
        wanted |= names - distributions
    modules = metadata.packages_distributions()
    return {module for module, owners in modules.items() if distributions & set(map(normal, owners))}


def normal(name: str) -> str:
    """Return the normal form of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def imported() -> tuple[str, ...]:
    """Return what a fresh interpreter imports for the sake of the package."""
    code = """
import json, sys
before = set(sys.modules)
from hopdrive_appointments import *
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    return tuple(json.loads(fresh(code)))


def fresh(code: str) -> str:
    """Return what a fresh interpreter prints."""
    code = f"import sys; sys.path.insert(0, {str(ROOT.parent)!r})\n{code}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_but_its_requirements() -> None:
    """The import loads modules of the standard library, of the three requirements and what they require, and itself."""
    closure = requirement_closure()
    assert {"attr", "attrs", "cattrs", "transitions", "six"} <= closure
    known = {*sys.stdlib_module_names, *closure, "hopdrive_appointments"}
    assert {name.partition(".")[0] for name in imported()} - known == set()


def test_importing_the_package_loads_none_of_what_is_built_around_it() -> None:
    """The core imports none of the parts that import it."""
    loaded = {name.split(".")[1] for name in imported() if name.startswith("hopdrive_appointments.")}
    assert loaded.isdisjoint(AROUND)
    assert {"rules", "deciding", "appointment"} <= loaded


def test_a_name_is_loaded_when_it_is_asked_for() -> None:
    """Importing the package alone loads no module of it, and each public name is at home where it is said to be."""
    code = "import hopdrive_appointments; print(sum(each.startswith('hopdrive_appointments.') for each in sys.modules))"
    assert fresh(code) == "0"
    assert sorted(hopdrive_appointments._HOMES) == sorted(hopdrive_appointments.__all__)
    assert set(hopdrive_appointments.__all__) <= set(dir(hopdrive_appointments))
    for name, home in hopdrive_appointments._HOMES.items():
        module = import_module(f"hopdrive_appointments.{home}")
        assert getattr(hopdrive_appointments, name) is (module if name == home else getattr(module, name))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """Asking the package for anything else is the usual error."""
    with pytest.raises(AttributeError, match="has no attribute 'Appointments'"):
        hopdrive_appointments.Appointments  # type: ignore[attr-defined]  # noqa: B018  # the point of the test


@pytest.mark.parametrize(("library", "file"), [("cattrs", "codec.py"), ("transitions", "lifecycle.py")])
def test_each_of_the_two_libraries_has_one_home(library: str, file: str) -> None:
    """Only codec.py imports cattrs, and only lifecycle.py imports transitions."""
    assert {name for name in FILES if library in imports(name)} == {file}


@pytest.mark.parametrize("file", [name for name in FILES if name.partition("/")[0] not in AROUND])
def test_the_core_imports_its_three_requirements_and_no_other(file: str) -> None:
    """No file of the core imports anything but attrs, cattrs, transitions and the standard library.

    The one exception is looked for at the first text, and done without where it is not installed.
    """
    optional = {"jiter"} if file == "strict_json.py" else set()
    assert imports(file) <= {*sys.stdlib_module_names, "attrs", "cattrs", "transitions", *optional}


def test_every_exported_name_exists() -> None:
    """Each name in __all__ is there, once, and in order, constants before classes before functions."""
    names = hopdrive_appointments.__all__
    assert all(hasattr(hopdrive_appointments, name) for name in names)
    assert names == sorted(set(names), key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert "Appointment" in names


@pytest.mark.parametrize("module", ["hopdrive_appointments", "hopdrive_appointments.rules"])
def test_every_exported_class_and_function_says_what_it_is(module: str) -> None:
    """Each public class and function has a docstring of its own that ends in a full stop."""
    home = import_module(module)
    for name in home.__all__:
        value = getattr(home, name)
        if isclass(value) or isroutine(value):
            assert (value.__doc__ or "").strip(), name
            assert str(getdoc(value)).partition("\n")[0].endswith("."), name


@pytest.mark.parametrize("file", FILES)
def test_every_file_says_what_it_holds(file: str) -> None:
    """Each module, and each public class, function and method in it, has a docstring."""
    assert ast.get_docstring(tree(file))
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Module | ast.ClassDef):
            public = [each for each in node.body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
            for each in public:
                hidden = each.name.startswith("_") or getattr(node, "name", "").startswith("_")
                overrides = any("override" in ast.dump(decorator) for decorator in each.decorator_list)
                assert hidden or overrides or ast.get_docstring(each), each.name


@pytest.mark.parametrize("file", FILES)
def test_no_file_is_longer_than_three_hundred_lines(file: str) -> None:
    """A source file has at most 300 lines."""
    assert len(FILES[file].read_text(encoding="utf-8").splitlines()) <= 300


def test_the_package_is_typed() -> None:
    """The marker py.typed is there, and empty."""
    assert (ROOT / "py.typed").read_bytes() == b""


@pytest.mark.parametrize("file", [name for name in FILES if not name.startswith("rules/")])
def test_the_words_of_the_domain_stand_in_the_rulebook_alone(file: str) -> None:
    """No status, transportation type or client field is spelled out beyond the rulebook, but in a docstring."""
    assert {word for word in words_of_the_domain(file) if (file, word) not in OTHER_MEANINGS} == set()


def test_every_other_meaning_is_needed() -> None:
    """Each word that is excused stands where it is excused."""
    assert {(file, word) for file, word in OTHER_MEANINGS if word in words_of_the_domain(file)} == set(OTHER_MEANINGS)


def test_the_rulebook_spells_out_all_of_them() -> None:
    """Every status, type and client field stands as a literal in the rulebook, so that the search would find it."""
    found = set().union(*(words_of_the_domain(name) for name in FILES if name.startswith("rules/")))
    assert found == STATUSES | TYPES | FIELDS
