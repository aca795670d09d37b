"""Tests that each rule has a test, and that the package lists the test modules of each rule."""

from __future__ import annotations

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.export._traceability import TESTS_OF
from tests.traceability import GENERATED, generated, marked_ids, modules_by_id

MARKED = modules_by_id()


class TestMarkers:
    """The markers of the tests."""

    def test_rule_has_test(self) -> None:
        """Each rule and each decision has at least one test."""
        assert [id for id in rules.RULES if not MARKED.get(id)] == []

    def test_no_unknown_id(self) -> None:
        """No marker names an id that the register does not have."""
        assert {id: modules for id, modules in MARKED.items() if id not in rules.RULES} == {}

    def test_markers_found(self) -> None:
        """Markers of functions, classes, modules and parameters are found, and other calls are not."""
        source = """
pytestmark = [pytest.mark.slow, pytest.mark.rule("A-1")]
VALUES = [pytest.param(1, marks=pytest.mark.rule("A-2"))]

@pytest.mark.slow
@pytest.mark.rule("B-1", "B-2")
class TestClass:
    @pytest.mark.rule("C-1")
    @pytest.mark.parametrize("value", [pytest.param(1, marks=pytest.mark.rule("D-1")), ("E-1",)])
    def test_method(self):
        pytest.mark.rule("E-2", *ids)
"""
        assert {*marked_ids(source)} == {"A-1", "A-2", "B-1", "B-2", "C-1", "D-1"}

    @pytest.mark.parametrize("arguments", ["*IDS", "ID", "5", "f'{ID}'", "id='A-1'"])
    def test_id_not_written_out(self, arguments: str) -> None:
        """A marker whose ids are not written out raises ValueError, because its ids cannot be found."""
        with pytest.raises(ValueError, match="in line 1"):
            list(marked_ids(f"pytestmark = pytest.mark.rule({arguments})"))


class TestGenerated:
    """The generated module."""

    def test_current(self) -> None:
        """The committed module is identical to the generated one: run `python -m tests.traceability`."""
        assert GENERATED.read_text(encoding="utf-8") == generated(MARKED)

    def test_content(self) -> None:
        """The module lists the test modules of each rule, in the order of the register."""
        assert TESTS_OF == MARKED
        assert list(TESTS_OF) == list(rules.RULES)

    def test_long_line(self) -> None:
        """Names that do not fit on one line are written one on a line, and a single name as a tuple."""
        modules = tuple(f"test_module_{number}" for number in range(9))
        text = generated({"AC-1": modules, "CR-1": ("test_one",), "CR-2": ("test_one", "test_two")})
        assert '    "AC-1": (\n        "test_module_0",\n' in text
        assert '        "test_module_8",\n    ),\n    "CR-1": ("test_one",),\n' in text
        assert text.endswith('    "CR-2": ("test_one", "test_two"),\n}\n')
