"""Tests that each rule has a test, and that the package lists the tests of each rule."""

from __future__ import annotations

import json
import re

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export._tables.rule_tests import rule_tests
from tests.traceability import GENERATED, TESTS, generated, ids_to_tests, marked_tests

MARKED = ids_to_tests()


class TestMarkers:
    """The markers of the tests."""

    def test_rule_has_test(self) -> None:
        """Each rule and each decision has at least one test."""
        assert [id for id in rules.RULES if not MARKED.get(id)] == []

    def test_no_unknown_id(self) -> None:
        """No marker names an id that the register does not have."""
        assert {id: tests for id, tests in MARKED.items() if id not in rules.RULES} == {}

    def test_markers_found(self) -> None:
        """Markers of functions, classes, modules and parameters are found, and other calls are not."""
        source = """
pytestmark = [pytest.mark.slow, pytest.mark.rule("A-1")]
VALUES = [pytest.param(1, marks=pytest.mark.rule("A-2"))]

@pytest.mark.slow
@pytest.mark.rule("B-1", "B-2")
class TestClass:
    @pytest.mark.rule("C-1", "B-1")
    @pytest.mark.parametrize("value", [pytest.param(1, marks=pytest.mark.rule("D-1")), ("E-1",)])
    def test_method(self):
        pytest.mark.rule("E-2", *ids)

    def helper(self): ...

    class TestInside:
        async def test_waiting(self): ...

@pytest.mark.parametrize("value", VALUES)
def test_function(value): ...
"""
        found = dict[str, list[str]]()
        for test, id in marked_tests(source):
            found.setdefault(test, []).append(id)
        assert found == {
            "TestClass::test_method": ["A-1", "B-1", "B-2", "C-1", "D-1"],
            "TestClass::TestInside::test_waiting": ["A-1", "B-1", "B-2"],
            "test_function": ["A-1", "A-2"],
        }

    @pytest.mark.parametrize("arguments", ["*IDS", "ID", "5", "f'{ID}'", "id='A-1'"])
    def test_id_not_written_out(self, arguments: str) -> None:
        """A marker whose ids are not written out raises ValueError, because its ids cannot be found."""
        with pytest.raises(ValueError, match="in line 2"):
            list(marked_tests(f"\n@pytest.mark.rule({arguments})\ndef test_it(): ..."))

    def test_marker_without_test(self) -> None:
        """A marker of a parameter that no test uses raises ValueError."""
        with pytest.raises(ValueError, match="no test has the marker in line 1"):
            list(marked_tests("VALUES = [pytest.param(1, marks=pytest.mark.rule('A-1'))]\ndef test_it(): ..."))

    def test_agrees_with_pytest(self, request: pytest.FixtureRequest) -> None:
        """Every test of this run is listed for exactly the ids in its markers, as pytest finds them."""
        marked = dict[str, set[str]]()
        for item in request.session.items:
            ids = {id for marker in item.iter_markers("rule") for id in marker.args}
            path, _, test = item.nodeid.partition("[")[0].partition("::")
            if path.startswith(f"{TESTS.name}/"):
                marked.setdefault(f"{path}::{test}", set()).update(ids)
        listed = {test: {id for id in MARKED if test in MARKED[id]} for test in marked}
        # A selection of tests can leave out the parameter that has a marker.
        assert {test: ids for test, ids in marked.items() if not ids <= listed[test]} == {}


class TestGenerated:
    """The generated data file."""

    def test_current(self) -> None:
        """The committed file is identical to the generated one: run `python -m tests.traceability`."""
        assert GENERATED.read_text(encoding="utf-8") == generated(MARKED)

    def test_content(self) -> None:
        """The package reads the tests of each rule from it, in the order of the register."""
        assert {id: list(tests) for id, tests in rule_tests().items()} == MARKED
        assert list(rule_tests()) == list(rules.RULES)

    def test_listed_tests_exist(self) -> None:
        """Every listed test is a function in the file and the classes that its id names."""
        sources = {path.name: path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py")}
        for test in {test for tests in rule_tests().values() for test in tests}:
            path, *classes, function = test.removeprefix(f"{TESTS.name}/").split("::")
            rest = sources[path]
            for name in classes:
                rest = re.split(rf"^ *class {name}\b", rest, maxsplit=1, flags=re.MULTILINE)[1]
            assert re.search(rf"^{'    ' * len(classes)}(async )?def {function}\(", rest, re.MULTILINE), test

    def test_form(self) -> None:
        """Known ids are in the order of the register, and each test is on its own line."""
        text = generated({"CR-1": ["a", "b"], "X-1": ["c"], "AC-1": ["d"]})
        assert list(json.loads(text)) == ["AC-1", "CR-1"]
        assert '\n    "a",\n    "b"\n  ]\n}\n' in text
