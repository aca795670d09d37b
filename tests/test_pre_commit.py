"""The commit hooks, and a slow test that runs them with pre-commit in a temporary repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: hopdrive-appointments
        files: ^bodies/
      - id: hopdrive-appointments-feed
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder with a fixed identity, and return its output."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def create_hook_repository(folder: Path) -> str:
    """Commit the current files of the project to a new repository, and return the revision."""
    folder.mkdir()
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "hooks")
    return git(folder, "rev-parse", "HEAD")


def run_hooks(repository: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run all hooks of a repository on all of its files."""
    environment = {**os.environ, "PRE_COMMIT_HOME": str(cache), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)


def test_hook_dependencies() -> None:
    """Each hook installs exactly the dependencies of the extra `cli`."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lists = re.findall(r"additional_dependencies: \[(.*)\]", HOOKS.read_text(encoding="utf-8"))
    assert extras["cli"][0] == "hopdrive-appointments[speed]"
    wanted = [*extras["speed"], *extras["cli"][1:]]
    assert lists == [", ".join(f'"{each}"' for each in wanted)] * 2


@pytest.mark.slow
def test_hooks_stop_bad_files(tmp_path: Path) -> None:
    """Valid bodies and feeds pass both hooks, and a bad body and a bad line each fail theirs."""
    revision = create_hook_repository(tmp_path / "hooks")
    repository = tmp_path / "repository"
    (repository / "bodies").mkdir(parents=True)
    git(repository, "init", "--quiet")
    config = CONFIG.format(repository=(tmp_path / "hooks").as_uri(), revision=revision)
    (repository / ".pre-commit-config.yaml").write_text(config)
    good = (ROOT / "docs" / "examples" / "post-incomplete.json").read_text().replace("2031-", "9031-")
    (repository / "bodies" / "one.json").write_text(good)
    (repository / "feed.jsonl").write_text(good.replace("\n", " ") + "\n")
    git(repository, "add", "--all")

    passing = run_hooks(repository, tmp_path / "cache")
    assert passing.returncode == 0, passing.stdout + passing.stderr
    assert passing.stdout.count("Passed") == 2

    (repository / "bodies" / "one.json").write_text(good.replace("4107", '"4107"'))
    (repository / "feed.jsonl").write_text("{}\n")
    failing = run_hooks(repository, tmp_path / "cache")
    assert failing.returncode == 1
    assert failing.stdout.count("Failed") == 2
    assert "bodies/one.json:2:18: refused field_invalid /customer_id" in failing.stdout
    assert "feed.jsonl:1:1: refused field_missing /customer_id" in failing.stdout
