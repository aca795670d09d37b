"""The SARIF report: valid by its schema, with rules, locations and stable fingerprints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from hopdrive_appointments import __version__, rules
from hopdrive_appointments._batch.blocks import Block, Unreadable
from hopdrive_appointments._batch.engine import check_here
from hopdrive_appointments._batch.reporting import Part
from hopdrive_appointments._cli import check as check_module
from tests.test_cli import EXAMPLES, NOW, run
from tests.test_cli_formats import BODIES, write_bodies, write_config, write_feed

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
# The format checker validates URIs only if an optional package is installed.
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())


def check_sarif(*arguments: object) -> Any:
    """Validate the SARIF report of a check, and return its single run."""
    log = json.loads(run("check", "--now", NOW, "--format", "sarif", *arguments).stdout)
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    assert log["version"] == "2.1.0"
    (sarif_run,) = log["runs"]
    check_consistency(sarif_run)
    return sarif_run


def check_consistency(sarif_run: Any) -> None:
    """Assert that each result refers to its rule by index, and states whether it is suppressed."""
    known = sarif_run["tool"]["driver"]["rules"]
    assert all(known[result["ruleIndex"]]["id"] == result["ruleId"] for result in sarif_run["results"])
    assert all("suppressions" in result for result in sarif_run["results"])


def fingerprints_of(sarif_run: Any) -> list[str]:
    """Return the fingerprint of every result."""
    return [result["partialFingerprints"]["hopdriveAppointments/v1"] for result in sarif_run["results"]]


def notifications_of(sarif_run: Any) -> list[tuple[str, str]]:
    """Return the level and the text of every notification of the tool."""
    (invocation,) = sarif_run["invocations"]
    return [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]


class TestRun:
    """A report describes the tool, the results and the invocation."""

    def test_rules_described(self, tmp_path: Path) -> None:
        """The tool lists every rule of the rulebook in its order, with its statement and provenance."""
        driver = check_sarif(tmp_path)["tool"]["driver"]
        assert driver["version"] == __version__
        assert driver["informationUri"] == "urn:hopdrive-appointments:tool"
        assert [rule["id"] for rule in driver["rules"]] == list(rules.RULES)
        for described, rule in zip(driver["rules"], rules.RULES.values(), strict=True):
            assert described["shortDescription"]["text"] == rule.statement
            assert described["properties"]["provenance"] == list(rule.provenances)

    @pytest.mark.parametrize("tiers", [(), ("accepted",)])
    def test_no_results(self, tmp_path: Path, tiers: tuple[str, ...]) -> None:
        """An empty folder and a clean body both lead to a successful run without results."""
        if tiers:
            write_bodies(tmp_path, *tiers)
        sarif_run = check_sarif(tmp_path)
        assert sarif_run["results"] == []
        assert sarif_run["invocations"][0]["executionSuccessful"] is True
        assert sarif_run["invocations"][0]["properties"]["checked"] == len(tiers)

    @pytest.mark.parametrize(("tier", "level"), [("advised", "note"), ("flagged", "warning"), ("refused", "error")])
    def test_levels(self, tmp_path: Path, tier: str, level: str) -> None:
        """Each severity has its own level, and no result is suppressed without a configuration."""
        results = check_sarif(write_bodies(tmp_path, tier))["results"]
        assert results
        assert {result["level"] for result in results} == {level}
        assert {result["properties"]["severity"] for result in results} == {tier}
        assert all(result["suppressions"] == [] for result in results)

    def test_mixed_input(self, tmp_path: Path) -> None:
        """Findings of every severity, a suppressed finding and an unreadable file fit into one valid report."""
        folder = tmp_path / "bodies"
        folder.mkdir()
        (write_bodies(folder) / "more.json").write_text(json.dumps(BODIES["flagged"]))
        config = tmp_path / "suppressions.toml"
        config.write_text('[[suppress]]\nrule = "PD-4"\npath = "bodies/more.json"\nreason = "known"\n')
        paths = [folder, "no-such\x01file.json", EXAMPLES / "post-refused.json"]
        sarif_run = check_sarif("--config", config, *paths)
        assert {result["level"] for result in sarif_run["results"]} == {"note", "warning", "error"}
        suppressions = [result["suppressions"] for result in sarif_run["results"] if result["suppressions"]]
        assert suppressions == [[{"kind": "external", "justification": "known"}]]
        assert notifications_of(sarif_run) == [("error", "no-such\\x01file.json: No such file or directory")]
        assert sarif_run["invocations"][0]["executionSuccessful"] is False
        assert sarif_run["invocations"][0]["properties"]["suppressed"] == 1
        assert len(set(fingerprints_of(sarif_run))) == len(sarif_run["results"])

    def test_unused_suppression(self, tmp_path: Path) -> None:
        """An unused suppression is a notification of level note, and the run is still successful."""
        sarif_run = check_sarif("--config", write_config(tmp_path), write_bodies(tmp_path, "flagged"))
        assert notifications_of(sarif_run) == [("note", "unused suppression: LC-1 in nowhere/*: 100 %, really")]
        assert sarif_run["invocations"][0]["executionSuccessful"] is True

    def test_interrupted_run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The results before an interruption form a valid report of a run that was not successful."""

        def interrupt(
            blocks: Iterator[Block | Unreadable], check: Callable[[Block], Iterable[Part]]
        ) -> Iterator[Part | Unreadable]:
            yield next(check_here(blocks, check))
            raise KeyboardInterrupt

        monkeypatch.setattr(check_module, "check_here", interrupt)
        sarif_run = check_sarif(write_bodies(tmp_path, "flagged", "refused"))
        assert notifications_of(sarif_run) == [("warning", "interrupted after 1 bodies")]
        assert len(sarif_run["results"]) == 1
        assert sarif_run["invocations"][0]["executionSuccessful"] is False


def test_location(tmp_path: Path) -> None:
    """A result has the file as an escaped URI reference, with line, column and pointer."""
    path = tmp_path / "a b:c%\u00e9#?\x01.json"
    path.write_text(json.dumps(BODIES["refused"], indent=1))
    (location,) = check_sarif(path)["results"][0]["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.endswith("/a%20b%3Ac%25%C3%A9%23%3F%01.json")
    assert location["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 17}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "/customer_id"}]


def test_messages_escaped() -> None:
    """Control characters and lone surrogates of field names are escaped, and the report stays valid."""
    text = run("check", "--format", "sarif", "--document", "-", text='{"\\u001b[31m\\ud800": [1]}').stdout
    assert "\x1b" not in text
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []


class TestFingerprints:
    """A fingerprint identifies a finding across runs."""

    def test_stable_under_layout(self, tmp_path: Path) -> None:
        """Added lines and another layout change the location of a finding but not its fingerprint."""
        path = tmp_path / "bodies.json"
        bodies = [BODIES["refused"], BODIES["flagged"], BODIES["refused"]]
        path.write_text(json.dumps(bodies))
        before = check_sarif(path)
        path.write_text("\n\n\n" + json.dumps(bodies, indent=2))
        after = check_sarif(path)
        assert fingerprints_of(before) == fingerprints_of(after)
        assert before["results"][0]["locations"] != after["results"][0]["locations"]

    def test_distinct(self, tmp_path: Path) -> None:
        """Findings with another field, array index, line of a feed or file have another fingerprint."""
        (tmp_path / "array.json").write_text(json.dumps([BODIES["refused"], BODIES["refused"], {"customer_id": None}]))
        for name in ("first.jsonl", "second.jsonl"):
            write_feed(tmp_path / name, "refused", "refused", "flagged")
        (tmp_path / "same.json").write_text(json.dumps(BODIES["refused"]))
        found = fingerprints_of(check_sarif(tmp_path))
        assert len(found) > 15
        assert len(set(found)) == len(found)

    @pytest.mark.parametrize("tier", ["advised", "flagged", "refused"])
    def test_unchanged_by_suppression(self, tmp_path: Path, tier: str) -> None:
        """A suppression marks a finding and leaves its fingerprint unchanged."""
        folder = write_bodies(tmp_path, tier)
        before, after = check_sarif(folder), check_sarif("--config", write_config(tmp_path), folder)
        assert fingerprints_of(before) == fingerprints_of(after)
