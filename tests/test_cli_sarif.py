"""The SARIF report: valid by its schema, with rules, places and fingerprints that hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from hopdrive_appointments import __version__, rules
from hopdrive_appointments.batch import Batch, Block, Settings, Unreadable
from hopdrive_appointments.batch.engine import check_here
from hopdrive_appointments.cli import checking
from tests.test_cli import EXAMPLES, NOW, run
from tests.test_cli_formats import BODIES, write_bodies, write_config, write_feed

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
# URIs are checked where a package that can do so is installed.
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())


def sarif(*arguments: object) -> Any:
    """Return the one run of a report, after validation of the whole."""
    log = json.loads(run("check", "--now", NOW, "--format", "sarif", *arguments).stdout)
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    _rules_hold(one)
    return one


def _rules_hold(one: Any) -> None:
    """Assert that each result's rule is the one that its index leads to, and that all say whether they are hidden."""
    known = one["tool"]["driver"]["rules"]
    assert all(known[result["ruleIndex"]]["id"] == result["ruleId"] for result in one["results"])
    assert all("suppressions" in result for result in one["results"])


def fingerprints(one: Any) -> list[str]:
    return [result["partialFingerprints"]["hopdriveAppointments/v1"] for result in one["results"]]


def notifications(one: Any) -> list[tuple[str, str]]:
    (invocation,) = one["invocations"]
    return [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]


def test_the_rulebook_is_in_the_report(tmp_path: Path) -> None:
    """The tool has every rule with its statement and provenance, in the order of the rulebook."""
    driver = sarif(tmp_path)["tool"]["driver"]
    assert driver["version"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == list(rules.RULE)
    for described, rule in zip(driver["rules"], rules.RULE.values(), strict=True):
        assert described["shortDescription"]["text"] == rule.statement
        assert described["properties"]["provenance"] == list(rule.provenance)


@pytest.mark.parametrize("tiers", [(), ("accepted",)])
def test_nothing_found_is_a_valid_report(tmp_path: Path, tiers: tuple[str, ...]) -> None:
    """An empty folder and clean bodies make a report without results that was successful."""
    if tiers:
        write_bodies(tmp_path, *tiers)
    one = sarif(tmp_path)
    assert one["results"] == []
    assert one["invocations"][0]["executionSuccessful"] is True
    assert one["invocations"][0]["properties"]["checked"] == len(tiers)


@pytest.mark.parametrize(("tier", "level"), [("advised", "note"), ("flagged", "warning"), ("refused", "error")])
def test_a_severity_is_a_level(tmp_path: Path, tier: str, level: str) -> None:
    """Refused is an error, flagged a warning, advised a note, and nothing of it is suppressed."""
    results = sarif(write_bodies(tmp_path, tier))["results"]
    assert results
    assert {result["level"] for result in results} == {level}
    assert {result["properties"]["severity"] for result in results} == {tier}
    assert all(result["suppressions"] == [] for result in results)


def test_everything_at_once_is_valid(tmp_path: Path) -> None:
    """Refused, flagged, advised and suppressed findings and unreadable input make one valid report."""
    folder = tmp_path / "bodies"
    folder.mkdir()
    (write_bodies(folder) / "more.json").write_text(json.dumps(BODIES["flagged"]))
    config = tmp_path / "suppressions.toml"
    config.write_text('[[suppress]]\nrule = "PD-4"\npath = "bodies/more.json"\nreason = "known"\n')
    one = sarif("--config", config, folder, "no-such\x01file.json", EXAMPLES / "post-refused.json")
    assert {result["level"] for result in one["results"]} == {"note", "warning", "error"}
    hidden = [result["suppressions"] for result in one["results"] if result["suppressions"]]
    assert hidden == [[{"kind": "external", "justification": "known"}]]
    assert notifications(one) == [("error", "no-such\\x01file.json: No such file or directory")]
    assert one["invocations"][0]["executionSuccessful"] is False
    assert one["invocations"][0]["properties"]["suppressed"] == 1
    assert len(set(fingerprints(one))) == len(one["results"])


def test_an_unused_suppression_is_a_note(tmp_path: Path) -> None:
    """A suppression that covers nothing is noted, and the run is successful nevertheless."""
    one = sarif("--config", write_config(tmp_path), write_bodies(tmp_path, "flagged"))
    assert notifications(one) == [("note", "unused suppression: LC-1 in nowhere/*: 100 %, really")]
    assert one["invocations"][0]["executionSuccessful"] is True


def test_an_interrupted_run_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found before an interruption is a valid report that says where it ended."""

    def interrupted(blocks: Iterator[Block | Unreadable], settings: Settings) -> Iterator[Batch | Unreadable]:
        yield next(check_here(blocks, settings))
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check_here", interrupted)
    one = sarif(write_bodies(tmp_path, "flagged", "refused"))
    assert notifications(one) == [("warning", "interrupted after 1 bodies")]
    assert len(one["results"]) == 1
    assert one["invocations"][0]["executionSuccessful"] is False


def test_a_place_is_a_uri_with_a_region(tmp_path: Path) -> None:
    """A result has the file as a URI reference, escaped as it must be, the line, the column and the pointer."""
    path = tmp_path / "a b:c%\u00e9#?\x01.json"
    path.write_text(json.dumps(BODIES["refused"], indent=1))
    (place,) = sarif(path)["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/a%20b%3Ac%25%C3%A9%23%3F%01.json")
    assert place["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 17}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "/customer_id"}]


def test_nothing_of_a_body_is_printed_as_it_is() -> None:
    """Control characters and lone surrogates of names are escaped in messages, and the report stays valid."""
    text = run("check", "--format", "sarif", "--document", "-", text='{"\\u001b[31m\\ud800": [1]}').stdout
    assert "\x1b" not in text
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []


def test_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    """Lines added above, and members laid out otherwise, change places and no fingerprint."""
    path = tmp_path / "bodies.json"
    bodies = [BODIES["refused"], BODIES["flagged"], BODIES["refused"]]
    path.write_text(json.dumps(bodies))
    before = sarif(path)
    path.write_text("\n\n\n" + json.dumps(bodies, indent=2))
    after = sarif(path)
    assert fingerprints(before) == fingerprints(after)
    assert before["results"][0]["locations"] != after["results"][0]["locations"]


def test_fingerprints_tell_findings_apart(tmp_path: Path) -> None:
    """Findings differ in their fingerprints by field, by element, by line of a feed, and by file."""
    (tmp_path / "array.json").write_text(json.dumps([BODIES["refused"], BODIES["refused"], {"customer_id": None}]))
    for name in ("first.jsonl", "second.jsonl"):
        write_feed(tmp_path / name, "refused", "refused", "flagged")
    (tmp_path / "same.json").write_text(json.dumps(BODIES["refused"]))
    found = fingerprints(sarif(tmp_path))
    assert len(found) > 15
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("tier", ["advised", "flagged", "refused"])
def test_a_suppression_keeps_the_fingerprint(tmp_path: Path, tier: str) -> None:
    """A finding is the same finding, suppressed or not."""
    folder = write_bodies(tmp_path, tier)
    assert fingerprints(sarif(folder)) == fingerprints(sarif("--config", write_config(tmp_path), folder))
