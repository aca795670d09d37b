"""How the exports are written: each file as a whole or not at all, and the command says which ones."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from hopdrive_appointments import _cli
from hopdrive_appointments._cli import exits, interrupts
from hopdrive_appointments._cli.interrupts import Interrupts
from hopdrive_appointments.export import FORMATS, _formats, mermaid, write_all
from hopdrive_appointments.export._writing import write_file
from tests.test_cli import run

FILES: Final = [str(path) for path, _ in _formats.files()]


def found_in(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def contents_of(folder: Path) -> dict[str, bytes]:
    """Return the contents of each file in a folder by its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


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


# Without its capabilities, a process of root obeys the permissions of files like any other process.
UNPRIVILEGED: Final = """
import ctypes, os, sys
if os.geteuid() == 0:
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None).capset(header, none) != 0:
        sys.exit("capset failed")
from hopdrive_appointments._cli import main
main()
"""


def run_unprivileged(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that obeys the permissions of files."""
    if os.geteuid() == 0 and sys.platform != "linux":
        pytest.skip("root can write to every file, and only Linux can take this from a process")
    command = [sys.executable, "-c", UNPRIVILEGED, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


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

    def test_protected(self, tmp_path: Path) -> None:
        """A write-protected file is refused by its name, and does not change."""
        file = tmp_path / "file"
        file.write_bytes(b"old")
        file.chmod(0o444)
        result = run_unprivileged("export", "mermaid", "--output", file)
        assert (result.returncode, result.stdout) == (exits.UNUSABLE, "")
        assert result.stderr == f"hopdrive-appointments: {file}: Permission denied\n"
        assert contents_of(tmp_path) == {"file": b"old"}

    @pytest.mark.parametrize("is_new", [False, True])
    def test_protected_folder(self, is_new: bool, tmp_path: Path) -> None:
        """In a folder that is not writable, a file is written in place, and a new one is refused."""
        folder, file = tmp_path / "folder", tmp_path / "folder" / "file"
        folder.mkdir()
        if not is_new:
            file.write_bytes(b"old" * 100_000)
        folder.chmod(0o555)
        result = run_unprivileged("export", "mermaid", "--output", file)
        folder.chmod(0o755)
        if is_new:
            assert result.stderr == f"hopdrive-appointments: {file}: Permission denied\n"
            assert (result.returncode, contents_of(folder)) == (exits.UNUSABLE, {})
        else:
            assert (result.returncode, result.stderr) == (exits.CLEAN, "")
            assert contents_of(folder) == {"file": mermaid().encode()}

    def test_replacing_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where only the owner of a file can replace it, the file is written in place, and hard links have it too."""
        file, link = tmp_path / "file", tmp_path / "link"
        file.write_bytes(b"old")
        link.hardlink_to(file)

        def replace(*_: Path) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "replace", replace)
        write_file(file, b"new")
        assert contents_of(tmp_path) == {"file": b"new", "link": b"new"}

    def test_hard_link(self, tmp_path: Path) -> None:
        """A hard link keeps the old contents, because the file is replaced by a new one."""
        file, link = tmp_path / "file", tmp_path / "link"
        file.write_bytes(b"old")
        link.hardlink_to(file)
        write_file(file, b"new")
        assert contents_of(tmp_path) == {"file": b"new", "link": b"old"}

    @pytest.mark.parametrize("name", ["loop", "loop/file"])
    def test_loop(self, name: str, tmp_path: Path) -> None:
        """A link that leads to itself is refused, and stays."""
        loop = tmp_path / "loop"
        loop.symlink_to("loop")
        result = run("export", "mermaid", "--output", tmp_path / name)
        assert result.exit_code == exits.UNUSABLE
        assert f"{tmp_path / name}: {os.strerror(errno.ELOOP)}\n" in result.stderr
        assert (list(tmp_path.iterdir()), loop.readlink()) == ([loop], Path("loop"))

    def test_dangling_link(self, tmp_path: Path) -> None:
        """A link to a file that does not exist stays, and the file is created."""
        link = tmp_path / "link"
        link.symlink_to("file")
        write_file(link, b"new")
        assert (link.readlink(), contents_of(tmp_path)) == (Path("file"), {"file": b"new", "link": b"new"})

    @pytest.mark.parametrize("name", ["folder", "missing/file"])
    def test_text_of_error(self, name: str, tmp_path: Path) -> None:
        """The text of the exception has the name that was given, once."""
        (tmp_path / "folder").mkdir()
        with pytest.raises(OSError, match=re.escape(repr(str(tmp_path / name))) + "$") as refused:
            write_file(tmp_path / name, b"new")
        assert refused.value.filename == str(tmp_path / name)
        assert "None" not in str(refused.value)


class TestAll:
    """The whole set: the command says which files it has written."""

    def test_function(self, tmp_path: Path) -> None:
        """`write_all` returns the paths in the order of the formats."""
        assert [path.relative_to(tmp_path).as_posix() for path in write_all(tmp_path)] == FILES
        assert found_in(tmp_path) == set(FILES)

    @pytest.mark.parametrize("number", [0, 7, len(FILES) - 1])
    def test_full(self, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the disk is full, complete files are listed on standard output, and the error has the first other."""
        fail_at(monkeypatch, number, OSError(errno.ENOSPC, "No space left on device"))
        result = run("export", "--all", tmp_path)
        assert result.exit_code == exits.UNUSABLE
        assert found_in(tmp_path) == set(FILES[:number])
        assert result.stdout.split() == [str(tmp_path / name) for name in FILES[:number]]
        outcome = (
            f"{number} of {len(FILES)} files were written, as listed on standard output; "
            f"the first missing one is {FILES[number]}"
        )
        assert result.stderr == (
            f"hopdrive-appointments: {tmp_path / FILES[number]}: No space left on device; "
            f"{outcome if number else 'no file was written'}\n"
        )

    def test_folder_instead_of_file(self, tmp_path: Path) -> None:
        """A folder that has the name of a file is an error with this name, and stays."""
        (tmp_path / FILES[1]).mkdir(parents=True)
        result = run("export", "--all", tmp_path)
        assert (result.exit_code, found_in(tmp_path)) == (exits.UNUSABLE, {FILES[0]})
        assert f"{tmp_path / FILES[1]}: Is a directory; 1 of {len(FILES)} files " in result.stderr

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("file", errno.EEXIST), ("file/below", errno.ENOTDIR), ("dangling", errno.EEXIST), ("loop", errno.EEXIST)],
    )
    def test_file_instead_of_directory(self, name: str, reason: int, tmp_path: Path) -> None:
        """A directory that is a file, or is below one, is an error that asks for a directory."""
        (tmp_path / "file").write_bytes(b"old")
        (tmp_path / "dangling").symlink_to("missing")
        (tmp_path / "loop").symlink_to("loop")
        result = run("export", "--all", tmp_path / name)
        assert (result.exit_code, result.stdout) == (exits.UNUSABLE, "")
        assert result.stderr == (
            f"hopdrive-appointments: {tmp_path / name}: {os.strerror(reason)}; no file was written; "
            "name a directory instead\n"
        )
        assert (tmp_path / "file").read_bytes() == b"old"

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
