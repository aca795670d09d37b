"""Suppressions: the configuration files and their effect on results."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Set
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hopdrive_appointments import Operation
from hopdrive_appointments._batch.blocks import Block
from hopdrive_appointments._batch.checker import Settings, check_block
from hopdrive_appointments._batch.configuration import MOST_PARTS, read_configuration
from hopdrive_appointments._batch.results import ACCEPTED, Result
from hopdrive_appointments._batch.suppressions import (
    MOST_PATTERNS,
    ConfigurationError,
    Suppression,
    Suppressions,
)

ENTRY = 'rule = "CR-2"\npath = "old/*"\nreason = "imported"\n'
OWN_FILE = f"[[suppress]]\n{ENTRY}"
PYPROJECT = f"[[tool.hopdrive-appointments.suppress]]\n{ENTRY}"
SUPPRESSION = Suppression("CR-2", "old/*", "imported")


def check(source: str | Path, text: bytes = b"{}") -> Result:
    """Return the result of one body of a POST that comes from the given source."""
    settings = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
    (result,) = check_block(Block(str(source), False, 1, text), settings).results
    return result


def apply(suppressions: Suppressions, result: Result) -> tuple[Result, Set[Suppression]]:
    """Apply suppressions to one result, and return it with those that are used."""
    (marked,), used = suppressions.apply(result.source, [result])
    return marked, used


def suppressions_in(path: Path | None, folder: Path) -> Suppressions:
    """Return the suppressions of a configuration file, or of the one in the folder."""
    return read_configuration(path, folder).suppressions


def write_own_file(folder: Path, text: str = OWN_FILE) -> Path:
    """Write a `hopdrive-appointments.toml` to a folder, and return its path."""
    path = folder / "hopdrive-appointments.toml"
    path.write_text(text)
    return path


def write_pyproject(folder: Path, text: str = PYPROJECT) -> Path:
    """Write a `pyproject.toml` to a folder, and return its path."""
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


class TestFiles:
    """The configuration is one of two files of a folder, or a file that the caller names."""

    def test_no_configuration(self, tmp_path: Path) -> None:
        """Without a configuration nothing is suppressed, and `apply` returns the same object."""
        suppressions = suppressions_in(None, tmp_path)
        result = check("a.json")
        assert suppressions.all == ()
        assert apply(suppressions, result) == (result, set())

    @pytest.mark.parametrize("write", [write_own_file, write_pyproject])
    def test_both_files_equivalent(self, tmp_path: Path, write: Callable[[Path], Path]) -> None:
        """Each of the two files is found in its folder, and read when it is named."""
        folder = tmp_path / "folder"
        folder.mkdir()
        path = write(folder)
        for found in (suppressions_in(None, folder), suppressions_in(path, tmp_path)):
            assert found.all == (SUPPRESSION,)
            assert found.folder == folder

    @pytest.mark.parametrize("text", ["", "[tool]", "[tool.other]\na = 1", "tools = 5"])
    def test_unrelated_pyproject_ignored(self, tmp_path: Path, text: str) -> None:
        """A pyproject.toml without the table of this tool is not a configuration, so the other file is used."""
        path = write_pyproject(tmp_path, text)
        assert suppressions_in(None, tmp_path).all == suppressions_in(path, tmp_path).all == ()
        write_own_file(tmp_path)
        assert suppressions_in(None, tmp_path).all == (SUPPRESSION,)

    def test_empty_file(self, tmp_path: Path) -> None:
        """An empty hopdrive-appointments.toml is valid."""
        assert suppressions_in(write_own_file(tmp_path, ""), tmp_path).all == ()

    def test_two_files_refused(self, tmp_path: Path) -> None:
        """Two configurations in one folder are an error, unless the caller names one of them."""
        path = write_own_file(tmp_path)
        write_pyproject(tmp_path)
        with pytest.raises(ConfigurationError, match=r"both hopdrive-appointments\.toml and pyproject\.toml"):
            suppressions_in(None, tmp_path)
        assert suppressions_in(path, tmp_path).all == (SUPPRESSION,)

    def test_missing_file_refused(self, tmp_path: Path) -> None:
        """A named file must exist."""
        with pytest.raises(ConfigurationError, match="No such file"):
            suppressions_in(tmp_path / "missing.toml", tmp_path)

    def test_binary_file_refused(self, tmp_path: Path) -> None:
        """A configuration must be UTF-8."""
        path = tmp_path / "binary.toml"
        path.write_bytes(b"\xff")
        with pytest.raises(ConfigurationError, match="utf-8"):
            suppressions_in(path, tmp_path)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[", "hopdrive-appointments.toml: "),
            ("a = 1\na = 2", "hopdrive-appointments.toml: "),
            ("other = 1", "no key has the name 'other'; use suppress, a list of tables, or documentation-url"),
            (OWN_FILE + "[other]", "no key has the name 'other'"),
            ("documentation_url = 'x'", "no key has the name 'documentation_url'; did you mean documentation-url?"),
            ("documentaton-url = 'x'", "did you mean documentation-url?"),
            ("DOCUMENTATION-URL = 'x'", "did you mean documentation-url?"),
            ("[[supress]]", "no key has the name 'supress'; did you mean suppress?"),
            ("[[suppressions]]", "did you mean suppress?"),
            ("suppress = 5", "must be a list of tables"),
            ('suppress = "x"', "must be a list of tables"),
            ("[suppress]\n" + ENTRY, "must be a list of tables"),
            ("suppress = [5]", "suppress entry 1 must have exactly the keys rule, path and reason"),
            ("suppress = [{}]", "suppress entry 1 must have"),
            (OWN_FILE + "[[suppress]]\nrule = 'CR-2'\npath = '*'", "suppress entry 2 must have"),
            (OWN_FILE + "more = 'x'", "suppress entry 1 must have"),
            (OWN_FILE.replace('"CR-2"', "5"), "each with text"),
            (OWN_FILE.replace('"old/*"', "[]"), "each with text"),
            (OWN_FILE.replace('"imported"', "true"), "each with text"),
            (OWN_FILE.replace("CR-2", "cr-2"), "suppress entry 1 names an unknown rule, 'cr-2'"),
            (OWN_FILE.replace("imported", " \\t"), "suppress entry 1 has a blank reason"),
        ],
    )
    def test_malformed_file_refused(self, tmp_path: Path, text: str, message: str) -> None:
        """The error names the file and, for a wrong entry, its number."""
        path = write_own_file(tmp_path, text)
        with pytest.raises(ConfigurationError) as raised:
            suppressions_in(None, tmp_path)
        assert message in str(raised.value)
        assert str(path) in str(raised.value)

    @pytest.mark.parametrize("size", [1024 * 1024, 1024 * 1024 + 1])
    def test_size_limit(self, tmp_path: Path, size: int) -> None:
        """A configuration file has at most 1 MiB, and a larger one is not read to its end."""
        path = write_own_file(tmp_path, OWN_FILE.ljust(size))
        if size == 1024 * 1024:
            assert suppressions_in(path, tmp_path).all == (SUPPRESSION,)
        else:
            with pytest.raises(ConfigurationError, match="larger than the limit of 1048576 bytes"):
                suppressions_in(path, tmp_path)

    @pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, "a = '\xff'"])
    def test_parser_limits(self, tmp_path: Path, text: str) -> None:
        """Deep nesting, huge integers and text that is not UTF-8 are errors of the configuration."""
        path = tmp_path / "hopdrive-appointments.toml"
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(ConfigurationError, match=r"hopdrive-appointments\.toml: "):
            suppressions_in(path, tmp_path)

    @pytest.mark.parametrize(
        "text",
        [
            OWN_FILE.replace("CR-2", "x" * 100_000),
            f"[{'x' * 100_000}]\n[{'x' * 100_000}]",
            "a = '" + "x" * 100_000,
        ],
        ids=["rule", "repeated table", "unclosed text"],
    )
    def test_message_bounded(self, tmp_path: Path, text: str) -> None:
        """The message about a huge value is short."""
        path = write_own_file(tmp_path, text)
        with pytest.raises(ConfigurationError) as raised:
            suppressions_in(None, tmp_path)
        assert len(str(raised.value)) < len(str(path)) + 300

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[tool]\nhopdrive-appointments = 5", "hopdrive-appointments must be a table, with the keys suppress and "),
            ("[tool.hopdrive-appointments]\nother = 1", "no key has the name 'other'; use suppress"),
            ("[tool.hopdrive-appointments]\ndocumentation_url = 1", r"did you mean documentation-url\?"),
            ("tool = 5", r"tool must be a table, such as \[tool.hopdrive-appointments\]"),
            ("[[tool]]", "tool must be a table, such as "),
        ],
    )
    def test_malformed_table_refused(self, tmp_path: Path, text: str, message: str) -> None:
        """The table in a pyproject.toml must have the right name, and the same keys as the other file."""
        write_pyproject(tmp_path, text)
        with pytest.raises(ConfigurationError, match=message):
            suppressions_in(None, tmp_path)

    @pytest.mark.parametrize("name", ["hatch", "hopdrive", "appointments", "hopdrive-appointments-viewer"])
    def test_other_tools_ignored(self, tmp_path: Path, name: str) -> None:
        """Tables of other tools are not read, also beside the own one."""
        for text in (f"[tool.{name}]\nother = 1", f"[tools.{name}]\nother = 1", f"[{name}]\nother = 1"):
            write_pyproject(tmp_path, text)
            assert suppressions_in(None, tmp_path).all == ()
            write_pyproject(tmp_path, f"{text}\n{PYPROJECT}")
            assert suppressions_in(None, tmp_path).all == (SUPPRESSION,)

    def test_almost_own_name(self, tmp_path: Path) -> None:
        """A name with one letter missing is a misspelt one, but beside the own table it is that of another tool."""
        write_pyproject(tmp_path, "[[tool.hopdrive-appointment.suppress]]")
        with pytest.raises(ConfigurationError, match=r"the table \[tool\.hopdrive-appointment\] is not read"):
            suppressions_in(None, tmp_path)
        write_pyproject(tmp_path, f"[[tool.hopdrive-appointment.suppress]]\n{PYPROJECT}")
        assert suppressions_in(None, tmp_path).all == (SUPPRESSION,)

    @pytest.mark.parametrize("beside", ["", PYPROJECT], ids=["alone", "beside the own table"])
    @pytest.mark.parametrize(
        "name",
        [
            "tool.hopdrive_appointments",
            "tool.HopDrive-Appointments",
            "tool.'hopdrive.appointments'",
            "tool.'HOPDRIVE APPOINTMENTS'",
            "tools.hopdrive-appointments",
            "tools.hopdrive_appointments",
            "Tool.hopdrive-appointments",
            "hopdrive-appointments",
            "hopdrive_appointments",
        ],
    )
    def test_misspelt_table_refused(self, tmp_path: Path, name: str, beside: str) -> None:
        """A table with the name of this tool in another spelling or place is refused."""
        path = write_pyproject(tmp_path, f"[{name}]\nother = 1\n{beside}")
        with pytest.raises(ConfigurationError) as refused:
            suppressions_in(None, tmp_path)
        assert str(refused.value) == (
            f"{path}: the table [{name}] is not read; did you mean [tool.hopdrive-appointments]?"
        )


class TestLimits:
    """Limits of a configuration, so that reading and applying it takes time in proportion to its size."""

    @pytest.mark.parametrize(
        "key",
        [".".join("a" * MOST_PARTS), f"{'a . ' * (MOST_PARTS - 2)}'b.b'.\"c.c\"", '"a.a"'],
        ids=["bare", "quoted", "one part"],
    )
    def test_parts_of_keys(self, tmp_path: Path, key: str) -> None:
        """A key has a limited number of parts, because the parser takes memory with their square."""
        for line in (f"{key} = 1", f"[{key}]", f"x = {{ {key} = 1 }}", f"x = {{ y = 1, {key} = 1 }}"):
            suppressions_in(write_pyproject(tmp_path, f"{line}\n"), tmp_path)
        for line in (f"{'a.' * MOST_PARTS}{key} = 1", f"[{'a.' * MOST_PARTS}{key}]"):
            with pytest.raises(ConfigurationError, match=f"a key has more than {MOST_PARTS} parts$"):
                suppressions_in(write_pyproject(tmp_path, line), tmp_path)

    def test_dots_in_text(self, tmp_path: Path) -> None:
        """Text with many dots is not a key."""
        suppressions_in(write_pyproject(tmp_path, f'x = "{"a." * 5000}"\n'), tmp_path)

    @pytest.mark.parametrize("patterns", [1, MOST_PATTERNS, MOST_PATTERNS + 1])
    def test_number_of_patterns(self, tmp_path: Path, patterns: int) -> None:
        """The suppressions with a wildcard are limited, those of one file are not."""
        entry = '[[suppress]]\nrule = "CR-2"\nreason = "imported"\npath = '
        path = write_own_file(tmp_path, f"{entry}'*.json'\n" * patterns + f"{entry}'a.json'\n" * MOST_PATTERNS)
        if patterns <= MOST_PATTERNS:
            assert len(suppressions_in(path, tmp_path).all) == patterns + MOST_PATTERNS
        else:
            with pytest.raises(ConfigurationError, match=f"more than {MOST_PATTERNS} suppressions"):
                suppressions_in(path, tmp_path)

    def test_order_of_kinds(self, tmp_path: Path) -> None:
        """The first suppression of a rule takes precedence, whether it names one file or a pattern."""
        for paths in (("a.json", "*.json"), ("*.json", "a.json")):
            all = tuple(Suppression("CR-2", path, path) for path in paths)
            marked, _ = apply(Suppressions(tmp_path, tmp_path, all), check(tmp_path / "a.json"))
            assert {located.suppressed for located in marked.findings} == {paths[0]}


class TestApply:
    """A suppression covers the findings of one rule in the files that match one pattern."""

    def test_finding_marked(self, tmp_path: Path) -> None:
        """A covered finding carries the reason and no longer counts for the tier, but the body stays refused."""
        suppressions = suppressions_in(write_own_file(tmp_path), tmp_path)
        marked, used = apply(suppressions, check(tmp_path / "old" / "deep" / "a.json"))
        assert {located.suppressed for located in marked.findings} == {"imported"}
        assert marked.tier == ACCEPTED
        assert not marked.accepted
        assert used == {SUPPRESSION}

    def test_other_files_unchanged(self, tmp_path: Path) -> None:
        """A suppression that covers no finding is unused, even if a clean file matches its pattern."""
        suppressions = suppressions_in(write_own_file(tmp_path), tmp_path)
        elsewhere = check(tmp_path / "new" / "a.json")
        assert apply(suppressions, elsewhere) == (elsewhere, set())
        assert elsewhere.tier == "refused"
        clean = check("old/a.json", b'{"customer_id": 1, "consumer_at_pickup": false, "delivery_location_id": 2}')
        assert apply(suppressions, clean) == (clean, set())

    def test_first_reason_shown(self, tmp_path: Path) -> None:
        """If two suppressions cover a finding, both are used, and the finding has the reason of the first."""
        text = OWN_FILE + OWN_FILE.replace("imported", "second")
        suppressions = suppressions_in(write_own_file(tmp_path, text), tmp_path)
        marked, used = apply(suppressions, check(tmp_path / "old" / "a.json"))
        assert marked.findings[0].suppressed == "imported"
        assert used == set(suppressions.all)

    def test_other_rules_unchanged(self, tmp_path: Path) -> None:
        """Findings of other rules in the same body still count for the tier."""
        suppressions = suppressions_in(write_own_file(tmp_path), tmp_path)
        mixed, _ = apply(suppressions, check(tmp_path / "old" / "a.json", b'{"unknown": 1}'))
        assert {each.finding.rule: each.suppressed for each in mixed.findings} == {"CR-2": "imported", "D1": None}
        assert mixed.tier == "refused"

    @pytest.mark.parametrize(
        ("current", "source", "covered"),
        [
            ("project", "old/a.json", True),
            (".", "project/old/a.json", True),
            (".", "old/a.json", True),
            (".", "elsewhere/old/a.json", False),
            (".", "elsewhere/../project/old/a.json", True),
            (".", "project/old/../a.json", False),
        ],
    )
    def test_relative_paths(self, tmp_path: Path, current: str, source: str, covered: bool) -> None:
        """A path within the configuration's folder is matched relative to it, and any other path unchanged."""
        folder = tmp_path / "project"
        folder.mkdir()
        suppressions = suppressions_in(write_own_file(folder), tmp_path / current)
        assert (apply(suppressions, check(source))[0].tier == ACCEPTED) is covered

    def test_other_current_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Names of inputs are relative to the folder of the command, even if a worker runs in another folder."""
        suppressions = pickle.loads(pickle.dumps(suppressions_in(write_own_file(tmp_path), tmp_path)))
        monkeypatch.chdir("/")
        assert apply(suppressions, check("old/a.json"))[0].tier == ACCEPTED

    def test_parent_in_configuration_path(self, tmp_path: Path) -> None:
        """A path to the configuration that contains `..` is resolved."""
        folder = tmp_path / "project"
        folder.mkdir()
        suppressions = suppressions_in(folder / ".." / "project" / write_own_file(folder).name, tmp_path)
        assert apply(suppressions, check("project/old/a.json"))[0].tier == ACCEPTED
