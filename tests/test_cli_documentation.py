"""The command with the address of the documentation: links in reports, and hyperlinks on a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hopdrive_appointments import rule_url, rules
from hopdrive_appointments._cli.formats import FORMATS
from hopdrive_appointments._cli.rule_links import RuleLinks
from tests.test_cli import EXAMPLES, NOW, run, run_in_terminal, step, write_record
from tests.test_cli_formats import BODIES, check, check_json, check_junit, write_bodies, write_config
from tests.test_cli_sarif import check_sarif

SITE = "https://docs.example/hopdrive"
OPTION = ("--documentation-url", SITE)
NOTE = f"the rules are explained at {SITE}/rules.html\n"
COMMANDS: dict[str, tuple[object, ...]] = {
    "check": ("check", "--now", NOW, EXAMPLES / "post-refused.json"),
    "explain": ("explain", "--now", NOW, EXAMPLES / "record-pending.json"),
    "simulate": ("simulate", EXAMPLES / "shuttle.jsonl"),
}
HYPERLINK = re.compile(r"\x1b\]8;(?:id=\d+)?;(\S*?)\x1b\\([A-Z0-9-]+)\x1b\]8;;\x1b\\")
CITATION = r"\[([A-Z0-9-]+), [SPD]\]"
TERMINAL = {"NO_COLOR": "", "TERM": "xterm-256color"}


def without_colours(text: str) -> str:
    """Return text without the control sequences of colours and styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def with_url(citation: re.Match[str]) -> str:
    """Return a citation with the address of its rule after it."""
    return f"{citation[0]} {rule_url(SITE, citation[1])}"


class TestReports:
    """Each format of a report has the links in its own way."""

    def test_sarif(self, tmp_path: Path) -> None:
        """The help of each rule is its section, and the tool leads to the documentation; URNs without it."""
        driver = check_sarif(*OPTION, write_bodies(tmp_path))["tool"]["driver"]
        assert [each["helpUri"] for each in driver["rules"]] == [rule_url(SITE, id) for id in rules.RULES]
        assert driver["informationUri"] == SITE
        plain = check_sarif(tmp_path)["tool"]["driver"]
        assert [each["helpUri"] for each in plain["rules"]] == [
            f"urn:hopdrive-appointments:rule:{id}" for id in rules.RULES
        ]

    def test_json(self, tmp_path: Path) -> None:
        """Each finding has the address of its rule, and only with the option."""

        def findings(*arguments: object) -> list[dict[str, Any]]:
            return [each for result in check_json(*arguments)["results"] for each in result["findings"]]

        linked = findings(*OPTION, write_bodies(tmp_path))
        assert linked
        assert [each.pop("documentation") for each in linked] == [rule_url(SITE, each["rule"]) for each in linked]
        assert linked == findings(tmp_path)

    def test_github(self, tmp_path: Path) -> None:
        """An annotation ends with the address, and is otherwise the same."""
        folder = write_bodies(tmp_path)
        linked, plain = (check(*option, folder, form="github").splitlines() for option in (OPTION, ()))
        ids = re.findall(r" \[(.*?)%2C", "\n".join(plain))
        assert len(ids) == len(plain) > 3
        assert linked == [f"{line} ({rule_url(SITE, id)})" for line, id in zip(plain, ids, strict=True)]

    def test_percent_in_github(self, tmp_path: Path) -> None:
        """A percent sign of the address is escaped like any other one."""
        output = check("--documentation-url", f"{SITE}/a%20b", write_bodies(tmp_path, "advised"), form="github")
        assert output.endswith(f" ({SITE}/a%2520b/rules.html#ad-3)\n")

    def test_junit(self, tmp_path: Path) -> None:
        """Each line about a finding has the address after the rule, before a suppression."""
        arguments = ["--config", write_config(tmp_path), write_bodies(tmp_path)]
        linked, plain = (check_junit(*option, *arguments) for option in (OPTION, ()))
        for one, other in zip(linked.iter(), plain.iter(), strict=True):
            assert (one.text or "") == re.sub(CITATION, with_url, other.text or "")
        assert f"[PD-4, D] {rule_url(SITE, 'PD-4')} suppressed: " in "".join(linked.itertext())

    def test_text(self, tmp_path: Path) -> None:
        """In plain text, one line before the counts names the page, if there is any finding."""
        linked, plain = (check(*option, write_bodies(tmp_path), form="text") for option in (OPTION, ()))
        lines = plain.splitlines(keepends=True)
        assert linked == "".join([*lines[:-1], NOTE, lines[-1]])
        for arguments, has_note in (
            ([tmp_path / "accepted.json"], False),
            (["--config", write_config(tmp_path), tmp_path / "flagged.json"], True),
        ):
            assert (NOTE in check(*OPTION, *arguments, form="text")) is has_note

    @pytest.mark.parametrize("form", FORMATS)
    def test_jobs(self, tmp_path: Path, form: str) -> None:
        """The links are the same if other processes check."""
        folder = write_bodies(tmp_path)
        assert check(*OPTION, "--jobs", 2, folder, form=form) == check(*OPTION, folder, form=form)


class TestTerminal:
    """On a terminal, the id of a rule is a hyperlink."""

    @pytest.mark.parametrize("name", COMMANDS)
    def test_hyperlinks(self, name: str) -> None:
        """Every cited id leads to its rule. The rest of the output is the same as without the documentation."""
        command, *arguments = COMMANDS[name]
        linked, _ = run_in_terminal(command, *OPTION, *arguments, environment=TERMINAL)
        found = HYPERLINK.findall(linked)
        assert found
        assert found == [(rule_url(SITE, id), id) for _, id in found]
        plain, _ = run_in_terminal(command, *arguments, environment=TERMINAL)
        assert HYPERLINK.sub(r"\2", linked) == plain
        assert len(found) == len(re.findall(r"\[(?:[A-Z]{2}-|D)[0-9]+(?=, [SPD]\]|\])", without_colours(plain)))

    @pytest.mark.parametrize("name", COMMANDS)
    @pytest.mark.parametrize("changed", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
    def test_without_hyperlinks(self, name: str, changed: dict[str, str]) -> None:
        """With NO_COLOR, and on a terminal that does not show hyperlinks, a line names the page instead."""
        command, *arguments = COMMANDS[name]
        shown, _ = run_in_terminal(command, *OPTION, *arguments, environment={**TERMINAL, **changed})
        assert "\x1b]8" not in shown
        assert NOTE in shown

    def test_text_of_bodies(self, tmp_path: Path) -> None:
        """Text of a body that looks like the control sequence of a hyperlink, or like a citation, is not one."""
        path = tmp_path / "a.json"
        path.write_text(json.dumps({"\x1b]8;;https://evil.example\x1b\\ [UP-1, S]": 1}))
        shown, _ = run_in_terminal("check", "--now", NOW, *OPTION, path, environment=TERMINAL)
        assert {url.partition("#")[0] for url, _ in HYPERLINK.findall(shown)} == {f"{SITE}/rules.html"}
        assert "\\x1b]8;;https://evil.example" in shown


class TestRuleLinks:
    """The links themselves."""

    @pytest.mark.parametrize(
        ("line", "id"),
        [("a time [UP-2, S]", "UP-2"), ("[D121, D]", "D121"), ("[UP-1, S] is not at the end", None), ("[UP-2]", None)],
    )
    def test_citation(self, line: str, id: str | None) -> None:
        """Only a citation at the end of a line is a hyperlink, and only where the terminal shows them."""
        linked = RuleLinks(SITE, on_terminal=True).in_line(line)
        assert HYPERLINK.findall(linked) == ([] if id is None else [(rule_url(SITE, id), id)])
        assert HYPERLINK.sub(r"\2", linked) == line
        assert RuleLinks(SITE).in_line(line) == RuleLinks().in_line(line) == line

    def test_nothing_configured(self) -> None:
        """Without an address there is no link and no note, even on a terminal."""
        links = RuleLinks(None, on_terminal=True)
        assert (links.url("UP-2"), links.shown("UP-2")) == (None, "UP-2")
        assert RuleLinks().note is None


class TestPlain:
    """Where output is not a terminal, `explain` and `simulate` name the page at their end."""

    @pytest.mark.parametrize("name", ["explain", "simulate"])
    def test_note(self, name: str) -> None:
        """The note is the last line, and nothing else changes."""
        command, *arguments = COMMANDS[name]
        linked, plain = run(command, *OPTION, *arguments), run(command, *arguments)
        assert linked.exit_code == plain.exit_code
        assert linked.output in (plain.output + NOTE, f"{plain.output}\n{NOTE}")

    def test_inconsistent_record(self, tmp_path: Path) -> None:
        """The note is also shown for a record that is not consistent, with exit code 1."""
        result = run("explain", "--now", NOW, *OPTION, write_record(tmp_path, status="paid"))
        assert result.exit_code == 1
        assert result.output.endswith(f"]\n\n{NOTE}")


class TestConfiguration:
    """The key `documentation-url` of the configuration file."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("hopdrive-appointments.toml", 'documentation-url = "{}"\n'),
            ("pyproject.toml", '[tool.hopdrive-appointments]\ndocumentation-url = "{}"\n'),
        ],
    )
    @pytest.mark.parametrize("command", COMMANDS)
    def test_current_folder(
        self, command: str, name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every command reads it from the current folder, and the option takes precedence."""
        (tmp_path / name).write_text(text.format(SITE))
        monkeypatch.chdir(tmp_path)
        first, *arguments = COMMANDS[command]
        assert NOTE in run(first, *arguments).output
        other = "http://localhost:8000"
        assert f"{other}/rules.html\n" in run(first, "--documentation-url", other, *arguments).output

    def test_with_suppressions(self, tmp_path: Path) -> None:
        """One file can have the address and suppressions."""
        path = write_config(tmp_path)
        path.write_text(f'documentation-url = "{SITE}"\n{path.read_text()}')
        report = check_json("--config", path, write_bodies(tmp_path, "flagged"))
        (finding,) = report["results"][0]["findings"]
        assert (finding["documentation"], bool(finding["suppressed"])) == (rule_url(SITE, "PD-4"), True)

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            ('"docs"', "documentation-url must be an http, https or file URL"),
            ('""', "documentation-url must be an http, https or file URL"),
            ('"https://docs.example/\\u001b"', "documentation-url must be an http, https or file URL"),
            ("5", "documentation-url must be text"),
            ("[]", "documentation-url must be text"),
        ],
    )
    @pytest.mark.parametrize("command", COMMANDS)
    def test_bad_value(
        self, command: str, value: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A value that cannot be used ends the command with exit code 2, and with the name of the file."""
        (tmp_path / "hopdrive-appointments.toml").write_text(f"documentation-url = {value}\n")
        monkeypatch.chdir(tmp_path)
        result = run(*COMMANDS[command])
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"hopdrive-appointments.toml: {problem}" in result.stderr

    @pytest.mark.parametrize("url", ["docs", "ftp://docs.example", "https://a.example/\x1b", ""])
    @pytest.mark.parametrize("command", COMMANDS)
    def test_bad_option(self, command: str, url: str) -> None:
        """An option that cannot be used is a usage error with exit code 2."""
        first, *arguments = COMMANDS[command]
        result = run(first, "--documentation-url", url, *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "'--documentation-url': must be an http, https or file URL" in result.stderr

    def test_refused_step(self, tmp_path: Path) -> None:
        """A script with a refused step has the note too, and still exit code 1."""
        path = tmp_path / "script.jsonl"
        path.write_text(step(operation="create", body={**BODIES["refused"]}))
        result = run("simulate", *OPTION, path)
        assert result.exit_code == 1
        assert result.output.endswith(NOTE)
