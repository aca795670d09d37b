"""The command `explain` describes one record in plain text."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from hopdrive_appointments import Appointment, rules
from hopdrive_appointments._cli.commands import command
from tests.builders import CLIENT_FIELDS, CONTACT, OPEN, STAGED, Json
from tests.case_space import NOW, PAID_AT, STATUSES, consistent_records, example
from tests.test_cli import run

LATER = "2026-04-01T12:00:00Z"
CLOCK = datetime.fromisoformat(NOW)
RECORDS = list(consistent_records())
PUT_FIELDS = set(CLIENT_FIELDS) - {"customer_id"}
FROZEN = PUT_FIELDS - set(CONTACT)


def explain(record: object, now: str = NOW) -> str:
    """Return the explanation of a consistent record."""
    return explanation(json.dumps(record), now)


@cache
def explanation(text: str, now: str) -> str:
    """Return the explanation of the text of a consistent record; several tests share it."""
    result = run("explain", "-", "--now", now, text=text)
    assert result.exit_code == 0
    assert result.stderr == ""
    return result.stdout


def records(status: str) -> list[Json]:
    """Return the consistent records with a status."""
    return [record for record in RECORDS if record["status"] == status]


def mutable_fields(record: Json, now: str) -> frozenset[str]:
    """Return the mutable fields of a record according to the aggregate."""
    return Appointment.from_record(record).mutable_fields(now=datetime.fromisoformat(now))


def names_after(label: str, output: str) -> set[str]:
    """Return the names in all lines of an explanation that begin with a label."""
    lines = re.findall(rf"^  - {label}: (.*) \[[A-Z0-9-]+, [SPD]\]$", output, re.MULTILINE)
    return {name for line in lines for name in line.split(", ")}


class TestStatus:
    """The explanation depends on the status of the record."""

    @pytest.mark.parametrize("status", STATUSES)
    def test_summary(self, status: str) -> None:
        """It names the status, its meaning, the election and the time, and lists each trigger of HopDrive once."""
        output = explain(example(status))
        assert output.startswith(f"appointment 17 is {status}, version 3 [LC-1, S]\n")
        assert f"  - {rules.STATUSES[rules.Status(status)].meaning}\n" in output
        assert "is not past at 2026-03-01T12:00:00Z [UP-2, S]" in output
        if status in ("new", "pending"):
            assert "no type is elected; a PUT elects one of valet, " in output
        else:
            assert "valet is elected" in output
        triggers = output.split("what HopDrive can do:\n")[1]
        assert all(len(re.findall(f"(?:- |not |, |: ){name}[:, ]", triggers)) == 1 for name in rules.HOPDRIVE_DRIVEN)

    @pytest.mark.rule("D3")
    @pytest.mark.parametrize("status", ["new", "pending"])
    def test_open(self, status: str) -> None:
        """An open record can be changed by PATCH and PUT, and its transportation type only by PUT."""
        patch, put = (line for line in explain(example(status)).splitlines() if line.startswith("  - by P"))
        assert patch.startswith("  - by PATCH: consumer_at_pickup, ")
        assert "transportation_type" not in patch
        assert put.endswith("transportation_type [RP-1, S]")

    @pytest.mark.rule("UP-3", "UP-4")
    @pytest.mark.parametrize("status", ["ready", "paying", "paid"])
    def test_staged(self, status: str) -> None:
        """In a staged record PATCH can change four fields, and all others are frozen."""
        output = explain(example(status))
        assert "by PATCH: consumer_name, consumer_phone, driver_notes, config [UP-3, S]" in output
        assert "frozen since staging began: consumer_at_pickup, " in output
        assert "a PUT is accepted only if it changes nothing [D4, D]" in output

    @pytest.mark.rule("UP-1")
    @pytest.mark.parametrize("now", [NOW, LATER])
    @pytest.mark.parametrize("status", ["canceled", "refunded", "failed"])
    def test_terminal(self, status: str, now: str) -> None:
        """A terminal record is closed to clients, whether or not its time is past."""
        line = f"  - nothing: the appointment is {status} and no longer accepts PUT or PATCH [UP-1, S]\n"
        assert line in explain(example(status), now)

    @pytest.mark.rule("PD-3")
    @pytest.mark.parametrize(("elected", "status"), [(None, "new"), ("valet", "ready")])
    def test_pending(self, elected: str | None, status: str) -> None:
        """A pending record lists its open reasons and the status that it gets without them."""
        output = explain({**example("pending"), "transportation_type": elected, "vehicle_vin": "short"})
        _, _, reasons = output.partition("\nwhy it is pending, and how to resolve it:\n")
        assert "pickup_location_id is missing; HopDrive cannot plan a move without it: send the " in reasons
        assert "vehicle_vin is not 17 characters" in reasons
        assert f"  - after that it would be {status} [PD-3, D]\n" in reasons


class TestAgreement:
    """The explanation agrees with the package for every consistent record of the case space."""

    @pytest.mark.rule("UP-1", "UP-2", "UP-3", "UP-4")
    @pytest.mark.parametrize("now", [NOW, LATER])
    @pytest.mark.parametrize("status", STATUSES)
    def test_changeable_fields(self, status: str, now: str) -> None:
        """What a PATCH can change equals `mutable_fields`; the frozen fields are the others that a PUT may have."""
        for record in records(status):
            output, mutable = explain(record, now), mutable_fields(record, now)
            assert names_after("by PATCH", output) == mutable
            frozen = names_after("frozen since staging began", output)
            by_put = names_after("by PUT, all together", output)
            assert frozen == (FROZEN if mutable and status in STAGED else set())
            assert by_put == (PUT_FIELDS if mutable and status in OPEN else set())
            assert ("  - nothing: " in output) is (not mutable)

    @pytest.mark.rule("LC-2", "LC-3")
    @pytest.mark.parametrize("status", STATUSES)
    def test_trigger_refusals(self, status: str) -> None:
        """The triggers that can happen next equal `allowed_triggers`."""
        for record in records(status):
            offered = set(re.findall(r"  - (\w+): to \w+ \(", explain(record)))
            assert offered == Appointment.from_record(record).allowed_triggers()

    @pytest.mark.rule("PD-3")
    def test_resolution(self) -> None:
        """The explanation of a pending record gives the status that the record gets when its reasons are resolved."""
        values = {"pickup_location_id": 303, "appointment_time": LATER, "vehicle_vin": None}
        for record in records("pending"):
            pending = Appointment.from_record(record)
            if not mutable_fields(record, NOW):
                continue
            promised = re.search(r"after that it would be (\w+)", explain(record))
            pending.patch({reason.field: values[reason.field] for reason in pending.pending_reasons}, now=CLOCK)
            assert promised is not None
            assert promised[1] == pending.status

    def test_election(self) -> None:
        """A PUT is named as the way to elect only if the record accepts one."""
        for record in (each for status in STATUSES for each in records(status)):
            elects = record["transportation_type"] is None and bool(mutable_fields(record, NOW))
            assert ("a PUT elects one of" in explain(record)) is elects


class TestTime:
    """The explanation compares the appointment time with the given or the current time."""

    @pytest.mark.rule("UP-2")
    @pytest.mark.parametrize("status", ["new", "pending", "ready", "paying", "paid"])
    def test_past(self, status: str) -> None:
        """A record whose time is past is closed to PUT and PATCH, so no line suggests a request."""
        output = explain(example(status), LATER)
        assert "is past at 2026-04-01T12:00:00Z [UP-2, S]" in output
        changes = output.partition("\nwhat a client can change:\n")[2].partition("\n\n")[0]
        assert changes == "  - nothing: the appointment's time is past, so it no longer accepts PUT or PATCH [UP-2, S]"
        assert ("\nwhy it is pending:\n" in output) is (status == "pending")
        assert not any(text in output for text in ("a PUT elects", "by PATCH", "after that it would be"))

    @pytest.mark.rule("UP-1", "UP-2")
    def test_terminal_and_past(self) -> None:
        """A terminal record whose time is past is closed for two reasons, and both are given."""
        rule_ids = re.findall(r"  - nothing: .* \[(UP-\d), S\]", explain(example("failed"), LATER))
        assert rule_ids == ["UP-1", "UP-2"]

    def test_no_appointment_time(self) -> None:
        """A record without an appointment time is described as never past, and stays open to clients."""
        output = explain({**example("new"), "appointment_time": None}, LATER)
        assert "it has no appointment time, so it is never past [D8, D]" in output
        assert "  - by PATCH: " in output

    def test_default_now(self) -> None:
        """Without --now the current time is used."""
        record = {**example("new"), "appointment_time": "9999-12-31T23:59:59Z"}
        assert "is not past at 2" in run("explain", "-", text=json.dumps(record)).stdout


@pytest.mark.rule("D10")
def test_refund_needs_payment() -> None:
    """A canceled record offers the refund only if a payment was completed, and otherwise gives the reason."""
    assert "  - refund: not allowed unless a payment was completed before the cancellation [D10, D]\n" in explain(
        example("canceled")
    )
    assert "  - refund: to refunded" in explain({**example("canceled"), "paid_at": PAID_AT})


class TestInconsistentRecord:
    """A record that contradicts the rules is not explained."""

    def test_problems_listed(self, tmp_path: Path) -> None:
        """The exit code is 1, each problem has its rule, and control characters are escaped."""
        path = tmp_path / "record\n.json"
        path.write_text(json.dumps({**example("paid"), "paid_at": None, "\x1b": 1}))
        result = run("explain", path)
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert lines[0] == f"{tmp_path}/record\\n.json: not a consistent record"
        assert len(lines) > 1
        assert all(line.startswith("  - ") and line.endswith(("S]", "P]", "D]")) for line in lines[1:])
        assert "\x1b" not in result.output

    def test_red_headline(self, tmp_path: Path) -> None:
        """On a terminal the headline is red, unless NO_COLOR is set."""
        (tmp_path / "record.json").write_text("{}")
        arguments = ["explain", str(tmp_path / "record.json")]
        assert CliRunner().invoke(command, arguments, color=True, env={"NO_COLOR": None}).stdout.startswith("\x1b[31m")
        assert "\x1b" not in CliRunner().invoke(command, arguments, color=True, env={"NO_COLOR": "1"}).stdout


class TestUnusableInput:
    """Input that is not a record file is exit code 2."""

    @pytest.mark.parametrize("arguments", [["missing.json"], ["."], ["-"], []])
    def test_message_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
        """A missing file, a folder, malformed JSON and a missing argument each print a message and no explanation."""
        monkeypatch.chdir(tmp_path)
        result = run("explain", *arguments, text="{")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr

    @pytest.mark.parametrize(
        ("id", "is_what", "page"),
        [
            ("UP-4", "[UP-4, S] is a rule", "rules"),
            ("d4", "[D4, D] is a decision", "rules"),
            ("S20", "S20 is a statement of the source page", "traceability"),
            ("s1", "S1 is a statement of the source page", "traceability"),
        ],
    )
    def test_rule(self, id: str, is_what: str, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If an id is given instead of a file, the message has what the id names, and says where to read more."""
        monkeypatch.chdir(tmp_path)
        rows = rules.RULES if page == "rules" else rules.SOURCE_STATEMENTS
        statement = rows[id.upper()].statement
        start = f"hopdrive-appointments: {id}: No such file or directory; explain needs the file of a record. "
        start += f"{is_what}: {statement} See "
        assert run("explain", id).stderr == f"{start}the output of `hopdrive-appointments export {page}`.\n"
        linked = run("explain", id, "--documentation-url", "https://docs.example/")
        assert linked.stderr == f"{start}https://docs.example/{page}.html#{id.lower()}.\n"
        assert linked.exit_code == 2

    def test_reason_given(self, tmp_path: Path) -> None:
        """The message says what is wrong with the file or with standard input."""
        assert "No such file" in run("explain", tmp_path / "missing.json").stderr
        assert run("explain", "-", text="{").stderr.startswith("hopdrive-appointments: standard input: ")
