"""How the command ends, with an exit code that says why, and what it shows while it goes on."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hopdrive_appointments import cli
from hopdrive_appointments.batch import Batch, Block, Settings, Unreadable
from hopdrive_appointments.batch.engine import WorkerLost, check_here
from hopdrive_appointments.cli import checking, exits, progress
from hopdrive_appointments.cli.formats import FORMATS
from hopdrive_appointments.cli.progress import Progress
from hopdrive_appointments.errors import MissingExtra
from tests.test_cli import EXAMPLES, NOW, run
from tests.test_cli_formats import write_bodies

COMPLETE = str(EXAMPLES / "post-complete.json")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Run the entry point in this process, and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["hopdrive-appointments", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


def engine_that_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int = 0) -> None:
    """Let the engine raise after so many blocks."""

    def check(blocks: Iterator[Block | Unreadable], settings: Settings) -> Iterator[Batch | Unreadable]:
        batches = check_here(blocks, settings)
        yield from (next(batches) for _ in range(after))
        raise error

    monkeypatch.setattr(checking, "check_here", check)


def test_the_codes_are_told_apart() -> None:
    """No two ends have the same exit code."""
    codes = [value for name, value in vars(exits).items() if name.isupper()]
    assert len(set(codes)) == len(codes) == 6


def test_the_entry_point_ends_with_the_code_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Clean input ends with 0, findings with 1, wrong usage and unreadable input with 2."""
    refused = str(EXAMPLES / "post-refused.json")
    codes = [main(monkeypatch, "check", path) for path in (COMPLETE, refused, str(tmp_path / "nothing.json"))]
    assert [*codes, main(monkeypatch, "check")] == [exits.CLEAN, exits.FINDINGS, exits.UNUSABLE, exits.UNUSABLE]
    assert "No such file" in capsys.readouterr().err


def test_a_fault_of_the_program_is_its_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An unexpected exception is exit code 3, with its traceback, and the input is not blamed."""
    engine_that_raises(monkeypatch, RuntimeError("out of order"))
    assert main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
    complaint = capsys.readouterr().err
    assert "RuntimeError: out of order" in complaint
    assert complaint.endswith("hopdrive-appointments: this is a fault of the program, not of its input\n")


def test_an_interrupt_while_starting_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before there is a command that could end by itself is no traceback."""

    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hopdrive_appointments.cli.commands.command", interrupt)
    assert main(monkeypatch, "check", COMPLETE) == exits.INTERRUPTED


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    """Give Ctrl-C its meaning back, which an interrupted run takes from it."""
    handler = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, handler)


def test_a_lost_worker_ends_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A process that was killed is said in one line, after a report of what is known."""
    engine_that_raises(monkeypatch, WorkerLost("a worker process was killed"))
    assert main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
    out, err = capsys.readouterr()
    assert err == "hopdrive-appointments: a worker process was killed\n"
    assert "0 checked" in out


def test_a_missing_extra_of_an_option_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that needs another extra names it, without a traceback."""
    engine_that_raises(monkeypatch, MissingExtra("dask", "checking on a cluster"))
    assert main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
    complaint = capsys.readouterr().err
    assert complaint.startswith("hopdrive-appointments: checking on a cluster needs the extra 'dask': pip install ")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("module", ["click", "click.core", "rich", "lark"])
def test_a_missing_module_of_the_extra_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str
) -> None:
    """Where a module of the extra cli is missing, the extra is named."""
    _without(monkeypatch, module)
    assert main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
    assert "hopdrive-appointments[cli]" in capsys.readouterr().err


def test_a_module_that_no_extra_brings_is_not_blamed_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that fails for another reason is not hidden, nor is one that names no module."""
    for name in ("json", None):
        _without(monkeypatch, name)
        with pytest.raises(ModuleNotFoundError):
            cli.main()


def _without(monkeypatch: pytest.MonkeyPatch, module: str | None) -> None:
    """Let the import of the commands fail as it does where a module is missing."""

    class Finder:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "hopdrive_appointments.cli.commands":
                raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.delitem(sys.modules, "hopdrive_appointments.cli.commands", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


@pytest.mark.parametrize("form", FORMATS)
def test_an_interruption_ends_with_130_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Ctrl-C half-way ends the report as it should be, with what was found until then."""
    engine_that_raises(monkeypatch, KeyboardInterrupt(), after=2)
    result = run("check", "--now", NOW, "--format", form, write_bodies(tmp_path))
    assert result.exit_code == exits.INTERRUPTED
    assert "interrupted" in result.stdout
    assert "AD-3" in result.stdout
    assert "flagged.json" not in result.stdout
    if form == "text":
        assert result.stdout.endswith("2 checked, interrupted: 1 accepted, 1 advised\n")


def test_an_interruption_elsewhere_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C where there is nothing to report yet ends with 130, too."""

    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("hopdrive_appointments.cli.simulating.simulate_file", interrupt)
    assert main(monkeypatch, "simulate", "any") == exits.INTERRUPTED


def test_a_closed_pipe_that_click_does_not_know_ends_with_141(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nobody reads the output any more, the command ends quietly with 141."""
    engine_that_raises(monkeypatch, BrokenPipeError())
    with (tmp_path / "output").open("w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        assert main(monkeypatch, "check", COMPLETE) == exits.CLOSED
        output.write("nowhere")
    assert (tmp_path / "output").read_text() == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_closed_pipe_ends_with_141(form: str) -> None:
    """Where the reader of a pipe has gone away, the command ends quietly with 141."""
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-m", "hopdrive_appointments", "check", "--format", form, COMPLETE]
    done = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == exits.CLOSED


def test_another_fault_of_the_output_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An output that fails for another reason, such as a full disk, is no closed pipe."""
    engine_that_raises(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    assert main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
    assert "No space left on device" in capsys.readouterr().err


def show_progress(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, patience: float) -> str:
    """Return what the progress display writes to a stream for three batches."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    with Progress() as display:
        for checked in (1, 20, 300):
            display.advance(1000, checked)
    return stream.getvalue()


def test_progress_is_shown_on_a_terminal_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, work that takes long shows how many bodies and bytes are done."""
    shown = show_progress(monkeypatch, Terminal(), -1)
    assert "300 bodies" in shown
    assert "3.0/? kB" in shown or "3.0 kB" in shown


def test_short_work_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the patience is at its end, nothing is shown even on a terminal."""
    assert show_progress(monkeypatch, Terminal(), 3600) == ""


def test_nobody_looking_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard error is no terminal, nothing is shown however long it takes."""
    assert show_progress(monkeypatch, io.StringIO(), -1) == ""
