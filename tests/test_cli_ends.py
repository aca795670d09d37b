"""The exit codes of the command in every situation, and the progress display."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from hopdrive_appointments import _cli
from hopdrive_appointments._batch.blocks import Block, Unreadable
from hopdrive_appointments._batch.engine import WorkerLost, check_here
from hopdrive_appointments._batch.reporting import Part
from hopdrive_appointments._cli import check as check_module
from hopdrive_appointments._cli import exits, progress
from hopdrive_appointments._cli.formats import FORMATS
from hopdrive_appointments._cli.progress import Progress
from hopdrive_appointments.errors import MissingExtra
from tests.test_cli import EXAMPLES, NOW, run
from tests.test_cli_formats import write_bodies

COMPLETE = str(EXAMPLES / "post-complete.json")


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Call the entry point with the given arguments, and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["hopdrive-appointments", *arguments])
    with pytest.raises(SystemExit) as end:
        _cli.main()
    return end.value.code


def make_engine_fail(monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int = 0) -> None:
    """Replace the engine by one that raises an error after the given number of blocks."""

    def check_some(
        blocks: Iterator[Block | Unreadable], check: Callable[[Block], Iterable[Part]]
    ) -> Iterator[Part | Unreadable]:
        batches = check_here(blocks, check)
        yield from (next(batches) for _ in range(after))
        raise error

    monkeypatch.setattr(check_module, "check_here", check_some)


def hide_module(monkeypatch: pytest.MonkeyPatch, module: str | None) -> None:
    """Make the import of the commands fail with a ModuleNotFoundError that names the given module."""

    class Finder:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "hopdrive_appointments._cli.commands":
                raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.delitem(sys.modules, "hopdrive_appointments._cli.commands", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


@pytest.fixture(autouse=True)
def restore_interrupts() -> Iterator[None]:
    """Restore the handler of Ctrl-C, which an interrupted run replaces."""
    handler = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, handler)


def test_published_codes() -> None:
    """The exit codes are part of the interface and have fixed, distinct values."""
    codes = {name: value for name, value in vars(exits).items() if name.isupper()}
    assert codes == {"CLEAN": 0, "FINDINGS": 1, "UNUSABLE": 2, "INTERNAL": 3, "INTERRUPTED": 130, "CLOSED": 141}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", COMPLETE], exits.CLEAN),
        (["check", str(EXAMPLES / "post-refused.json")], exits.FINDINGS),
        (["check", "no-such-file.json"], exits.UNUSABLE),
        (["check"], exits.UNUSABLE),
    ],
)
def test_main_returns_code(monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int) -> None:
    """The entry point passes on the exit code of the command."""
    assert run_main(monkeypatch, *arguments) == code


class TestInternalError:
    """An error of the program is exit code 3."""

    def test_unexpected_exception(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """An unexpected exception is printed with its traceback, and the message does not blame the input."""
        make_engine_fail(monkeypatch, RuntimeError("out of order"))
        assert run_main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
        written = capsys.readouterr().err
        assert "RuntimeError: out of order" in written
        assert written.endswith(
            "hopdrive-appointments: internal error: this is a bug in the program, not in its input; "
            "report it with the traceback above\n"
        )

    def test_lost_worker(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A killed worker process is reported in one line, and the report contains the results so far."""
        make_engine_fail(monkeypatch, WorkerLost("a worker process was killed"))
        assert run_main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
        out, err = capsys.readouterr()
        assert err == "hopdrive-appointments: a worker process was killed\n"
        assert "0 checked" in out

    def test_system_error(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """An error of the system is not an internal error: it is exit code 2 with one line."""
        make_engine_fail(monkeypatch, OSError(errno.EMFILE, "Too many open files", "a.json"))
        assert run_main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
        assert capsys.readouterr().err == "hopdrive-appointments: a.json: Too many open files\n"

    def test_out_of_memory(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Too little memory is not an internal error either."""
        make_engine_fail(monkeypatch, MemoryError())
        assert run_main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
        assert "there is not enough memory" in capsys.readouterr().err


class TestMissingExtra:
    """A missing optional dependency is exit code 2."""

    def test_extra_of_option(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """An option that needs another extra names that extra in one line, without a traceback."""
        make_engine_fail(monkeypatch, MissingExtra("dask", "checking on a cluster"))
        assert run_main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
        written = capsys.readouterr().err
        assert written.startswith("hopdrive-appointments: checking on a cluster needs the extra 'dask': pip install ")
        assert written.count("\n") == 1

    @pytest.mark.parametrize("module", ["click", "click.core", "rich", "rich.table"])
    def test_module_of_extra(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str
    ) -> None:
        """If a module of the extra `cli` is missing, the message names the extra."""
        hide_module(monkeypatch, module)
        assert run_main(monkeypatch, "check", COMPLETE) == exits.UNUSABLE
        assert "hopdrive-appointments[cli]" in capsys.readouterr().err

    @pytest.mark.parametrize("module", ["json", None])
    def test_other_module(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str | None
    ) -> None:
        """A failed import of any other module is an internal error."""
        hide_module(monkeypatch, module)
        assert run_main(monkeypatch, "check", COMPLETE) == exits.INTERNAL
        assert f"No module named {module!r}" in capsys.readouterr().err


class TestInterrupt:
    """Ctrl-C is exit code 130."""

    def test_during_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C before the command has started prints no traceback."""

        def interrupt(**_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("hopdrive_appointments._cli.commands.command", interrupt)
        assert run_main(monkeypatch, "check", COMPLETE) == exits.INTERRUPTED

    @pytest.mark.parametrize("form", FORMATS)
    def test_during_check(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
        """Ctrl-C during a check completes the report with the results so far."""
        make_engine_fail(monkeypatch, KeyboardInterrupt(), after=2)
        result = run("check", "--now", NOW, "--format", form, write_bodies(tmp_path))
        assert result.exit_code == exits.INTERRUPTED
        assert "interrupted" in result.stdout
        assert "AD-3" in result.stdout
        assert "flagged.json" not in result.stdout
        if form == "text":
            assert result.stdout.endswith("2 checked, interrupted: 1 accepted, 1 advised\n")

    def test_during_simulation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C has the same exit code in a command without a report."""

        def interrupt(*_: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr("hopdrive_appointments._cli.simulate.simulate_file", interrupt)
        assert run_main(monkeypatch, "simulate", "any") == exits.INTERRUPTED


class TestClosedPipe:
    """Output whose reader has closed it is exit code 141."""

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_reader_gone(self, form: str) -> None:
        """If the reader of the pipe has ended, the command ends without a message."""
        reading, writing = os.pipe()
        os.close(reading)
        arguments = [sys.executable, "-m", "hopdrive_appointments", "check", "--format", form, COMPLETE]
        done = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert done.stderr == b""
        assert done.returncode == exits.CLOSED

    def test_reader_gone_early(self, tmp_path: Path) -> None:
        """If the reader of a long report ends, the workers end without a message."""
        feed = tmp_path / "feed.jsonl"
        feed.write_bytes(b"{}\n" * 100_000)
        arguments = [sys.executable, "-m", "hopdrive_appointments", "check", "--jobs", "2", str(feed)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == exits.CLOSED

    def test_later_output_discarded(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """After the pipe is closed, buffered output goes to the null device."""
        make_engine_fail(monkeypatch, BrokenPipeError())
        with (tmp_path / "output").open("w") as output:
            monkeypatch.setattr(sys, "stdout", output)
            assert run_main(monkeypatch, "check", COMPLETE) == exits.CLOSED
            output.write("nowhere")
        assert (tmp_path / "output").read_text() == ""


class TestProgress:
    """The progress display appears on a terminal when the work takes long."""

    @staticmethod
    def show(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, patience: float) -> str:
        """Return what the display writes to a stream for three batches, if it waits the given number of seconds."""
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(progress, "_SECONDS_BEFORE_DISPLAY", patience)
        for name, value in {"TERM": "xterm-256color", "COLUMNS": "120"}.items():
            monkeypatch.setenv(name, value)
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            monkeypatch.delenv(name, raising=False)
        with Progress() as display:
            for checked in (1, 20, 300):
                display.advance(1000, checked)
        return stream.getvalue()

    def test_long_work_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The display contains the number of bodies and of bytes that are checked."""
        shown = self.show(monkeypatch, Terminal(), -1)
        assert "300 bodies" in shown
        assert "3.0/? kB" in shown or "3.0 kB" in shown

    def test_short_work_hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before the waiting time is over, nothing is written."""
        assert self.show(monkeypatch, Terminal(), 3600) == ""

    def test_rich_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without rich, a check that runs long goes on without the display."""
        monkeypatch.setitem(sys.modules, "rich.console", None)
        assert self.show(monkeypatch, Terminal(), -1) == ""

    def test_hidden_beside_report(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If the report goes to a terminal, nothing is written that could run into its lines."""
        monkeypatch.setattr(sys, "stdout", Terminal())
        assert self.show(monkeypatch, Terminal(), -1) == ""

    def test_hidden_without_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If standard error is not a terminal, nothing is ever written."""
        assert self.show(monkeypatch, io.StringIO(), -1) == ""
