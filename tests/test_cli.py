"""The command line: `check` on the shipped examples, `simulate`, `conformance`, `export`, and the entry points."""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hopdrive_appointments import __version__, _cli
from hopdrive_appointments._cli.commands import command
from hopdrive_appointments.export import FORMATS, mermaid, rulebook

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
NOW = "2031-05-12T14:00:00Z"


def run(*arguments: object, text: str | bytes | None = None, environment: dict[str, str] | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(command, [str(each) for each in arguments], input=text, env=environment)


def run_in_terminal(*arguments: object, environment: dict[str, str] | None = None) -> tuple[str, int]:
    """Run the command in a process whose streams are a terminal, and return its output and exit code."""
    ours, theirs = os.openpty()
    line = [sys.executable, "-m", "hopdrive_appointments", *map(str, arguments)]
    with subprocess.Popen(
        line, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, **(environment or {})}
    ) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the system ends the output of a terminal with an error
            while piece := os.read(ours, 65536):
                shown += piece
    os.close(ours)
    return shown.decode().replace("\r\n", "\n"), process.returncode


def write_record(folder: Path, **changes: object) -> Path:
    """Write the record of the complete example with the given changes, and return its path."""
    body = json.loads((EXAMPLES / "post-complete.json").read_text())
    system = {"id": 17, "status": "new", "version": 1, "created_at": NOW, "updated_at": NOW}
    nulls = dict.fromkeys(("paid_at", "move_id", "workflow_set_id", "transportation_type"))
    path = folder / "record.json"
    path.write_text(json.dumps({**system, **nulls, **body, **changes}))
    return path


def step(**members: object) -> str:
    """Return one line of a script."""
    return json.dumps({"now": NOW, "id": 1, **members})


CREATE_STEP = step(operation="create", body={"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2})


class TestCheck:
    """The command `check` on single files and on standard input."""

    @pytest.mark.parametrize(
        ("name", "arguments", "code", "first_line"),
        [
            ("post-complete", [], 0, "accepted as new"),
            ("post-incomplete", [], 0, "accepted as pending"),
            ("post-refused", [], 1, "refused, 6 problems"),
            ("put-elect-valet", ["--operation", "replace"], 0, "accepted as ready"),
            ("patch-contact", ["--operation", "patch"], 0, "accepted"),
        ],
    )
    def test_example_verdicts(self, name: str, arguments: Sequence[str], code: int, first_line: str) -> None:
        """Each example of the documentation has the verdict that its file name promises."""
        path = EXAMPLES / f"{name}.json"
        result = run("check", "--now", NOW, *arguments, path)
        assert result.exit_code == code
        assert result.output.splitlines()[0] == f"{path}: {first_line}"

    def test_all_problems_listed(self) -> None:
        """A refusal lists every problem with its code, pointer, hint, rule and provenance."""
        output = run("check", "--now", NOW, EXAMPLES / "post-refused.json").output
        for code, pointer in [
            ("field_invalid", "/customer_id"),
            ("field_invalid", "/appointment_time"),
            ("field_invalid", "/consumer_name"),
            ("field_invalid", "/vehicle_year"),
            ("field_missing", "/delivery_location_id"),
            ("field_unknown", "/transport_type"),
        ]:
            assert f": refused {code} {pointer} [" in output
        assert "did you mean transportation_type?" in output
        assert "[CR-2, P]" in output

    def test_partial_check_noted(self) -> None:
        """A PUT without --record is reported as checked in part."""
        assert "without the record" in run("check", "--operation", "replace", EXAMPLES / "put-elect-valet.json").output

    def test_record_makes_exact(self, tmp_path: Path) -> None:
        """With --record a PATCH is decided exactly, and the note about a partial check is absent."""
        record = write_record(tmp_path, status="ready", transportation_type="valet")
        arguments = ["check", "--operation", "patch", "--record", record, "--now", NOW, "-"]
        accepted = run(*arguments, text='{"driver_notes": "Ring twice"}')
        assert accepted.exit_code == 0
        assert "note" not in accepted.output
        refused = run(*arguments, text='{"vehicle_color": "Red"}')
        assert refused.exit_code == 1
        assert "standard input:1:19: refused field_frozen /vehicle_color [UP-4, S]" in refused.output
        assert "standard input:1: refused, 1 problem\n" in refused.output
        assert "without the record" not in refused.output

    def test_unreadable_file_skipped(self) -> None:
        """The other files are checked, and the exit code is 2."""
        result = run("check", "--now", NOW, "no-such-file.json", EXAMPLES / "post-complete.json")
        assert result.exit_code == 2
        assert "accepted as new" in result.output

    def test_control_characters_escaped(self) -> None:
        """Control characters and lone surrogates of a body never reach the terminal."""
        result = run("check", "--now", NOW, "-", text=b'{"\\u001b[31m\\ud800\\u202e": 1}')
        assert result.exit_code == 1
        assert "\x1b" not in result.output
        assert "\\x1b" in result.output

    def test_colour(self) -> None:
        """Output is coloured only on a terminal, and only if NO_COLOR is not set."""
        arguments = ["check", "--now", NOW, EXAMPLES / "post-refused.json"]
        assert "\x1b[" not in run(*arguments, environment={"NO_COLOR": ""}).output
        assert "\x1b[31m" in run_in_terminal(*arguments, environment={"NO_COLOR": ""})[0]
        assert "\x1b[" not in run_in_terminal(*arguments, environment={"NO_COLOR": "1"})[0]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["check", "--now", "9" * 100_000, "-"], "{}"),
        (["explain", "--now", "9" * 100_000, "-"], "{}"),
        (["check", "x" * 100_000], ""),
        (["check", "--config", "x" * 100_000, "-"], "{}"),
        (["explain", "x" * 100_000], ""),
        (["simulate", "x" * 100_000], ""),
        (["simulate", "-"], json.dumps({"x" * 100_000: 1})),
        (["simulate", "-"], json.dumps({f"x{number}": 1 for number in range(10_000)})),
        (["simulate", "-"], step(operation="patch", body={}, id=int("9" * 4000))),
        (["simulate", "-"], step(operation="create", body={}, id=int("9" * 4000))),
        (["simulate", "-"], step(operation="x" * 100_000)),
    ],
    ids=range(11),
)
def test_messages_bounded(arguments: Sequence[str], text: str) -> None:
    """Messages about huge arguments and scripts are short."""
    result = run(*arguments, text=text)
    assert result.exit_code == 2
    assert 0 < len(result.output) < 6000


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--operation", "delete", "x.json"],
        ["check", "--now", "tomorrow", "x.json"],
        ["check", "no-such-file.json"],
        ["check", "--operation", "patch", "--record", "no-such-record.json", "-"],
        ["check", "--record", "x.json", "-"],
        ["simulate", "no-such-script.jsonl"],
        ["check", "--jobs", "129", "x.json"],
        ["check", "--jobs", "0", "x.json"],
        ["no-such-command"],
    ],
)
def test_wrong_usage(arguments: Sequence[str]) -> None:
    """Wrong arguments and unreadable files end the command with exit code 2 and a message."""
    result = run(*arguments, text="{}")
    assert result.exit_code == 2
    assert result.output


class TestSimulate:
    """The command `simulate` runs a script and prints a timeline."""

    def test_valet_script(self) -> None:
        """The valet example is elected, paid by the consumer, and ends in paid."""
        result = run("simulate", EXAMPLES / "valet.jsonl")
        assert result.exit_code == 0
        for change in ("new > ready", "ready > paying", "paying > paid"):
            assert change in result.output

    def test_shuttle_script(self) -> None:
        """The shuttle example is flagged, resolved, billed to the dealer, canceled and refunded."""
        result = run("simulate", EXAMPLES / "shuttle.jsonl")
        assert result.exit_code == 0
        for change in ("new > pending", "pending > ready", "ready > paid", "paid > canceled", "canceled > refunded"):
            assert change in result.output

    def test_refused_steps(self) -> None:
        """Refused steps are listed with their codes, and the exit code is 1."""
        body = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
        script = "\n".join(
            [
                step(operation="create", body=body),
                "",
                step(operation="trigger", trigger="refund"),
                step(operation="trigger", trigger=5),
                step(operation="patch", body={"driver_notes": "x"}, expected_version=7),
                step(operation="create", id=2, body={}),
            ]
        )
        result = run("simulate", "-", text=script)
        assert result.exit_code == 1
        assert result.output.count("refused") == 4
        for code in ("transition_not_allowed", "version_conflict", "field_missing"):
            assert code in result.output

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("{", "the line is not I-JSON"),
            ("[]", "must be a JSON object"),
            (step(operation="patch", body={}, extra=1), "unknown keys ('extra')"),
            (step(operation="patch", body={}, now="x"), "now is not an RFC 3339"),
            (step(operation="delete", body={}), "operation must be one of"),
            (step(operation="patch"), "a patch needs the key body"),
            (step(operation="trigger"), "a trigger needs the key trigger"),
            (step(operation="patch", body={}, id="1"), "id must be an integer"),
            (step(operation="patch", body={}, expected_version="1"), "expected_version must be an integer"),
            (step(operation="patch", body={}), "does not exist"),
            (step(operation="create", body={}, id=0), "id must be between"),
        ],
    )
    def test_malformed_script(self, line: str, message: str) -> None:
        """A malformed step ends the command with exit code 2 and a message that has the line number."""
        result = run("simulate", "-", text=f"\n{line}\n")
        assert result.exit_code == 2
        assert message in result.output
        assert "line 2" in result.output

    def test_long_trigger(self) -> None:
        """The name of a trigger that does not exist is shortened in the table."""
        body = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
        lines = [step(operation="create", body=body), step(operation="trigger", trigger="x" * 100_000)]
        result = run("simulate", "-", text="\n".join(lines))
        assert result.exit_code == 1
        assert len(result.output) < 2000

    def test_unknown_keys_counted(self) -> None:
        """Of many unknown keys, the message has the first few and the number of the others."""
        result = run("simulate", "-", text=json.dumps({f"x{number}": 1 for number in range(10)}))
        assert "unknown keys ('x0', 'x1', 'x2', 'x3', 'x4', and 5 more)" in result.stderr

    @pytest.mark.rule("D113")
    def test_create_with_version(self) -> None:
        """A create with an expected version is wrong usage, and the steps before it are shown."""
        body = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
        lines = [step(operation="create", body=body), step(operation="create", id=2, body=body, expected_version=1)]
        result = run("simulate", "-", text="\n".join(lines))
        assert result.exit_code == 2
        assert result.stderr == (
            "hopdrive-appointments: standard input, line 2: "
            "a create does not accept expected_version: no record exists yet (D113)\n"
        )
        assert result.stdout.count("accepted") == 1

    def test_long_name_shortened(self) -> None:
        """The table shows only the beginning of a long name, so that it is not many times as long as the script."""
        result = run("simulate", "-", text="\n".join([CREATE_STEP, step(operation="trigger", trigger="x" * 100_000)]))
        assert result.exit_code == 1
        assert len(result.output) < 2000

    def test_long_field_shortened(self) -> None:
        """The table shows only a part of the long name of an unknown field."""
        result = run("simulate", "-", text=step(operation="create", body={"k" * 100_000: 1}))
        assert result.exit_code == 1
        assert len(result.output) < 3000

    def test_existing_appointment(self) -> None:
        """A second create with the same id is wrong usage."""
        body = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
        result = run("simulate", "-", text="\n".join([step(operation="create", body=body)] * 2))
        assert result.exit_code == 2
        assert "line 2: appointment 1 already exists" in result.stderr

    def test_colour(self) -> None:
        """The verdicts of a timeline are coloured on a terminal, and only there."""
        path = EXAMPLES / "valet.jsonl"
        coloured = run("simulate", path, environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
        assert "\x1b[32m" in coloured.output
        assert "\x1b[" not in run("simulate", path).output


def test_conformance_served() -> None:
    """The command `conformance serve` answers one line per command and ends after `stop`."""
    lines = [{"cmd": "start", "version": 1}, {"cmd": "nonsense"}, {"cmd": "stop"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    result = run("conformance", "serve", text=text)
    assert result.exit_code == 0
    first, second = map(json.loads, result.output.splitlines())
    assert first["implementation"]["version"] == __version__
    assert second["errored"] is True


class TestExport:
    """The command `export` writes one format, or all of them."""

    @pytest.mark.parametrize(("name", "function"), [("rulebook", rulebook), ("mermaid", mermaid)])
    def test_equals_function(self, name: str, function: Callable[[], str]) -> None:
        """Each subcommand writes what the function of the same name returns, and nothing else."""
        result = run("export", name)
        assert (result.exit_code, result.output) == (0, function())

    @pytest.mark.parametrize("name", list(FORMATS))
    def test_output_file(self, name: str, tmp_path: Path) -> None:
        """With --output, a format is written to that file, in UTF-8, and nothing to standard output."""
        target = tmp_path / "export"
        result = run("export", name, "--output", str(target))
        assert (result.exit_code, result.output) == (0, "")
        assert target.read_bytes() == FORMATS[name].text().encode()

    def test_output_stream(self) -> None:
        """The name - is standard output, as it is standard input elsewhere."""
        assert run("export", "mermaid", "--output", "-").output == mermaid()

    def test_help_lists_formats(self) -> None:
        """The help names every format."""
        listed = run("export", "--help").output.partition("Commands:\n")[2]
        assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "] == [
            *FORMATS
        ]

    def test_all(self, tmp_path: Path) -> None:
        """With --all, every file is written below the directory, which is created, and its path is shown."""
        result = run("export", "--all", str(tmp_path / "new"))
        written = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
        assert result.exit_code == 0
        assert sorted(result.output.split()) == sorted(map(str, written))
        assert len(written) >= len(FORMATS)

    @pytest.mark.parametrize(
        "arguments",
        [(), ("--all", "folder", "mermaid"), ("nothing",), ("--all", ""), ("mermaid", "--output", "")],
    )
    def test_wrong_usage(self, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No format, an unknown one, or a format together with --all is a usage error, and nothing is written."""
        monkeypatch.chdir(tmp_path)
        result = run("export", *arguments)
        assert result.exit_code == 2
        assert "Usage: " in result.output
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("arguments", [("mermaid", "--output", "none/file"), ("--all", "file/folder")])
    def test_unwritable(self, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that cannot be written ends with exit code 2 and its name."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "file").touch()
        result = run("export", *arguments)
        assert result.exit_code == 2
        assert arguments[-1] in result.output

    def test_text_stream(self) -> None:
        """Standard output may be a text stream without an encoding."""
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            command(["export", "rulebook"], standalone_mode=False)
        assert written.getvalue().startswith("# The rulebook")


class TestEntryPoint:
    """The command can be started as a script and as a module."""

    def test_module_in_subprocess(self) -> None:
        """`python -m hopdrive_appointments` runs the command."""
        arguments = [sys.executable, "-m", "hopdrive_appointments", "--version"]
        done = subprocess.run(arguments, capture_output=True, text=True, check=True)
        assert done.stdout == f"hopdrive-appointments, version {__version__}\n"

    def test_module_main(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """The module `__main__` calls the entry point."""
        monkeypatch.setattr(sys, "argv", ["hopdrive_appointments", "--version"])
        with pytest.raises(SystemExit):
            runpy.run_module("hopdrive_appointments", run_name="__main__")
        assert __version__ in capsys.readouterr().out

    def test_script_main(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """The function `main` reads the arguments of the process and exits with 0."""
        monkeypatch.setattr(sys, "argv", ["hopdrive-appointments", "--version"])
        with pytest.raises(SystemExit) as end:
            _cli.main()
        assert end.value.code == 0
        assert __version__ in capsys.readouterr().out

    def test_click_missing(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Without click the command names the extra to install and exits with 2."""
        monkeypatch.setitem(sys.modules, "click", None)
        monkeypatch.delitem(sys.modules, "hopdrive_appointments._cli.commands")
        with pytest.raises(SystemExit, match="2"):
            _cli.main()
        assert "pip install 'hopdrive-appointments[cli]'" in capsys.readouterr().err
