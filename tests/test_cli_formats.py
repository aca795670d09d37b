"""The report formats: text, JSON, GitHub annotations and JUnit XML (SARIF has its own file)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from hopdrive_appointments import Code, Finding, Severity, __version__, export
from hopdrive_appointments._batch.results import LocatedFinding, Result
from hopdrive_appointments._cli.formats import FORMATS
from hopdrive_appointments._cli.rule_links import RuleLinks
from tests.test_cli import NOW, run, run_in_terminal

CLEAN: dict[str, object] = {"customer_id": 1, "consumer_at_pickup": False, "delivery_location_id": 2}
BODIES: dict[str, dict[str, object]] = {
    "accepted": CLEAN,
    "advised": {**CLEAN, "consumer_name": " Ada "},
    "flagged": {**CLEAN, "consumer_at_pickup": True},
    "refused": {**CLEAN, "customer_id": "1", "vehicle_year": 1.5},
}
SUPPRESSIONS = """
[[suppress]]
rule = "PD-4"
path = "*.json"
reason = "pickups <come> & go"
[[suppress]]
rule = "LC-1"
path = "nowhere/*: 100 %, really"
reason = "never needed"
"""


def check(*arguments: object, form: str) -> str:
    """Return the report of a check in the given format."""
    return run("check", "--now", NOW, "--format", form, *arguments).stdout


def check_json(*arguments: object) -> Any:
    """Return the parsed JSON report of a check."""
    return json.loads(check(*arguments, form="json"))


def check_junit(*arguments: object) -> ElementTree.Element:
    """Return the parsed JUnit report of a check."""
    return ElementTree.fromstring(check(*arguments, form="junit").encode())


def write_bodies(folder: Path, *tiers: str) -> Path:
    """Write one document for each tier, and return the folder."""
    for tier in tiers or BODIES:
        (folder / f"{tier}.json").write_text(json.dumps(BODIES[tier]))
    return folder


def write_feed(path: Path, *tiers: str) -> Path:
    """Write a feed with one line for each tier, and return its path."""
    path.write_text("".join(f"{json.dumps(BODIES[tier])}\n" for tier in tiers))
    return path


def write_config(folder: Path) -> Path:
    """Write a configuration with one suppression of flagged bodies and one that is never used."""
    path = folder / "suppressions.toml"
    path.write_text(SUPPRESSIONS)
    return path


class TestEveryFormat:
    """All formats follow the same rules."""

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize(("tier", "code"), [("accepted", 0), ("advised", 0), ("flagged", 0), ("refused", 1)])
    def test_tiers(self, tmp_path: Path, form: str, tier: str, code: int) -> None:
        """A finding is reported with its rule, and the exit code does not depend on the format."""
        rule = {"accepted": "", "advised": "AD-3", "flagged": "PD-4", "refused": "D14"}[tier]
        result = run("check", "--now", NOW, "--format", form, write_bodies(tmp_path, tier))
        assert result.exit_code == code
        assert rule in result.stdout

    @pytest.mark.parametrize("form", FORMATS)
    def test_empty_folder(self, tmp_path: Path, form: str) -> None:
        """A folder without JSON files passes the check."""
        result = run("check", "--format", form, tmp_path)
        assert result.exit_code == 0
        assert result.stderr == ""
        if form == "text":
            assert result.stdout == "0 checked: no bodies found\n"

    @pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
    def test_any_locale(self, tmp_path: Path, form: str) -> None:
        """Reports for programs are in UTF-8 in every locale."""
        path = tmp_path / "\u00e9\u20ac.json"
        path.write_text('{"\u00e9\u20ac": 1}', encoding="utf-8")
        line = [sys.executable, "-m", "hopdrive_appointments", "check", "--format", form, str(path)]
        reports = [
            subprocess.run(line, capture_output=True, env={**os.environ, "PYTHONIOENCODING": each}, check=False).stdout
            for each in ("utf-8", "utf-16", "ascii")
        ]
        assert reports[0] == reports[1] == reports[2]
        if form == "junit":
            (case,) = ElementTree.fromstring(reports[1]).iter("testcase")
            assert case.get("name") == str(path)
        elif form != "github":
            assert json.loads(reports[1])

    @pytest.mark.parametrize(("name", "encoding"), [("specification", "cp1252"), ("svg", "utf-16")])
    def test_exports_in_any_locale(self, name: str, encoding: str) -> None:
        """Exports on standard output are in UTF-8 in every locale."""
        line = [sys.executable, "-m", "hopdrive_appointments", "export", name]
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        written = subprocess.run(line, capture_output=True, env=environment, check=True).stdout
        assert written == export.FORMATS[name].text().encode()

    @pytest.mark.parametrize("form", ["json", "sarif", "junit"])
    def test_valid_unicode(self, tmp_path: Path, form: str) -> None:
        """Names of files that are not UTF-8 and lone surrogates of keys do not make the report invalid."""
        path = tmp_path / os.fsdecode(b"\xff.json")
        path.write_text('{"\\ud800": 1, "config": {"\\udfff": [[]]}}')
        text = check(path, os.fsdecode(b"no\xfe.json"), form=form)
        assert text.encode()
        if form != "junit":
            assert json.dumps(json.loads(text), ensure_ascii=False).encode()

    @pytest.mark.parametrize("form", FORMATS)
    def test_many_findings(self, form: str) -> None:
        """The time for a body grows with the number of its findings, and not with its square."""
        findings = tuple(
            LocatedFinding(Finding(Severity.REFUSED, Code.FIELD_UNKNOWN, None, f"/{number}", "m", "h", "D1"), "", 1, 1)
            for number in range(20_000)
        )
        result = Result("a", 1, None, True, None, False, None, None, findings)
        began = time.process_time()
        assert FORMATS[form](Severity.REFUSED, False, RuleLinks()).block([result]).count("D1") >= len(findings)
        assert time.process_time() - began < 5


class TestText:
    """The text report is for people."""

    def test_lines(self, tmp_path: Path) -> None:
        """It has a line for each body, file:line:column for each finding, and the counts at the end."""
        lines = check(write_bodies(tmp_path), form="text").splitlines()
        flagged, refused = tmp_path / "flagged.json", tmp_path / "refused.json"
        assert f"{tmp_path / 'accepted.json'}: accepted as new" in lines
        assert f"{flagged}: accepted as pending" in lines
        assert any(line.startswith(f"{flagged}:1:1: flagged ") for line in lines)
        assert f"{refused}: refused, 2 problems" in lines
        assert f"{refused}:1:17: refused field_invalid /customer_id [D14, D]" in lines
        assert lines[-1] == "4 checked: 1 accepted, 1 advised, 1 flagged, 1 refused"

    def test_suppressions(self, tmp_path: Path) -> None:
        """A suppressed finding is shown with its reason and counted, and an unused suppression is listed."""
        output = check("--config", write_config(tmp_path), write_bodies(tmp_path, "flagged"), form="text")
        assert "    suppressed: pickups <come> & go\n" in output
        assert "unused suppression: LC-1 in nowhere/*: 100 %, really\n" in output
        assert output.endswith("1 checked: 1 accepted, 1 suppressed findings\n")

    def test_whole_body(self) -> None:
        """A finding about a whole body has no pointer."""
        output = run("check", "--document", "-", text="5").stdout
        assert "standard input:1:1: refused body_invalid (whole body) [" in output

    def test_partial_check(self) -> None:
        """A PATCH that is checked without its record has a note."""
        output = run("check", "--document", "--operation", "patch", "-", text="[5, {}]").stdout
        assert "standard input[0]: refused, 1 problem\n" in output
        assert "    note: " in output

    def test_colours(self, tmp_path: Path) -> None:
        """On a terminal each tier has its colour, and NO_COLOR turns all of them off."""
        arguments = ["check", "--now", NOW, write_bodies(tmp_path)]
        shown, _ = run_in_terminal(*arguments, environment={"NO_COLOR": ""})
        for colour in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"):
            assert colour in shown
        assert re.sub(r"\x1b\[\d+m", "", shown) == run_in_terminal(*arguments, environment={"NO_COLOR": "1"})[0]

    def test_suppressed_uncoloured(self, tmp_path: Path) -> None:
        """A suppressed finding is not coloured."""
        path = write_bodies(tmp_path, "flagged") / "flagged.json"
        arguments = ["check", "--now", NOW, "--config", write_config(tmp_path), path]
        lines = run_in_terminal(*arguments, environment={"NO_COLOR": ""})[0].splitlines()
        findings = [line for line in lines if "flagged.json:1" in line]
        assert findings
        assert not any("\x1b" in line for line in findings)


class TestJson:
    """The JSON report is for programs."""

    def test_results(self, tmp_path: Path) -> None:
        """It contains every body with its findings and their positions, the unreadable files and the counts."""
        report = check_json(write_bodies(tmp_path), "no-such-file.json")
        assert report["version"] == __version__
        assert [result["tier"] for result in report["results"]] == sorted(BODIES)
        assert [result["accepted"] for result in report["results"]] == [True, True, True, False]
        refused = report["results"][-1]["findings"]
        assert [(each["pointer"], each["line"], each["column"]) for each in refused] == [
            ("/customer_id", 1, 17),
            ("/vehicle_year", 1, 94),
        ]
        assert [each["source"] for each in report["unreadable"]] == ["no-such-file.json"]
        counts = {name: report["summary"][name] for name in ("checked", *BODIES, "unreadable", "suppressed")}
        assert counts == {"checked": 4, **dict.fromkeys(BODIES, 1), "unreadable": 1, "suppressed": 0}

    def test_one_result_per_line(self, tmp_path: Path) -> None:
        """Every line of a feed has a result, clean lines included, and each result is on its own line."""
        tiers = ("accepted", "refused", "accepted", "flagged")
        text = check(write_feed(tmp_path / "feed.jsonl", *tiers), form="json")
        results = json.loads(text)["results"]
        assert [(each["line"], each["tier"]) for each in results] == list(enumerate(tiers, 1))
        assert [json.loads(line.rstrip(",")) for line in text.splitlines()[1:-1]] == results

    def test_suppressions(self, tmp_path: Path) -> None:
        """A suppressed finding has the reason, and the summary lists the unused suppression."""
        report = check_json("--config", write_config(tmp_path), write_bodies(tmp_path, "flagged"))
        assert [each["suppressed"] for each in report["results"][0]["findings"]] == ["pickups <come> & go"]
        assert report["results"][0]["tier"] == "accepted"
        assert report["summary"]["suppressed"] == 1
        assert [each["rule"] for each in report["summary"]["unused_suppressions"]] == ["LC-1"]


class TestGithub:
    """The GitHub format writes workflow commands, one annotation for each finding."""

    @pytest.mark.parametrize(("tier", "kind"), [("advised", "notice"), ("flagged", "warning"), ("refused", "error")])
    def test_annotation(self, tmp_path: Path, tier: str, kind: str) -> None:
        """The severity decides between notice, warning and error, and the position is attached."""
        lines = check(write_bodies(tmp_path, tier), form="github").splitlines()
        assert lines
        for line in lines:
            assert line.startswith(f"::{kind} file={tmp_path / tier}.json,line=1,col=")
            assert "%2C D]::" in line

    def test_clean_body(self, tmp_path: Path) -> None:
        """A body without findings has no annotation."""
        assert check(write_bodies(tmp_path, "accepted"), form="github") == ""

    def test_escapes(self, tmp_path: Path) -> None:
        """Percent signs, colons, commas and line breaks of names cannot end a property or an annotation."""
        path = tmp_path / "100%,a:b\n::error::x.json"
        path.write_text('{"50%,: \\n\\u001b": 1}')
        lines = check(path, tmp_path / "no%,:\n.json", form="github").splitlines()
        assert len(lines) == 5
        assert all("100%25%2Ca%3Ab\\n%3A%3Aerror%3A%3Ax.json,line=1,col=" in line for line in lines[:4])
        assert "::/50%25,: \\n\\x1b: no field has the name" in lines[0]
        assert lines[4].startswith("::error file=")
        assert "no%25%2C%3A\\n.json,title=unreadable::No such file" in lines[4]

    def test_suppressions(self, tmp_path: Path) -> None:
        """A suppressed finding has no annotation, and an unused suppression is a notice."""
        output = check("--config", write_config(tmp_path), write_bodies(tmp_path, "flagged"), form="github")
        assert output == "::notice title=unused suppression::LC-1 in nowhere/*: 100 %25, really\n"


class TestJunit:
    """The JUnit report has one test case for each body."""

    @pytest.mark.parametrize(
        ("fail_on", "failing"),
        [("refused", ["refused"]), ("flagged", ["flagged", "refused"]), ("advised", ["advised", "flagged", "refused"])],
    )
    def test_threshold(self, tmp_path: Path, fail_on: str, failing: Sequence[str]) -> None:
        """A case fails if its body reaches --fail-on, and the suite has the number of failures."""
        suites = check_junit("--fail-on", fail_on, write_bodies(tmp_path), "no-such-file.json")
        for element in (suites, *suites.iter("testsuite")):
            assert (element.get("tests"), element.get("errors")) == ("5", "1")
            assert element.get("failures") == str(len(failing))
        cases = list(suites.iter("testcase"))
        assert len(cases) == 5
        assert [failure.get("type") for failure in suites.iter("failure")] == failing
        assert [Path(case.get("name", "")).stem for case in cases if case.find("failure") is not None] == failing
        assert len(list(suites.iter("system-out"))) == 3 - len(failing)
        assert [error.get("type") for error in suites.iter("error")] == ["unreadable"]

    def test_failure_text(self, tmp_path: Path) -> None:
        """The message of a failure has its codes, and its text has a line for each finding."""
        (failure,) = check_junit(write_bodies(tmp_path, "refused")).iter("failure")
        assert failure.get("message") == "field_invalid /customer_id, field_invalid /vehicle_year"
        assert [line.split(":")[:2] for line in (failure.text or "").splitlines()] == [
            ["1", "17 /customer_id"],
            ["1", "94 /vehicle_year"],
        ]

    def test_escapes(self, tmp_path: Path) -> None:
        """Markup and control characters in names of files and fields do not break the XML."""
        path = tmp_path / "<a> & \"b\" 'c'\x01.json"
        path.write_text('{"</failure>&\\u0000\\ud800\\ufffe": 1}')
        suites = check_junit(path)
        (case,) = suites.iter("testcase")
        assert case.get("name") == f"{tmp_path}/<a> & \"b\" 'c'\\x01.json"
        (failure,) = suites.iter("failure")
        assert "/<~1failure>&\\x00\\ud800\\ufffe" in (failure.get("message") or "")
        assert "/<~1failure>&\\x00\\ud800\\ufffe" in (failure.text or "")

    def test_suppressions(self, tmp_path: Path) -> None:
        """A suppressed finding is output of its case, and an unused suppression is output of the suite."""
        arguments = ["--fail-on", "advised", "--config", write_config(tmp_path), write_bodies(tmp_path, "flagged")]
        case, suite = check_junit(*arguments).iter("system-out")
        assert (case.text or "").endswith(" suppressed: pickups <come> & go")
        assert suite.text == "unused suppression: LC-1 in nowhere/*: 100 %, really"

    def test_feed_lines(self, tmp_path: Path) -> None:
        """Every line of a feed is a case named by its number, clean lines included."""
        path = write_feed(tmp_path / "feed.jsonl", "accepted", "refused")
        assert [case.get("name") for case in check_junit(path).iter("testcase")] == [f"{path}:1", f"{path}:2"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_portions_of_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, jobs: int) -> None:
    """The report about an array does not depend on the size of the portions in which its bodies are checked."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps([*BODIES.values()] * 3))
    configuration = tmp_path / "suppressions.toml"
    configuration.write_text(SUPPRESSIONS)
    whole = check("--config", configuration, path, path, form=form)
    monkeypatch.setattr("hopdrive_appointments._batch.checker.BLOCK_LINES", 2)
    assert check("--config", configuration, "--jobs", jobs, path, path, form=form) == whole
