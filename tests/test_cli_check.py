"""The command `check`: exit codes, suppressions, worker processes and clusters."""

from __future__ import annotations

import errno
import json
import logging
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from hopdrive_appointments._batch.blocks import Block, Unreadable
from hopdrive_appointments._batch.engine import check_here
from hopdrive_appointments._batch.reporting import Part
from hopdrive_appointments._cli import streams
from hopdrive_appointments._cli.formats import FORMATS
from tests.test_cli import NOW, run, write_record
from tests.test_cli_formats import BODIES, SUPPRESSIONS, write_bodies, write_config, write_feed

CLUSTER = "hopdrive_appointments._batch.cluster"


class TestFailOn:
    """The option --fail-on sets the lowest severity that fails the command."""

    @pytest.mark.parametrize("tier", BODIES)
    @pytest.mark.parametrize(
        ("fail_on", "failing"),
        [("refused", {"refused"}), ("flagged", {"flagged", "refused"}), ("advised", {"advised", "flagged", "refused"})],
    )
    def test_threshold(self, tmp_path: Path, tier: str, fail_on: str, failing: set[str]) -> None:
        """Findings of that severity or a higher one make the exit code 1; others leave it 0."""
        result = run("check", "--now", NOW, "--fail-on", fail_on, write_bodies(tmp_path, tier))
        assert result.exit_code == (1 if tier in failing else 0)

    def test_single_line_fails(self, tmp_path: Path) -> None:
        """One refused line in a long feed is enough for exit code 1."""
        path = write_feed(tmp_path / "feed.jsonl", *["accepted"] * 50, "refused", *["flagged"] * 50)
        result = run("check", "--now", NOW, path)
        assert result.exit_code == 1
        assert result.stdout.endswith("101 checked: 50 accepted, 50 flagged, 1 refused\n")


class TestSuppressions:
    """A configuration suppresses findings."""

    @pytest.mark.parametrize("form", FORMATS)
    def test_suppressed_finding_passes(self, tmp_path: Path, form: str) -> None:
        """A suppressed finding does not fail the command, and every format names the unused suppression."""
        arguments = ["check", "--now", NOW, "--fail-on", "flagged", "--format", form, write_bodies(tmp_path, "flagged")]
        assert run(*arguments).exit_code == 1
        result = run(*arguments, "--config", write_config(tmp_path))
        assert result.exit_code == 0
        assert "LC-1" in result.stdout
        assert "nowhere/*: 100 %" in result.stdout

    def test_other_findings_count(self, tmp_path: Path) -> None:
        """The findings of the same body that are not suppressed still fail the command."""
        path = tmp_path / "body.json"
        path.write_text(json.dumps({**BODIES["flagged"], **BODIES["advised"], "consumer_at_pickup": True}))
        result = run("check", "--now", NOW, "--config", write_config(tmp_path), "--fail-on", "advised", path)
        assert result.exit_code == 1
        assert result.stdout.endswith("1 checked: 1 advised, 1 suppressed findings\n")

    @pytest.mark.parametrize(
        ("name", "heading"),
        [("pyproject.toml", "[[tool.hopdrive-appointments.suppress]]"), ("hopdrive-appointments.toml", "[[suppress]]")],
    )
    def test_current_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, heading: str) -> None:
        """Without --config the configuration of the current folder is used."""
        write_bodies(tmp_path, "flagged")
        (tmp_path / name).write_text(SUPPRESSIONS.replace("[[suppress]]", heading))
        monkeypatch.chdir(tmp_path)
        result = run("check", "--now", NOW, "--fail-on", "flagged", "flagged.json")
        assert result.exit_code == 0
        assert "suppressed: pickups <come> & go" in result.stdout
        assert "unused suppression: LC-1" in result.stdout

    def test_unused_needs_full_run(self, tmp_path: Path) -> None:
        """If a file is unreadable, no suppression is reported as unused, because that file might have used it."""
        folder = write_bodies(tmp_path, "flagged")
        result = run("check", "--now", NOW, "--config", write_config(tmp_path), folder, tmp_path / "missing.json")
        assert result.exit_code == 2
        assert "suppressed: pickups <come> & go" in result.stdout
        assert "unused suppression" not in result.stdout

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[", "suppressions.toml"),
            ("color = true", "no key has the name 'color'; use suppress, a list of tables, or documentation-url"),
            ("suppress = 1", "a list of tables"),
            ('[[suppress]]\nrule = "PD-4"', "must have exactly the keys rule, path and reason"),
            ('[[suppress]]\nrule = "X-1"\npath = "*"\nreason = "why"', "names an unknown rule, 'X-1'"),
            ('[[suppress]]\nrule = "PD-4"\npath = "*"\nreason = " "', "has a blank reason"),
        ],
    )
    def test_malformed_configuration(self, tmp_path: Path, text: str, message: str) -> None:
        """A malformed configuration ends the command with exit code 2 before anything is checked."""
        path = tmp_path / "suppressions.toml"
        path.write_text(text)
        result = run("check", "--config", path, write_bodies(tmp_path))
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "suppressions.toml" in result.stderr
        assert message in result.stderr

    def test_missing_configuration(self) -> None:
        """A --config that does not exist is exit code 2."""
        assert run("check", "--config", "nothing.toml", "-", text="{}").exit_code == 2

    def test_two_configurations(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A current folder with both configuration files is exit code 2."""
        (tmp_path / "hopdrive-appointments.toml").write_text(SUPPRESSIONS)
        (tmp_path / "pyproject.toml").write_text("[tool.hopdrive-appointments]\n")
        monkeypatch.chdir(tmp_path)
        result = run("check", "-", text="{}")
        assert result.exit_code == 2
        assert "keep one of them" in result.stderr


class TestUnusableInput:
    """Input that cannot be used ends the command with exit code 2."""

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{", "it is not JSON: expecting property name enclosed in double quotes (line 1, column 2)"),
            ("", "it is not JSON: expecting value (line 1, column 1)"),
            ("[]", "the record must be an object, not an array"),
            ("5", "the record must be an object, not the number 5"),
            ("{}", "24 keys are missing (id, status, version, created_at, updated_at, and 19 more)"),
            (
                '{"id": 0, "a": 1}',
                "23 keys are missing (status, version, created_at, updated_at, paid_at, and 18 more); "
                "id must be between 1 and 9007199254740991; a record does not have the key 'a'",
            ),
        ],
    )
    def test_invalid_record(self, tmp_path: Path, text: str, problem: str) -> None:
        """A --record that is not a record stops the command with one line that says what the file must have."""
        path = tmp_path / "record.json"
        path.write_text(text)
        result = run("check", "--operation", "patch", "--record", path, "-", text="{}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            f"hopdrive-appointments: {path} is not a valid record: {problem}; "
            "the file must have the JSON object that Appointment.to_record() returns\n"
        )

    @pytest.mark.parametrize(
        ("changes", "left_out", "problem"),
        [
            ({"status": "ready"}, "", "a ready appointment must have an elected type"),
            ({}, "config", "a key is missing (config)"),
            (dict.fromkeys(["id", "version", "consumer_name", "vehicle_vin", "vehicle_make"], 1.5), "config",
             "a key is missing (config); id must be a JSON integer, not the number 1.5; "
             "version must be a JSON integer, not the number 1.5; and 3 more"),
        ],
    )  # fmt: skip
    def test_inconsistent_record(self, tmp_path: Path, changes: dict[str, object], left_out: str, problem: str) -> None:
        """The message has the first problems of a record, and the number of the others."""
        path = write_record(tmp_path, **changes)
        record = json.loads(path.read_text())
        record.pop(left_out, None)
        path.write_text(json.dumps(record))
        result = run("check", "--operation", "patch", "--record", path, "-", text="{}")
        assert result.exit_code == 2
        assert f"record.json is not a valid record: {problem}; the file must have" in result.stderr

    def test_missing_record(self) -> None:
        """A --record that does not exist stops the command."""
        result = run("check", "--operation", "patch", "--record", "missing.json", "-", text="{}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "hopdrive-appointments: missing.json: No such file or directory\n"

    @pytest.mark.parametrize("command", [["check"], ["explain"], ["simulate"]])
    def test_file_named_dash(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
        """`./-` is a file, and only `-` is standard input."""
        monkeypatch.chdir(tmp_path)
        result = run(*command, "./-", text="{")
        assert result.exit_code == 2
        assert "-: No such file or directory" in result.stderr
        assert "standard input" not in result.output

    def test_record_named_dash(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """With a record in the file `./-`, standard input can be the body."""
        monkeypatch.chdir(tmp_path)
        write_record(tmp_path).rename("-")
        result = run("check", "--now", NOW, "--operation", "patch", "--record", "./-", "-", text="{}")
        assert (result.exit_code, result.stdout) == (0, "1 checked: 1 accepted\n")

    @pytest.mark.parametrize("command", [["explain"], ["simulate"], ["check", "--operation", "patch", "a", "--record"]])
    def test_closed_stdin(self, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
        """In a process without standard input, a dash cannot be read."""
        monkeypatch.setattr("hopdrive_appointments._batch.inputs.sys", SimpleNamespace(stdin=None))
        result = run(*command, "-")
        assert result.exit_code == 2
        assert result.stderr == "hopdrive-appointments: standard input: the stream is closed\n"

    @pytest.mark.rule("D121")
    @pytest.mark.parametrize(
        "command", [["check", "--operation", "patch", "body.json", "--record"], ["explain"], ["simulate"]]
    )
    def test_large_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
        """A record or script over the limit is exit code 2, with one line that has its name and the limit."""
        monkeypatch.setattr(streams, "LARGEST_FILE", 1000)
        path = tmp_path / "large.json"
        path.write_bytes(b" " * 1001)
        result = run(*command, path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"hopdrive-appointments: {path}: larger than the limit of 1000 bytes\n"
        assert run(*command, "-", text=b" " * 1001).stderr.endswith(
            "standard input: larger than the limit of 1000 bytes\n"
        )

    def test_stdin_used_twice(self) -> None:
        """Standard input cannot be both the record and a body."""
        result = run("check", "--operation", "patch", "--record", "-", "-")
        assert result.exit_code == 2
        assert "cannot be both the record and a body" in result.stderr

    @pytest.mark.parametrize("form", FORMATS)
    def test_unreadable_files(self, tmp_path: Path, form: str) -> None:
        """Unreadable files are named on standard error, and the readable ones are still checked."""
        broken = tmp_path / "broken.json.gz"
        broken.write_bytes(b"no gzip")
        paths = [broken, "nothing\x1b.json", write_bodies(tmp_path, "refused")]
        result = run("check", "--now", NOW, "--format", form, *paths)
        assert result.exit_code == 2
        assert f"hopdrive-appointments: {broken}: Not a gzipped file" in result.stderr
        assert "hopdrive-appointments: nothing\\x1b.json: No such file or directory" in result.stderr
        assert "D14" in result.stdout
        assert "\x1b" not in result.output


class TestJobs:
    """With --jobs, worker processes check the bodies, and the report is the same."""

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_identical_output(self, tmp_path: Path, form: str) -> None:
        """Two processes write the same bytes as one for a feed of several blocks."""
        tiers = [*["accepted"] * 9, "flagged", "refused", "advised"] * 700
        path = write_feed(tmp_path / "feed.jsonl", *tiers)
        assert path.stat().st_size > 2 * 256 * 1024
        base = [sys.executable, "-m", "hopdrive_appointments", "check", "--now", NOW, "--format", form, str(path)]
        one, two = (subprocess.run([*base, "--jobs", jobs], capture_output=True, check=False) for jobs in ("1", "2"))
        assert one.returncode == two.returncode == 1
        assert one.stdout == two.stdout
        assert one.stderr == two.stderr == b""
        assert b"8400" in one.stdout

    def test_mixed_sources(self, tmp_path: Path) -> None:
        """Feeds, documents and a missing file are reported in the given order."""
        feed = write_feed(tmp_path / "feed.jsonl", *["accepted", "refused", "flagged"] * 20)
        arguments = ["check", "--now", NOW, feed, write_bodies(tmp_path), tmp_path / "missing.jsonl", feed]
        one, two = run(*arguments), run(*arguments, "--jobs", 2)
        assert (two.exit_code, two.output) == (one.exit_code, one.output)
        assert "feed.jsonl:59:17: refused" in two.output

    def test_processes_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If the system does not allow the processes, the command says so in one line, and there is no report."""

        def refuse(duplex: bool = True) -> None:
            raise OSError(errno.EMFILE, "Too many open files")

        monkeypatch.setattr(multiprocessing, "Pipe", refuse)
        result = run("check", "--jobs", 2, "--format", "json", write_bodies(tmp_path))
        assert (result.exit_code, result.stdout) == (2, "")
        message = "cannot start 2 worker processes: Too many open files: try fewer jobs"
        assert result.stderr == f"hopdrive-appointments: {message}\n"


class TestDask:
    """With --dask, the workers of a cluster check the bodies."""

    @pytest.fixture(autouse=True)
    def _restore_logging(self) -> Iterator[None]:
        """Let programs log again, which the command turns off."""
        yield
        logging.disable(logging.NOTSET)

    def test_address_passed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The integration gets the address, and the report is the same as without a cluster."""
        addresses = []

        def check_on_cluster(
            blocks: Iterator[Block | Unreadable], check: Callable[[Block], Part], address: str
        ) -> Iterator[Part | Unreadable]:
            addresses.append(address)
            return check_here(blocks, lambda block: [check(block)])

        stub = ModuleType(CLUSTER)
        monkeypatch.setattr(stub, "check_on_cluster", check_on_cluster, raising=False)
        monkeypatch.setitem(sys.modules, CLUSTER, stub)
        arguments = ["check", "--now", NOW, write_bodies(tmp_path)]
        assert run(*arguments, "--dask", "tcp://scheduler:8786").output == run(*arguments).output
        assert addresses == ["tcp://scheduler:8786"]

    def test_unreachable_cluster(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A failed connection is exit code 2 with one line on standard error and no report."""

        def fail(*arguments: object) -> Iterator[Part | Unreadable]:
            raise ConnectionError("no cluster can be reached at nowhere")

        stub = ModuleType(CLUSTER)
        monkeypatch.setattr(stub, "check_on_cluster", fail, raising=False)
        monkeypatch.setitem(sys.modules, CLUSTER, stub)
        result = run("check", "--dask", "nowhere", write_bodies(tmp_path))
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr == "hopdrive-appointments: no cluster can be reached at nowhere\n"
