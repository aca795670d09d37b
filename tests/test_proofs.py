"""Small samples of the proofs in `tests.proofs`, whose commands take minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proofs import growth, growth_commands, growth_library, hostile_mappings, interruptions
from tests.proofs.commands import FORMATS
from tests.proofs.reports import expected_count, read_report

SIZES = (1, 4)
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux only")


class TestInterruptions:
    """Checks that Ctrl-C interrupts."""

    @pytest.mark.slow
    def test_sample(self) -> None:
        """Some reports that are interrupted at random moments are complete."""
        ends, failures = interruptions.check_tries(4, seed=3, lines=6000, latest=0.4)
        assert failures == []
        assert ends.total() == 4

    @pytest.mark.slow
    @pytest.mark.parametrize("form", FORMATS)
    def test_broken_report(self, form: str, tmp_path: Path) -> None:
        """A report that is cut off at any place cannot be read."""
        inputs = interruptions.Inputs(tmp_path, 8)
        text = interruptions.run(interruptions.Try("array", form, 1), inputs, None).output
        assert read_report(form, text).count == expected_count(form, inputs.bodies("array"))
        for end in range(len(text) // 2, len(text) - 1, 97):
            if text[end - 1 : end] != b"\n" or form not in ("text", "github"):
                with pytest.raises((AssertionError, SyntaxError, ValueError)):
                    read_report(form, text[:end])


class TestHostileMappings:
    """Objects whose own code runs while they are read."""

    @pytest.mark.slow
    def test_sample(self) -> None:
        """A sample of calls with hostile arguments ends as it should, with results and with refusals."""
        ends, failures = hostile_mappings.check_calls(1000, seed=7)
        assert failures == []
        assert {name for name, ended in ends if ended == "a result"} == set(hostile_mappings.CALLS)


@needs_proc
class TestGrowth:
    """Time and memory by size."""

    @pytest.mark.parametrize("name", growth_library.CASES)
    def test_library_cases(self, name: str) -> None:
        """The work of each case runs at a small size."""
        growth_library.CASES[name].prepare(5)()

    @pytest.mark.parametrize("name", growth_commands.CASES)
    def test_command_cases(self, name: str, tmp_path: Path) -> None:
        """Each case writes an input that is larger for a larger size."""
        sizes = []
        for size in (0, *SIZES):
            folder = tmp_path / str(size)
            folder.mkdir()
            growth_commands.CASES[name].write(folder, 200 * size)
            sizes.append(sum(path.stat().st_size for path in folder.rglob("*.*")))
        assert sizes == sorted(set(sizes))

    @pytest.mark.slow
    def test_measured(self) -> None:
        """A feed without findings and a mapping grow in proportion."""
        for measured in (growth.command_growth("a feed, none bad", "text"), growth.library_growth("a mapping")):
            assert measured.problems == []
            assert measured.large.seconds > measured.small.seconds

    def test_problems_found(self) -> None:
        """Time and memory that grow by more than the factor are problems."""
        small, large = growth.Cost(1.0, 2**24), growth.Cost(7.0, 2**27)
        assert growth.Growth("x", "", 1, False, small, large).problems == ["time", "memory"]
        assert growth.Growth("x", "", 1, True, small, large).problems == ["time", "memory, which must not grow"]
