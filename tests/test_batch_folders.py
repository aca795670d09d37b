"""Folders: which of their files are found, symbolic links, deep folders, and what cannot be read."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hopdrive_appointments._batch.blocks import Block, Unreadable, blocks_of
from hopdrive_appointments._batch.inputs import find_inputs
from tests.deep_folders import LEVEL, deep_folder
from tests.test_cli import NOW, run

LONG = LEVEL * 200


def names_in(folder: Path) -> list[str]:
    """Return the names of the inputs in a folder, relative to it."""
    return [Path(each.name).relative_to(folder).as_posix() for each in find_inputs([str(folder)])]


def read_blocks(folder: Path) -> list[Block | Unreadable]:
    """Return the blocks of the files in a folder."""
    return list(blocks_of(find_inputs([str(folder)])))


def unreadable_in(folder: Path) -> list[Unreadable]:
    """Return what cannot be read in a folder."""
    return [each for each in read_blocks(folder) if isinstance(each, Unreadable)]


class TestLinks:
    """Symbolic links in a folder."""

    def test_linked_folder(self, tmp_path: Path) -> None:
        """The files of a linked folder come last. A folder in the tree keeps its own path, and is read once."""
        outside, folder = tmp_path / "outside", tmp_path / "folder"
        for path in (outside / "sub" / "a.json", outside / "b.json", folder / "own" / "c.json"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (folder / "link").symlink_to(outside)
        (folder / "again").symlink_to(outside / "sub")
        (folder / "a_link").symlink_to(folder / "own")
        (folder / ".hidden").symlink_to(outside)
        assert names_in(folder) == ["own/c.json", "again/a.json", "link/b.json"]
        assert names_in(folder / "link") == ["b.json", "sub/a.json"]

    def test_link_to_parent(self, tmp_path: Path) -> None:
        """Links to a folder around them, to each other or to themselves do not loop."""
        folder = tmp_path / "folder"
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "a.json").touch()
        (folder / "sub" / "up").symlink_to(folder)
        (folder / "sub" / "here").symlink_to(".")
        (folder / "self").symlink_to("self")
        assert names_in(folder) == ["sub/a.json"]
        (folder / "sub" / "top").symlink_to(tmp_path)
        assert names_in(folder) == ["sub/a.json"]

    def test_linked_file(self, tmp_path: Path) -> None:
        """A link to a file is read like a file, and its own name decides its kind."""
        (tmp_path / "a.txt").write_bytes(b"{}")
        (tmp_path / "b.jsonl").symlink_to("a.txt")
        assert read_blocks(tmp_path) == [Block((tmp_path / "b.jsonl").as_posix(), True, 1, b"{}")]

    @pytest.mark.parametrize("target", ["missing.json", "a.json"])
    def test_broken_link(self, tmp_path: Path, target: str) -> None:
        """A link to a file that is missing, or to itself, is Unreadable."""
        (tmp_path / "a.json").symlink_to(target)
        (found,) = read_blocks(tmp_path)
        assert isinstance(found, Unreadable)
        assert found.source == (tmp_path / "a.json").as_posix()

    @pytest.mark.parametrize("target", ["missing", "self", "./self", "other", "a.txt/sub"])
    def test_other_broken_links(self, tmp_path: Path, target: str) -> None:
        """A broken link without the suffix of a JSON file is not an input, like any other file."""
        (tmp_path / "a.txt").touch()
        (tmp_path / "self").symlink_to(target)
        (tmp_path / "other").symlink_to("self")
        assert names_in(tmp_path) == []

    def test_path_of_many_links(self, tmp_path: Path) -> None:
        """A folder that a path reaches only through more links than the system follows is Unreadable."""
        for number in range(60):
            (outside := tmp_path / f"outside{number}").mkdir()
            (outside / "a.json").touch()
            (outside / "next").symlink_to(tmp_path / f"outside{number + 1}")
        found = read_blocks(tmp_path / "outside0")
        assert [type(each) for each in found] == [Block] * (len(found) - 1) + [Unreadable]
        assert found[-1] == Unreadable(f"{found[-2].source[:-7]}/next", "Too many levels of symbolic links")

    def test_link_of_many_links(self, tmp_path: Path) -> None:
        """A link that leads to a folder through more links than the system follows is Unreadable."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "link0").symlink_to("outside")
        for number in range(100):
            (tmp_path / f"link{number + 1}").symlink_to(f"link{number}")
        (folder := tmp_path / "folder").mkdir()
        (folder / "link").symlink_to(tmp_path / "link100")
        assert unreadable_in(folder) == [Unreadable(f"{folder}/link", "Too many levels of symbolic links")]


class TestOtherFiles:
    """Files that are not regular files, and folders that cannot be read."""

    def test_special_files_skipped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pipes, sockets and devices in a folder are skipped, because reading them can wait forever."""
        os.mkfifo(tmp_path / "a.json")
        (tmp_path / "b.json").symlink_to("a.json")
        (tmp_path / "c.jsonl").symlink_to("/dev/zero")
        with socket.socket(socket.AF_UNIX) as server:
            monkeypatch.chdir(tmp_path)  # the path of a socket must be short
            server.bind("d.json")
            assert names_in(tmp_path) == []

    def test_forbidden_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A subfolder without read permission is Unreadable instead of being skipped."""
        closed = tmp_path / "closed"
        closed.mkdir()
        (tmp_path / "a.json").write_bytes(b"{}")
        scan = os.scandir

        def refuse(path: str) -> Iterator[os.DirEntry[str]]:
            if Path(path) == closed:
                raise PermissionError(13, "Permission denied", path)
            return scan(path)

        monkeypatch.setattr(os, "scandir", refuse)
        body, folder = read_blocks(tmp_path)
        assert isinstance(body, Block)
        assert isinstance(folder, Unreadable)
        assert folder.source == closed.as_posix()


class TestDeepFolders:
    """Folders that are nested deeply."""

    LEVELS = 1100

    @pytest.fixture
    def top(self, tmp_path: Path) -> Iterator[Path]:
        """Return a folder that is nested more deeply than Python can recurse."""
        with deep_folder(tmp_path, self.LEVELS, "a.json") as top:
            yield top

    def test_file_found(self, top: Path) -> None:
        """The deepest file is found."""
        assert names_in(top) == [f"{LEVEL}/" * self.LEVELS + "a.json"]

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_file_checked(self, top: Path, jobs: str) -> None:
        """The command checks the deepest file."""
        result = run("check", "--now", NOW, "--jobs", jobs, str(top))
        assert result.exit_code == 1
        assert result.stdout.endswith("1 checked: 1 refused\n")

    def test_path_too_long(self, tmp_path: Path) -> None:
        """A folder with a longer path than the system allows is Unreadable, and the rest is checked."""
        with deep_folder(tmp_path, 25, "a.json", level=LONG) as top:
            (top / "b.json").write_bytes(b"{}")
            block, folder = read_blocks(top)
            result = run("check", "--now", NOW, str(top))
        assert block == Block(f"{top}/b.json", False, 1, b"{}")
        assert isinstance(folder, Unreadable)
        assert folder.source.startswith(f"{top}/{LONG}/{LONG}/")
        assert folder.message == "File name too long"
        assert result.exit_code == 2


class TestWork:
    """The calls to the system grow in proportion to the files, folders and links."""

    @pytest.fixture
    def count(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
        """Return a function that counts the calls which search a folder."""
        calls = list[str]()

        def counting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: object, **options: object) -> object:
                calls.append(name)
                return call(*arguments, **options)

            return counted

        for name in ("scandir", "stat", "lstat", "readlink"):
            monkeypatch.setattr(os, name, counting(name, getattr(os, name)))

        def count(folder: Path) -> int:
            calls.clear()
            assert names_in(folder)
            return len(calls)

        return count

    @staticmethod
    def links_to(folder: Path, target: str, number: int) -> None:
        """Create a folder with some files, and links to one of its folders."""
        for name in ("a.json", "big/b.json", *(f"big/{each}.json" for each in range(50))):
            (path := folder / name).parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        for each in range(number):
            (folder / f"link{each}").symlink_to(target)

    @pytest.mark.parametrize("target", [".", "big", "link0"])
    def test_links_to_folder(self, tmp_path: Path, count: Callable[[Path], int], target: str) -> None:
        """The contents of a folder are listed once, and not once for each link to it."""
        for number in (0, 100):
            self.links_to(tmp_path / str(number), target, number)
        assert count(tmp_path / "100") <= count(tmp_path / "0") + 6 * 100

    def test_links_in_nested_folders(self, tmp_path: Path, count: Callable[[Path], int]) -> None:
        """Links in nested folders take as many calls each, however deep they are."""
        for levels in (10, 40):
            folder = top = tmp_path / str(levels)
            for _ in range(levels):
                folder = folder / LEVEL
                folder.mkdir(parents=True)
                (folder / "a.json").touch()
                (folder / "self").symlink_to(".")
                (folder / "top").symlink_to(top)
        assert count(tmp_path / "40") <= 1.2 * 4 * count(tmp_path / "10")
