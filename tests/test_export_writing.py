"""How the exports are written: each file as a whole or not at all, and the command says which ones."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from hopdrive_appointments import _cli
from hopdrive_appointments._cli import exits, interrupts
from hopdrive_appointments._cli.interrupts import Interrupts
from hopdrive_appointments.export import FORMATS, _formats, write_all
from hopdrive_appointments.export._writing import write_file
from tests.test_cli import run

FILES: Final = [str(path) for path, _ in _formats.files()]
NOBODY: Final = 65534


def found_in(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def fail_at(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Let the file with this number break off with an error after a part of it is written."""
    numbers = iter(range(len(FILES)))
    plain = Path.write_bytes

    def write_bytes(path: Path, content: bytes) -> int:
        if next(numbers) == number:
            plain(path, content[:10])
            raise error
        return plain(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.fixture
def protected() -> Iterator[Path]:
    """Return a file that this process cannot write to, in a folder where it can create files."""
    folder = Path(tempfile.mkdtemp())
    file = folder / "file"
    file.write_bytes(b"old")
    file.chmod(0o444)
    folder.chmod(0o777)
    is_root = os.geteuid() == 0
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        if is_root:  # root can write to every file
            os.seteuid(NOBODY)
            stack.callback(os.seteuid, 0)
        yield file


class TestFile:
    """One file is replaced at once."""

    @pytest.mark.parametrize("old", [None, b"old"])
    @pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()], ids=lambda each: repr(each))
    def test_broken_off(
        self, old: bytes | None, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A write that breaks off leaves the old file, or none, and no other file."""
        target = tmp_path / "file"
        if old is not None:
            target.write_bytes(old)
        fail_at(monkeypatch, 0, error)
        with pytest.raises(type(error)):
            write_file(target, b"a longer content")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == ([] if old is None else [old])

    def test_link_stays(self, tmp_path: Path) -> None:
        """A symbolic link still leads to the file, which has the new contents and its old mode."""
        file, link = tmp_path / "file", tmp_path / "link"
        file.touch(mode=0o640)
        link.symlink_to(file)
        write_file(link, b"new")
        assert (link.readlink(), file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (file, b"new", 0o640)

    def test_usual_mode(self, tmp_path: Path) -> None:
        """A new file has the mode of any other new file."""
        write_file(tmp_path / "one", b"")
        (tmp_path / "other").touch()
        one, other = ((tmp_path / name).stat().st_mode for name in ("one", "other"))
        assert one == other

    def test_pipe(self, tmp_path: Path) -> None:
        """A pipe is written to, and not replaced."""
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        write_file(pipe, b"new")
        assert os.read(reader, 10) == b"new"
        os.close(reader)
        assert pipe.is_fifo()

    def test_protected(self, protected: Path) -> None:
        """A write-protected file is refused by its name, and does not change."""
        with pytest.raises(PermissionError) as refused:
            write_file(protected, b"new")
        assert refused.value.filename == str(protected)
        assert {path.name: path.read_bytes() for path in protected.parent.iterdir()} == {"file": b"old"}


class TestAll:
    """The whole set: the command says which files it has written."""

    def test_function(self, tmp_path: Path) -> None:
        """`write_all` returns the paths in the order of the formats."""
        assert [path.relative_to(tmp_path).as_posix() for path in write_all(tmp_path)] == FILES
        assert found_in(tmp_path) == set(FILES)

    @pytest.mark.parametrize("number", [0, 7, len(FILES) - 1])
    def test_full(self, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the disk is full, complete files are listed on standard output, and the others in the error."""
        fail_at(monkeypatch, number, OSError(errno.ENOSPC, "No space left on device"))
        result = run("export", "--all", tmp_path)
        assert result.exit_code == exits.UNUSABLE
        assert found_in(tmp_path) == set(FILES[:number])
        assert result.stdout.split() == [str(tmp_path / name) for name in FILES[:number]]
        start, _, missing = result.stderr.strip().partition("not written: ")
        assert missing.split(", ") == FILES[number:]
        assert f"{tmp_path / FILES[number]}: No space left on device; {number} of {len(FILES)} files " in start

    def test_folder_instead_of_file(self, tmp_path: Path) -> None:
        """A folder that has the name of a file is an error with this name, and stays."""
        (tmp_path / FILES[1]).mkdir(parents=True)
        result = run("export", "--all", tmp_path)
        assert (result.exit_code, found_in(tmp_path)) == (exits.UNUSABLE, {FILES[0]})
        assert f"{tmp_path / FILES[1]}: Is a directory; 1 of {len(FILES)} files " in result.stderr

    def test_rendered_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is written if a format cannot be generated."""
        last = list(FORMATS.values())[-1]

        def broken() -> str:
            raise RuntimeError("broken")

        monkeypatch.setattr(_formats, "FORMATS", {**FORMATS, last.name: last._replace(text=broken)})
        with pytest.raises(RuntimeError, match="broken"):
            write_all(tmp_path)
        assert found_in(tmp_path) == set()

    def test_interrupted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Ctrl-C while a file is written ends the command after this file, and the list has it."""
        held = Interrupts()
        monkeypatch.setattr(interrupts, "held_back", held.held_back)
        monkeypatch.setattr(interrupts, "allowed", held.allowed)
        numbers = iter(range(len(FILES)))
        plain = Path.write_bytes

        def write_bytes(path: Path, content: bytes) -> int:
            plain(path, content[:10])
            if next(numbers) == 2:
                signal.raise_signal(signal.SIGINT)
            return plain(path, content)

        monkeypatch.setattr(Path, "write_bytes", write_bytes)
        monkeypatch.setattr(sys, "argv", ["hopdrive-appointments", "export", "--all", str(tmp_path)])
        with pytest.raises(SystemExit, match=str(exits.INTERRUPTED)):
            _cli.main()
        assert found_in(tmp_path) == set(FILES[:3])
        assert (tmp_path / FILES[2]).read_bytes() == dict(_formats.contents(tmp_path))[tmp_path / FILES[2]]
        shown = capsys.readouterr()
        assert (shown.out.split(), shown.err) == ([str(tmp_path / name) for name in FILES[:3]], "")


@pytest.fixture(autouse=True)
def restore_handler() -> Iterator[None]:
    """Begin with the usual handler of Ctrl-C, and restore the one before, because the command replaces it."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.mark.parametrize("arguments", [("--all", "a", "--all", "b"), ("mermaid", "--output", "a", "--output", "b")])
def test_two_names(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two directories or two files are a usage error, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    result = run("export", *arguments)
    assert result.exit_code == exits.UNUSABLE
    assert f"Invalid value for '{arguments[-2]}': 2 names are given: keep one of them" in result.stderr
    assert list(tmp_path.iterdir()) == []
