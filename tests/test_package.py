"""Tests of the package as a whole: layout, imports, exports, documentation, and where domain terms are spelled out."""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from importlib import import_module, metadata
from inspect import getdoc, isclass, isroutine
from pathlib import Path

import pytest

import hopdrive_appointments
from hopdrive_appointments import rules

ROOT = Path(hopdrive_appointments.__file__).parent
FILES = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.rglob("*.py"))}
CORE_REQUIREMENTS = ("attrs", "cattrs", "transitions")
# Subpackages that import the core; the core never imports them.
OPTIONAL_SUBPACKAGES = ("_batch", "_cli", "conformance", "export", "integrations")
CORE_FILES = [name for name in FILES if name.partition("/")[0] not in (*OPTIONAL_SUBPACKAGES, "__main__.py")]
# The modules that users import from. The name of every other module or package begins with an underscore.
PUBLIC_MODULES = {
    *(
        "appointment",
        "client_fields",
        "codec",
        "documentation",
        "errors",
        "events",
        "presubmit",
        "records",
        "request_types",
        "verdict",
    ),
    *("conformance", "export", "integrations"),
    *(f"integrations.{name}" for name in ("dask", "httpx", "httpx2", "requests")),
    "rules",
    *(f"rules.{name}" for name in ("codes", "decisions", "fields", "lifecycle", "register", "requirements")),
    *("rules.own_decisions", "rules.source_page", "rules.vocabulary"),
    *("rules.descriptions", "rules.grammar", "rules.literals", "rules.procedure", "rules.statements"),
}
# What the modules of the lowest packages import, apart from the standard library and required distributions.
LOWEST = {
    "rules": {"rules"},
    "_json": {"_json", "errors", "rules"},
    "_suggestions": set[str](),
    "_grammar": {"_grammar", "_json", "_suggestions", "client_fields", "errors", "rules"},
}
# The steps of a decision do not import each other, with this exception: `allowed_triggers` combines two steps. `decide`
# imports every step.
STEP_IMPORTS = {"allowed_triggers": {"machine", "pending"}}
# Public names of the core modules that the package does not export: types of arguments and return values.
NOT_EXPORTED = {"FindingJson", "ReplaceChanges", "TypedRequest"}
CORE_MODULES = (
    "appointment",
    "client_fields",
    "documentation",
    "errors",
    "events",
    "records",
    "request_types",
    "verdict",
)
FIELDS, STATUSES, TYPES = set(rules.FIELDS), set(map(str, rules.Status)), set(map(str, rules.TransportationType))
# Domain terms that have another meaning in a file.
OTHER_MEANINGS = {
    ("export/_pages/protocol.py", "pending"): "a member of an outcome in the conformance protocol",
    ("conformance/_reference.py", "pending"): "a member of an outcome in the conformance protocol",
    ("export/_diagrams/xstate.py", "config"): "the name that XState has for the definition of a machine",
}


@functools.cache
def syntax_tree(name: str) -> ast.Module:
    """Return the syntax tree of a source file of the package."""
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def module_name(file: str) -> str:
    """Return the name of the module of a source file, relative to the package; empty for the package itself."""
    return ".".join(part for part in Path(file).with_suffix("").parts if part != "__init__")


MODULES = {module_name(file): file for file in FILES}
STEPS = {module.rpartition(".")[2] for module in MODULES if module.startswith("_decide.")} - {"decide"}


def packages_of(module: str) -> set[str]:
    """Return the packages that contain a module, relative to the package."""
    parts = module.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


def statements_on_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported: none in functions or for type checkers only."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            yield from statements_on_import([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            inner = [*node.body, *node.orelse, *node.finalbody]
            yield from statements_on_import([*inner, *(each for handler in node.handlers for each in handler.body)])
        elif isinstance(node, ast.With | ast.ClassDef):
            yield from statements_on_import(node.body)


def own_modules(nodes: Iterable[ast.AST], module: str) -> set[str]:
    """Return the modules of the package that some syntax nodes of a module import."""
    is_package = MODULES[module].endswith("__init__.py")
    package = module.split(".") if is_package else module.split(".")[:-1]
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            source = ".".join(filter(None, base))
            members = {".".join(filter(None, (source, each.name))) for each in node.names}
            found |= {member if member in MODULES else source for member in members}
        elif isinstance(node, ast.ImportFrom | ast.Import):
            assert not any("hopdrive" in name for name in imported_names(node)), "imports of own modules are relative"
    return found


@functools.cache
def import_graph() -> dict[str, set[str]]:
    """Return the modules of the package, each with those that it imports on import."""
    return {
        module: own_modules(statements_on_import(syntax_tree(file).body), module) for module, file in MODULES.items()
    }


def imported_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the absolute names of the modules that an import statement imports from."""
    return [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def external_imports(name: str) -> set[str]:
    """Return the top-level modules outside the package that a source file imports at any level."""
    found = set()
    for node in ast.walk(syntax_tree(name)):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            found |= {each.partition(".")[0] for each in imported_names(node)}
    return found


def string_literals(name: str) -> Iterator[str]:
    """Yield the string literals of a source file, including parts of f-strings and excluding docstrings."""
    statements = {id(node.value) for node in ast.walk(syntax_tree(name)) if isinstance(node, ast.Expr)}
    for node in ast.walk(syntax_tree(name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.value


def domain_terms(name: str) -> set[str]:
    """Return the statuses, transportation types and client fields that a file spells out.

    A term with an underscore counts anywhere in a literal; a plain English word counts only as a whole literal.
    """
    found = set()
    for text in string_literals(name):
        found |= (STATUSES | TYPES | FIELDS) & {text, *re.findall(r"\w+_\w+", text)}
    return found


def requirement_closure() -> set[str]:
    """Return the top-level modules of the required distributions and their own requirements."""
    wanted, distributions = set(CORE_REQUIREMENTS), set[str]()
    while wanted:
        name = wanted.pop()
        distributions.add(name)
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # its environment marker does not apply here
            continue
        names = {normalized(re.split(r"[^\w.-]", each)[0]) for each in needed if "extra ==" not in each}
        wanted |= names - distributions
    modules = metadata.packages_distributions()
    return {module for module, owners in modules.items() if distributions & set(map(normalized, owners))}


def normalized(name: str) -> str:
    """Return the normalized name of a distribution."""
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def loaded_modules() -> tuple[str, ...]:
    """Return the modules that a new interpreter loads to import the package."""
    code = """
import json, sys
before = set(sys.modules)
from hopdrive_appointments import *
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    return tuple(json.loads(run_in_new_interpreter(code)))


def run_in_new_interpreter(code: str) -> str:
    """Run code in a new interpreter and return its output."""
    code = f"import sys; sys.path.insert(0, {str(ROOT.parent)!r})\n{code}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()


class TestLayout:
    """Which modules there are."""

    def test_public_modules(self) -> None:
        """Every public module is listed, and the name of any other module or package begins with an underscore."""
        public = {module for module in MODULES if module and not re.search(r"(^|\.)_", module)}
        assert public == PUBLIC_MODULES

    def test_file_names_unique(self) -> None:
        """No two modules have the same file name, except for the files of packages."""
        names = [path.name for path in FILES.values() if path.name != "__init__.py"]
        assert {name for name in names if names.count(name) > 1} == set()

    def test_typed_marker(self) -> None:
        """The marker file py.typed exists and is empty."""
        assert (ROOT / "py.typed").read_bytes() == b""


class TestLayers:
    """Which modules of the package import which."""

    def test_graph_found(self) -> None:
        """The search finds imports from the same package, from a parent package, and of submodules."""
        graph = import_graph()
        assert {"rules", "_decide.body", "_decide.machine", "records", "verdict"} <= graph["_decide.decide"]
        assert {"rules._table", "rules.vocabulary"} <= graph["rules.codes"]
        assert {"rules", "_decide.decide", "appointment"} <= graph[""]

    def test_no_cycles(self) -> None:
        """The modules do not import each other in a cycle, the packages that contain them included."""
        graph = import_graph()
        # Importing a module runs the packages that contain it first.
        with_packages = {
            module: {*imported, *(package for each in imported for package in packages_of(each))}
            - packages_of(module)
            - {module}
            for module, imported in graph.items()
        }
        assert "_decide" in with_packages["records"]
        TopologicalSorter(with_packages).prepare()

    def test_no_cycles_of_types(self) -> None:
        """The modules of the core do not import each other in a cycle for type checkers or in functions either."""
        modules = {
            module_name(file): own_modules(ast.walk(syntax_tree(file)), module_name(file)) for file in CORE_FILES
        }
        assert "documentation" in modules["verdict"]
        TopologicalSorter({module: imported for module, imported in modules.items() if module}).prepare()

    @pytest.mark.parametrize("module", [module for module in MODULES if module.partition(".")[0] in LOWEST])
    def test_lowest_packages(self, module: str) -> None:
        """The rulebook imports nothing else, and the JSON and grammar modules import nothing above them."""
        imported = {each.partition(".")[0] for each in import_graph()[module]}
        assert imported <= LOWEST[module.partition(".")[0]]

    @pytest.mark.parametrize("module", ["_findings", "client_fields", "errors", "request_types", "verdict"])
    def test_below_decisions(self, module: str) -> None:
        """What the steps of a decision share imports no step."""
        assert {each for each in import_graph()[module] if each.startswith("_decide")} == set()

    @pytest.mark.parametrize("step", sorted(STEPS))
    def test_steps_independent(self, step: str) -> None:
        """A step of a decision imports no other step, with one exception."""
        imported = {each for each in import_graph()[f"_decide.{step}"] if each.startswith("_decide")}
        assert imported == {f"_decide.{each}" for each in STEP_IMPORTS.get(step, ())}

    def test_steps_combined(self) -> None:
        """`decide` imports every step except `allowed_triggers`, which is for other callers."""
        imported = {each for each in import_graph()["_decide.decide"] if each.startswith("_decide")}
        assert imported == {f"_decide.{step}" for step in STEPS - {"allowed_triggers"}}

    def test_steps_documented(self) -> None:
        """The docstring of the package names every step."""
        documented = set(re.findall(r"`(\w+)`", ast.get_docstring(syntax_tree("_decide/__init__.py")) or ""))
        assert documented == STEPS | {"decide"}

    def test_core_independent(self) -> None:
        """The core imports no optional subpackage, not even in a function."""
        for file in CORE_FILES:
            imported = own_modules(ast.walk(syntax_tree(file)), module_name(file))
            assert {module.partition(".")[0] for module in imported}.isdisjoint(OPTIONAL_SUBPACKAGES), file


class TestImports:
    """The modules that the package imports."""

    def test_required_modules_only(self) -> None:
        """Importing the package loads only the standard library, the required distributions and the package."""
        closure = requirement_closure()
        assert {"attr", "attrs", "cattrs", "transitions", "six"} <= closure
        known = {*sys.stdlib_module_names, *closure, "hopdrive_appointments"}
        assert {name.partition(".")[0] for name in loaded_modules()} - known == set()

    def test_core_only(self) -> None:
        """Importing the package loads none of the optional subpackages."""
        loaded = {name.split(".")[1] for name in loaded_modules() if name.startswith("hopdrive_appointments.")}
        assert loaded.isdisjoint(OPTIONAL_SUBPACKAGES)
        assert {"rules", "_decide", "appointment"} <= loaded
        assert loaded.isdisjoint({"codec", "presubmit"})  # a program that needs neither does not load cattrs

    def test_no_extra_loaded(self) -> None:
        """Importing the package loads no library of an extra, installed or not."""
        extras = {"click", "dask", "distributed", "httpx", "httpx2", "jiter", "requests", "rich"}
        assert {name.partition(".")[0] for name in loaded_modules()}.isdisjoint(extras)

    @pytest.mark.parametrize(("library", "file"), [("cattrs", "codec.py"), ("transitions", "_decide/machine.py")])
    def test_library_isolated(self, library: str, file: str) -> None:
        """A single module imports the library."""
        assert {name for name in FILES if library in external_imports(name)} == {file}

    def test_core_requirements(self) -> None:
        """Core modules import only the standard library, attrs, cattrs, transitions and the optional jiter."""
        for file in CORE_FILES:
            optional = {"jiter"} if file == "_json/strict.py" else set()
            assert external_imports(file) <= {*sys.stdlib_module_names, *CORE_REQUIREMENTS, *optional}, file


class TestPublicNames:
    """The names that the package exports."""

    def test_no_accidental_names(self) -> None:
        """The package has no public name other than the exported ones and its public modules."""
        public = {name for name in dir(hopdrive_appointments) if not name.startswith("_")}
        assert set(hopdrive_appointments.__all__) <= public
        assert public - set(hopdrive_appointments.__all__) <= {name for name in PUBLIC_MODULES if "." not in name}

    @pytest.mark.parametrize("name", sorted(name for name in PUBLIC_MODULES if not name.startswith("rules.")))
    def test_names_of_modules(self, name: str) -> None:
        """`__all__` of a public module has each public class and function that the module defines."""
        module = import_module(f"hopdrive_appointments.{name}")
        if name != "integrations":  # it has only modules
            names = module.__all__
            assert len(set(names)) == len(names)
            assert all(hasattr(module, each) for each in names)
            own = {
                each
                for each, value in vars(module).items()
                if (isclass(value) or isroutine(value)) and getattr(value, "__module__", None) == module.__name__
            }
            assert {each for each in own if not each.startswith("_")} <= set(names)

    def test_exports_complete(self) -> None:
        """The package exports every public name of its core modules, apart from some types."""
        names = set().union(*(import_module(f"hopdrive_appointments.{name}").__all__ for name in CORE_MODULES))
        assert names - set(hopdrive_appointments.__all__) == NOT_EXPORTED
        assert {"ABSENT", "Absent", "Config", "events_of"} <= names

    def test_exports_exist(self) -> None:
        """Every name in `__all__` exists and is listed once, with constants before classes before functions."""
        names = hopdrive_appointments.__all__
        assert all(hasattr(hopdrive_appointments, name) for name in names)
        assert names == sorted(set(names), key=lambda name: (not name.isupper(), name[0].islower(), name))
        assert "Appointment" in names

    @pytest.mark.parametrize("module", ["", "rules", "codec", "presubmit", "conformance", "export"])
    def test_exports_documented(self, module: str) -> None:
        """Every exported class and function has a docstring whose first line ends with a full stop."""
        package = import_module(f"hopdrive_appointments.{module}".rstrip("."))
        for name in package.__all__:
            value = getattr(package, name)
            if isclass(value) or isroutine(value):
                assert (value.__doc__ or "").strip(), name
                assert str(getdoc(value)).partition("\n")[0].endswith("."), name


class TestFiles:
    """The source files of the package."""

    def test_docstrings(self) -> None:
        """Every module and every public class, function and method has a docstring, overloads and overrides aside."""
        for file in FILES:
            assert ast.get_docstring(syntax_tree(file)), file
        for node in (node for file in FILES for node in ast.walk(syntax_tree(file))):
            if isinstance(node, ast.Module | ast.ClassDef):
                public = [each for each in node.body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
                for each in public:
                    hidden = each.name.startswith("_") or getattr(node, "name", "").startswith("_")
                    decorators = {ast.unparse(decorator) for decorator in each.decorator_list}
                    assert hidden or decorators & {"overload", "override"} or ast.get_docstring(each), each.name

    @pytest.mark.parametrize("file", FILES)
    def test_references(self, file: str) -> None:
        """A docstring cites rules that exist, and does not refer to a section or to text above or below it."""
        expressions = (node.value for node in ast.walk(syntax_tree(file)) if isinstance(node, ast.Expr))
        for text in (each.value for each in expressions if isinstance(each, ast.Constant)):
            assert set(re.findall(r"\b(?:[A-Z]{2}-|D)\d+\b", str(text))) <= rules.RULES.keys(), text
            assert not re.search(r"(?i)\bsection \d|\bsee (?:above|below)\b", str(text)), text

    def test_file_length(self) -> None:
        """No source file has more than 300 lines."""
        lengths = {file: len(path.read_text(encoding="utf-8").splitlines()) for file, path in FILES.items()}
        assert {file: length for file, length in lengths.items() if length > 300} == {}


class TestDomainTerms:
    """Statuses, transportation types and client fields are spelled out only in the rulebook."""

    def test_collection(self) -> None:
        """The name of the collection in paths is spelled out once, in the rulebook."""
        assert [file for file in FILES if rules.COLLECTION in string_literals(file)] == ["rules/vocabulary.py"]

    def test_no_literals_outside_rulebook(self) -> None:
        """Outside the rulebook, no string literal spells out a domain term, except where it has another meaning."""
        found = {(file, term) for file in FILES if not file.startswith("rules/") for term in domain_terms(file)}
        assert found - set(OTHER_MEANINGS) == set()

    def test_exceptions_needed(self) -> None:
        """Every listed exception still appears in its file."""
        assert {(file, term) for file, term in OTHER_MEANINGS if term in domain_terms(file)} == set(OTHER_MEANINGS)

    def test_rulebook_complete(self) -> None:
        """The search finds every domain term in the rulebook, so it can find one elsewhere."""
        found = set().union(*(domain_terms(name) for name in FILES if name.startswith("rules/")))
        assert found == STATUSES | TYPES | FIELDS
