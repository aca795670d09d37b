"""The tests of each rule and decision: read the markers `rule`, and write them into the package.

`python -m tests.traceability` writes the data file `export/_tables/tests_of_rules.json`, from which the page on
traceability and its JSON form are generated.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from hopdrive_appointments import rules

TESTS: Final = Path(__file__).parent
GENERATED: Final = TESTS.parent / "hopdrive_appointments" / "export" / "_tables" / "tests_of_rules.json"
_MARKER: Final = "pytest.mark.rule"
_SHARED: Final = "pytestmark"
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def marked_tests(source: str) -> Iterator[tuple[str, str]]:
    """Yield each test of a module, such as `TestClass::test_method`, with each id that it is marked with.

    A marker of a module or a class counts for all of its tests, and a marker of a parameter for its test, also if the
    parameters are in a variable of the module. Raises ValueError for a marker whose ids are not written out, and for
    the marker of a parameter that no test has.
    """
    tree = ast.parse(source)
    variables = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    shared = _markers(variables.get(_SHARED), variables)
    used = {*shared}
    for name, decorators in _tests(tree, "", []):
        markers = [*shared, *(marker for each in decorators for marker in _markers(each, variables))]
        used.update(markers)
        yield from ((name, id) for id in dict.fromkeys(id for marker in markers for id in _ids(marker)))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "marks" and (lost := {*_markers(node.value, {})} - used):
            raise ValueError(f"no test has the marker in line {lost.pop().lineno}")


def _tests(
    parent: ast.Module | ast.ClassDef, path: str, inherited: list[ast.expr]
) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield each test below a node with the decorators that apply to it."""
    for node in parent.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node, f"{path}{node.name}::", [*inherited, *node.decorator_list])
        elif isinstance(node, _Function) and node.name.startswith("test"):
            yield f"{path}{node.name}", [*inherited, *node.decorator_list]


def _markers(expression: ast.expr | None, variables: Mapping[str, ast.expr]) -> list[ast.Call]:
    """Return the markers in an expression, and in the variables of the module that it names."""
    found = list[ast.Call]()
    for node in ast.walk(expression) if expression is not None else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) == _MARKER:
            found.append(node)
        elif isinstance(node, ast.Name) and node.id in variables:
            found += _markers(variables[node.id], {})
    return found


def _ids(marker: ast.Call) -> Iterator[str]:
    for argument in (*marker.args, *marker.keywords):
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise ValueError(f"write out the ids of the marker in line {marker.lineno}")
        yield argument.value


def ids_to_tests() -> dict[str, list[str]]:
    """Return the ids in the markers of all test modules, each with the sorted ids that pytest gives its tests."""
    found: dict[str, set[str]] = {}
    for path in TESTS.glob("test_*.py"):
        for test, id in marked_tests(path.read_text(encoding="utf-8")):
            found.setdefault(id, set()).add(f"{TESTS.name}/{path.name}::{test}")
    return {id: sorted(tests) for id, tests in found.items()}


def generated(tests: Mapping[str, list[str]]) -> str:
    """Return the text of the data file: known ids in the order of the register, and one test on each line."""
    return json.dumps({id: tests[id] for id in rules.RULES if id in tests}, indent=2) + "\n"


if __name__ == "__main__":
    GENERATED.write_text(generated(ids_to_tests()), encoding="utf-8")
