"""The command: what it says, and how it ends."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hopdrive_appointments import __version__, cli
from hopdrive_appointments.cli.commands import command

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
NOW = "2031-05-12T14:00:00Z"


def run(*arguments: object, text: str | bytes | None = None, environment: dict[str, str] | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(command, [str(each) for each in arguments], input=text, env=environment)


def record_file(folder: Path, **changes: object) -> Path:
    """Write the record of the complete example, changed as given, and return its file."""
    body = json.loads((EXAMPLES / "post-complete.json").read_text())
    system = {"id": 17, "status": "new", "version": 1, "created_at": NOW, "updated_at": NOW}
    nulls = dict.fromkeys(("paid_at", "move_id", "workflow_set_id", "transportation_type"))
    path = folder / "record.json"
    path.write_text(json.dumps({**system, **nulls, **body, **changes}))
    return path


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
def test_each_example_gets_its_verdict(name: str, arguments: Sequence[str], code: int, first_line: str) -> None:
    """Each body that the project ships is accepted or refused as the rules say."""
    path = EXAMPLES / f"{name}.json"
    result = run("check", "--now", NOW, *arguments, path)
    assert result.exit_code == code
    assert result.output.splitlines()[0] == f"{path}: {first_line}"


def test_every_problem_of_the_refused_example_is_shown() -> None:
    """A refusal lists every problem with its code, place, hint, rule and provenance."""
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


def test_a_put_without_the_record_is_said_to_be_checked_in_part() -> None:
    """Without --record the output says that the check is partial; with it, it is exact."""
    assert "without the record" in run("check", "--operation", "replace", EXAMPLES / "put-elect-valet.json").output


def test_the_record_decides_about_a_patch(tmp_path: Path) -> None:
    """With --record a PATCH is decided against it: what is frozen there is refused."""
    record = record_file(tmp_path, status="ready", transportation_type="valet")
    result = run(
        "check", "--operation", "patch", "--record", record, "--now", NOW, "-", text='{"vehicle_color": "Red"}'
    )
    assert result.exit_code == 1
    assert "standard input:1:1: refused field_frozen /vehicle_color [UP-4, S]" in result.output
    assert "standard input:1: refused, 1 problem\n" in result.output
    assert "without the record" not in result.output


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
        ["no-such-command"],
    ],
)
def test_wrong_usage_and_unreadable_input_end_with_2(arguments: Sequence[str]) -> None:
    """Wrong usage and files that cannot be read are exit code 2, with a word about it."""
    result = run(*arguments, text="{}")
    assert result.exit_code == 2
    assert result.output


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 17}'])
def test_what_is_no_record_ends_with_2(tmp_path: Path, text: str) -> None:
    """A record that cannot be read, or contradicts itself, is unusable input."""
    path = tmp_path / "record.json"
    path.write_text(text)
    result = run("check", "--operation", "patch", "--record", path, "-", text="{}")
    assert result.exit_code == 2
    assert "is no record" in result.output


def test_an_unreadable_file_does_not_hide_the_others() -> None:
    """The files that can be read are checked, and the end is still exit code 2."""
    result = run("check", "--now", NOW, "no-such-file.json", EXAMPLES / "post-complete.json")
    assert result.exit_code == 2
    assert "accepted as new" in result.output


def test_nothing_from_a_file_reaches_the_terminal_as_it_is() -> None:
    """Control characters and lone surrogates of a body are shown escaped."""
    result = run("check", "--now", NOW, "-", text=b'{"\\u001b[31m\\ud800\\u202e": 1}')
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\\x1b" in result.output


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour is written to a terminal only, and not even there where NO_COLOR is set."""
    arguments = ["check", "--now", NOW, str(EXAMPLES / "post-refused.json")]
    runner = CliRunner()
    assert "\x1b[" not in runner.invoke(command, arguments).output
    assert "\x1b[" in runner.invoke(command, arguments, color=True, env={"NO_COLOR": None}).output
    assert "\x1b[" not in runner.invoke(command, arguments, color=True, env={"NO_COLOR": "1"}).output


def test_the_valet_script_ends_in_paid() -> None:
    """The valet script goes from new over ready and paying to paid, and its repeated PUT changes nothing."""
    result = run("simulate", EXAMPLES / "valet.jsonl")
    assert result.exit_code == 0
    for way in ("new > ready", "ready > paying", "paying > paid"):
        assert way in result.output


def test_the_shuttle_script_ends_in_refunded() -> None:
    """The shuttle script is flagged, resolved, canceled and refunded."""
    result = run("simulate", EXAMPLES / "shuttle.jsonl")
    assert result.exit_code == 0
    for way in ("new > pending", "pending > ready", "ready > paid", "paid > canceled", "canceled > refunded"):
        assert way in result.output


def step(**members: object) -> str:
    return json.dumps({"now": NOW, "id": 1, **members})


def test_a_refused_step_is_shown_and_ends_with_1() -> None:
    """A refused step changes nothing, is shown with its codes, and makes the exit code 1."""
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
        ("{", "no JSON"),
        ("[]", "must be an object"),
        (step(operation="patch", body={}, extra=1), "keys that no step has"),
        (step(operation="patch", body={}, now="x"), "now is no RFC 3339"),
        (step(operation="delete", body={}), "operation must be one of"),
        (step(operation="patch"), "a patch needs body"),
        (step(operation="trigger"), "a trigger needs trigger"),
        (step(operation="patch", body={}, id="1"), "id must be an integer"),
        (step(operation="patch", body={}, expected_version="1"), "expected_version must be an integer"),
        (step(operation="patch", body={}), "does not exist"),
        (step(operation="create", body={}, id=0), "id must lie between"),
    ],
)
def test_a_script_that_makes_no_sense_ends_with_2(line: str, message: str) -> None:
    """A line that says nothing that could be done is named with its number, and the exit code is 2."""
    result = run("simulate", "-", text=f"\n{line}\n")
    assert result.exit_code == 2
    assert message in result.output
    assert "line 2" in result.output


def test_the_conformance_protocol_is_served() -> None:
    """The reference implementation answers on standard output and ends when it is told to."""
    lines = [{"cmd": "start", "version": 1}, {"cmd": "nonsense"}, {"cmd": "stop"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    result = run("conformance", "serve", text=text)
    assert result.exit_code == 0
    first, second = map(json.loads, result.output.splitlines())
    assert first["implementation"]["version"] == __version__
    assert second["errored"] is True


def test_the_rulebook_is_exported() -> None:
    """The rulebook goes to standard output as it stands in docs."""
    assert run("export", "rulebook").output == (EXAMPLES.parent / "rulebook.md").read_text(encoding="utf-8")


def test_the_command_writes_to_any_stream() -> None:
    """The output may be a stream of text without an encoding of its own."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        command(["export", "rulebook"], standalone_mode=False)
    assert written.getvalue().startswith("# The rulebook")


def test_a_timeline_on_a_terminal_is_coloured() -> None:
    """On a terminal the verdicts of a timeline have their colours."""
    coloured = run("simulate", EXAMPLES / "valet.jsonl", environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert "\x1b[32m" in coloured.output
    assert "\x1b[" not in run("simulate", EXAMPLES / "valet.jsonl").output


def test_the_package_runs_as_a_module() -> None:
    """The command is there as a module of its own name, too."""
    done = subprocess.run(
        [sys.executable, "-m", "hopdrive_appointments", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"hopdrive-appointments, version {__version__}\n"


def test_the_module_runs_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Running the package is running its command."""
    monkeypatch.setattr(sys, "argv", ["hopdrive_appointments", "--version"])
    with pytest.raises(SystemExit):
        runpy.run_module("hopdrive_appointments", run_name="__main__")
    assert __version__ in capsys.readouterr().out


def test_a_missing_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without click, the command names the extra and ends with exit code 2."""
    monkeypatch.setitem(sys.modules, "click", None)
    monkeypatch.delitem(sys.modules, "hopdrive_appointments.cli.commands")
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    assert "pip install 'hopdrive-appointments[cli]'" in capsys.readouterr().err


def test_another_missing_module_is_not_blamed_on_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that fails for another reason is not hidden."""
    monkeypatch.setitem(sys.modules, "hopdrive_appointments.cli.commands", None)
    with pytest.raises(ModuleNotFoundError):
        cli.main()


def test_main_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The entry point runs the command with the arguments of the process."""
    monkeypatch.setattr(sys, "argv", ["hopdrive-appointments", "--version"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    assert __version__ in capsys.readouterr().out
