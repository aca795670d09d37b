"""The commit hooks, run by pre-commit itself in a scratch repository (slow: it builds an environment)."""

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


def test_the_hooks_need_what_the_command_needs() -> None:
    """Each hook installs exactly the dependencies of the extra cli."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lists = re.findall(r"additional_dependencies: \[(.*)\]", HOOKS.read_text(encoding="utf-8"))
    assert extras["cli"][0] == "hopdrive-appointments[speed]"
    wanted = [*extras["speed"], *extras["cli"][1:]]
    assert lists == [", ".join(f'"{each}"' for each in wanted)] * 2


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository_of_hooks(folder: Path) -> str:
    """Commit the project's tracked files, as they are now, to a repository of its own; return the revision."""
    folder.mkdir()
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "hooks")
    return git(folder, "rev-parse", "HEAD")


@pytest.mark.slow
def test_pre_commit_lets_good_bodies_pass_and_stops_bad_ones(tmp_path: Path) -> None:
    """A commit of good bodies and feeds passes both hooks; a bad body and a bad line each fail theirs."""
    revision = repository_of_hooks(tmp_path / "hooks")
    scratch = tmp_path / "scratch"
    (scratch / "bodies").mkdir(parents=True)
    git(scratch, "init", "--quiet")
    config = CONFIG.format(repository=(tmp_path / "hooks").as_uri(), revision=revision)
    (scratch / ".pre-commit-config.yaml").write_text(config)
    good = (ROOT / "docs" / "examples" / "post-incomplete.json").read_text().replace("2031-", "9031-")
    (scratch / "bodies" / "one.json").write_text(good)
    (scratch / "feed.jsonl").write_text(good.replace("\n", " ") + "\n")
    git(scratch, "add", "--all")

    def run_hooks() -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
        return subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)

    passing = run_hooks()
    assert passing.returncode == 0, passing.stdout + passing.stderr
    assert passing.stdout.count("Passed") == 2

    (scratch / "bodies" / "one.json").write_text(good.replace("4107", '"4107"'))
    (scratch / "feed.jsonl").write_text("{}\n")
    failing = run_hooks()
    assert failing.returncode == 1
    assert failing.stdout.count("Failed") == 2
    assert "bodies/one.json:2:18: refused field_invalid /customer_id" in failing.stdout
    assert "feed.jsonl:1:1: refused field_missing /customer_id" in failing.stdout
