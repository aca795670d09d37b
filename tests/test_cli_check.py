"""The command `check`: what makes it fail, suppressions, many processes, and a cluster."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from hopdrive_appointments.batch import Batch, Block, Settings, Unreadable
from hopdrive_appointments.batch.engine import check_here
from hopdrive_appointments.cli.formats import FORMATS
from tests.case_space import example
from tests.test_cli import NOW, run
from tests.test_cli_formats import BODIES, SUPPRESSIONS, write_bodies, write_config, write_feed

CLUSTER = "hopdrive_appointments.integrations.dask"


@pytest.mark.parametrize("tier", BODIES)
@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("refused", {"refused"}), ("flagged", {"flagged", "refused"}), ("advised", {"advised", "flagged", "refused"})],
)
def test_the_threshold_decides_about_the_exit_code(tmp_path: Path, tier: str, fail_on: str, failing: set[str]) -> None:
    """Findings as grave as --fail-on make the exit code 1, less grave ones leave it 0."""
    result = run("check", "--now", NOW, "--fail-on", fail_on, write_bodies(tmp_path, tier))
    assert result.exit_code == (1 if tier in failing else 0)


def test_one_body_that_fails_is_enough(tmp_path: Path) -> None:
    """A single refused line in a feed makes the exit code 1."""
    path = write_feed(tmp_path / "feed.jsonl", *["accepted"] * 50, "refused", *["flagged"] * 50)
    result = run("check", "--now", NOW, path)
    assert result.exit_code == 1
    assert result.stdout.endswith("101 checked: 50 accepted, 50 flagged, 1 refused\n")


@pytest.mark.parametrize("form", FORMATS)
def test_a_suppressed_finding_does_not_fail(tmp_path: Path, form: str) -> None:
    """A finding that --config suppresses counts no more, and an unused suppression is reported in every form."""
    arguments = ["check", "--now", NOW, "--fail-on", "flagged", "--format", form, write_bodies(tmp_path, "flagged")]
    assert run(*arguments).exit_code == 1
    result = run(*arguments, "--config", write_config(tmp_path))
    assert result.exit_code == 0
    assert "LC-1" in result.stdout
    assert "nowhere/*: 100 %" in result.stdout


def test_a_suppression_leaves_other_findings(tmp_path: Path) -> None:
    """What is suppressed in a body leaves its other findings as they are."""
    path = tmp_path / "body.json"
    path.write_text(json.dumps({**BODIES["flagged"], **BODIES["advised"], "consumer_at_pickup": True}))
    result = run("check", "--now", NOW, "--config", write_config(tmp_path), "--fail-on", "advised", path)
    assert result.exit_code == 1
    assert result.stdout.endswith("1 checked: 1 advised, 1 suppressed findings\n")


@pytest.mark.parametrize(
    ("name", "heading"),
    [("pyproject.toml", "[[tool.hopdrive-appointments.suppress]]"), ("hopdrive-appointments.toml", "[[suppress]]")],
)
def test_the_current_folder_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, heading: str
) -> None:
    """Without --config, the configuration of the current folder counts."""
    write_bodies(tmp_path, "flagged")
    (tmp_path / name).write_text(SUPPRESSIONS.replace("[[suppress]]", heading))
    monkeypatch.chdir(tmp_path)
    result = run("check", "--now", NOW, "--fail-on", "flagged", "flagged.json")
    assert result.exit_code == 0
    assert "suppressed: pickups <come> & go" in result.stdout
    assert "unused suppression: LC-1" in result.stdout
    result = run("check", "--now", NOW, "flagged.json", "missing.json")
    assert result.exit_code == 2
    assert "unused suppression" not in result.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "suppressions.toml"),
        ("color = true", "nothing but suppress"),
        ("suppress = 1", "a list of tables"),
        ('[[suppress]]\nrule = "PD-4"', "must have rule, path and reason"),
        ('[[suppress]]\nrule = "X-1"\npath = "*"\nreason = "why"', "names no rule"),
        ('[[suppress]]\nrule = "PD-4"\npath = "*"\nreason = " "', "needs a written reason"),
    ],
)
def test_a_malformed_configuration_ends_with_2(tmp_path: Path, text: str, message: str) -> None:
    """A configuration that makes no sense is named, and nothing is checked."""
    path = tmp_path / "suppressions.toml"
    path.write_text(text)
    result = run("check", "--config", path, write_bodies(tmp_path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "suppressions.toml" in result.stderr
    assert message in result.stderr


def test_two_configurations_end_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that both files configure, and a file of configuration that is not there, are wrong usage."""
    (tmp_path / "hopdrive-appointments.toml").write_text(SUPPRESSIONS)
    (tmp_path / "pyproject.toml").write_text("[tool.hopdrive-appointments]\n")
    monkeypatch.chdir(tmp_path)
    assert "keep one of them" in run("check", "-", text="{}").stderr
    for arguments in ([], ["--config", "nothing.toml"]):
        assert run("check", *arguments, "-", text="{}").exit_code == 2


def test_the_record_must_be_one(tmp_path: Path) -> None:
    """A record that is not there, is no JSON, or contradicts itself ends the check before it begins."""
    path = tmp_path / "record.json"
    for text, message in ((None, "No such file"), ("{", "is no record"), ("{}", "is no record")):
        if text is not None:
            path.write_text(text)
        result = run("check", "--operation", "patch", "--record", path, "-", text="{}")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert message in result.stderr


def test_the_record_decides(tmp_path: Path) -> None:
    """With its record a patch is checked exactly, and nothing is said about a part."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps(example("ready")))
    arguments = ["check", "--operation", "patch", "--record", path, "--now", "2026-03-01T12:00:00Z", "-"]
    accepted, refused = (run(*arguments, text=json.dumps({name: "x"})) for name in ("driver_notes", "vehicle_color"))
    assert (accepted.exit_code, refused.exit_code) == (0, 1)
    assert "note" not in accepted.stdout
    assert "field_frozen" in refused.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_unreadable_input_ends_with_2(tmp_path: Path, form: str) -> None:
    """What cannot be read is complained about, the rest is checked, and the exit code is 2 whatever is found."""
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"no gzip")
    result = run("check", "--now", NOW, "--format", form, broken, "nothing\x1b.json", write_bodies(tmp_path, "refused"))
    assert result.exit_code == 2
    assert f"hopdrive-appointments: {broken}: Not a gzipped file" in result.stderr
    assert "hopdrive-appointments: nothing\\x1b.json: No such file or directory" in result.stderr
    assert "D14" in result.stdout
    assert "\x1b" not in result.output


@pytest.mark.parametrize("form", ["text", "json"])
def test_several_processes_say_the_same(tmp_path: Path, form: str) -> None:
    """Two processes write the same bytes as one, for a feed of several blocks with findings."""
    tiers = [*["accepted"] * 9, "flagged", "refused", "advised"] * 700
    path = write_feed(tmp_path / "feed.jsonl", *tiers)
    assert path.stat().st_size > 2 * 256 * 1024
    base = [sys.executable, "-m", "hopdrive_appointments", "check", "--now", NOW, "--format", form, str(path)]
    one, two = (subprocess.run([*base, "--jobs", jobs], capture_output=True, check=False) for jobs in ("1", "2"))
    assert one.returncode == two.returncode == 1
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr == b""
    assert b"8400" in one.stdout


def test_standard_input_is_one_thing(tmp_path: Path) -> None:
    """Standard input cannot be both the record and a body."""
    result = run("check", "--operation", "patch", "--record", "-", "-")
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_processes_are_asked(tmp_path: Path) -> None:
    """With --jobs the report on several feeds, documents and what is missing is the one of a single process."""
    feed = write_feed(tmp_path / "feed.jsonl", *["accepted", "refused", "flagged"] * 20)
    arguments = ["check", "--now", NOW, feed, write_bodies(tmp_path), tmp_path / "missing.jsonl", feed]
    one, two = run(*arguments), run(*arguments, "--jobs", 2)
    assert (two.exit_code, two.output) == (one.exit_code, one.output)
    assert "feed.jsonl:59:1: refused" in two.output


def test_a_cluster_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --dask the cluster at the address checks, and the report is the same."""
    asked = []

    def check_on_cluster(
        blocks: Iterator[Block | Unreadable], settings: Settings, address: str
    ) -> Iterator[Batch | Unreadable]:
        asked.append(address)
        return check_here(blocks, settings)

    stub = ModuleType(CLUSTER)
    monkeypatch.setattr(stub, "check_on_cluster", check_on_cluster, raising=False)
    monkeypatch.setitem(sys.modules, CLUSTER, stub)
    arguments = ["check", "--now", NOW, write_bodies(tmp_path)]
    assert run(*arguments, "--dask", "tcp://scheduler:8786").output == run(*arguments).output
    assert asked == ["tcp://scheduler:8786"]


def test_a_cluster_that_is_not_there_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no cluster can be reached, that is said, nothing is reported, and the exit code is 2."""

    def unreachable(*arguments: object) -> Iterator[Batch | Unreadable]:
        raise ConnectionError("no cluster can be reached at nowhere")

    stub = ModuleType(CLUSTER)
    monkeypatch.setattr(stub, "check_on_cluster", unreachable, raising=False)
    monkeypatch.setitem(sys.modules, CLUSTER, stub)
    result = run("check", "--dask", "nowhere", write_bodies(tmp_path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "hopdrive-appointments: no cluster can be reached at nowhere\n"
