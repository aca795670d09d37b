"""The command `explain`: a record of every status, for a person."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hopdrive_appointments import rules
from hopdrive_appointments.cli.commands import command
from tests.case_space import NOW, PAID_AT, STATUSES, example
from tests.test_cli import run

LATER = "2026-04-01T12:00:00Z"


def explain(record: object, now: str = NOW) -> str:
    """Return the explanation of a record that can be explained."""
    result = run("explain", "-", "--now", now, text=json.dumps(record))
    assert result.exit_code == 0
    assert result.stderr == ""
    return result.stdout


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_explained(status: str) -> None:
    """The explanation has the status, its meaning, the election, the time, and every trigger of HopDrive once."""
    output = explain(example(status))
    assert output.startswith(f"appointment 17 is {status}, version 3 [LC-1, S]\n")
    assert next(row.meaning for row in rules.STATUSES if row.status == status) in output
    assert "is not past at 2026-03-01T12:00:00Z [UP-2, S]" in output
    elected = "nothing is elected; a PUT elects one of valet" if status in ("new", "pending") else "valet is elected"
    assert elected in output
    done = output.split("what HopDrive can do:\n")[1]
    assert all(len(re.findall(f"(?:- |not |, |: ){name}[:, ]", done)) == 1 for name in rules.HOPDRIVE_DRIVEN)


@pytest.mark.parametrize("status", ["new", "pending"])
def test_an_open_record_can_be_changed(status: str) -> None:
    """While it is open, PATCH and PUT can change what the rules say, and PUT alone the type."""
    patch, put = (line for line in explain(example(status)).splitlines() if line.startswith("  - by P"))
    assert patch.startswith("  - by PATCH: consumer_at_pickup, ")
    assert "transportation_type" not in patch
    assert put.endswith("transportation_type [RP-1, S]")


@pytest.mark.parametrize("status", ["ready", "paying", "paid"])
def test_a_staged_record_is_frozen(status: str) -> None:
    """Once it is staged, four fields can be patched, the others are frozen, and a PUT changes nothing."""
    output = explain(example(status))
    assert "by PATCH: consumer_name, consumer_phone, driver_notes, config [UP-3, S]" in output
    assert "frozen since staging began: consumer_at_pickup, " in output
    assert "a PUT is accepted only if it changes nothing [D4, D]" in output


@pytest.mark.parametrize("status", ["canceled", "refunded", "failed"])
def test_a_terminal_record_is_closed(status: str) -> None:
    """A terminal record takes neither PUT nor PATCH, past or not."""
    for now in (NOW, LATER):
        assert f"nothing: {status} is closed to PUT and PATCH [UP-1, S]" in explain(example(status), now)


@pytest.mark.parametrize("status", ["new", "pending", "ready", "paying", "paid"])
def test_a_past_record_is_closed(status: str) -> None:
    """Once its time is past, a record takes neither PUT nor PATCH."""
    output = explain(example(status), LATER)
    assert "is past at 2026-04-01T12:00:00Z [UP-2, S]" in output
    assert "what a client can change:\n  - nothing: its time is past [UP-2, S]\n" in output


def test_a_record_without_a_time_is_never_past() -> None:
    """Without an appointment time nothing is past, and the explanation says so."""
    assert "it has no appointment time, and so is never past [D8" in explain(
        {**example("new"), "appointment_time": None}, LATER
    )


@pytest.mark.parametrize(("elected", "status"), [(None, "new"), ("valet", "ready")])
def test_a_pending_record_says_what_would_resolve_it(elected: str | None, status: str) -> None:
    """A pending record shows its reasons, and that without them it would be new, or ready where a type is elected."""
    output = explain({**example("pending"), "transportation_type": elected, "vehicle_vin": "short"})
    _, _, why = output.partition("why it is pending, and what would resolve it:\n")
    assert "pickup_location_id is missing" in why
    assert "vehicle_vin is not 17 characters" in why
    assert f"  - then it would be {status} [PD-3, D]\n" in why


def test_only_a_payment_can_be_refunded() -> None:
    """A canceled record can be refunded where a payment had completed, and else shows why not."""
    assert "  - not refund: only where a payment had completed [D10, D]\n" in explain(example("canceled"))
    assert "  - refund: to refunded" in explain({**example("canceled"), "paid_at": PAID_AT})


def test_a_contradiction_ends_with_1(tmp_path: Path) -> None:
    """A record that contradicts itself is not explained: what is wrong is listed with its rules."""
    path = tmp_path / "record\n.json"
    path.write_text(json.dumps({**example("paid"), "paid_at": None, "\x1b": 1}))
    result = run("explain", path)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"{tmp_path}/record\\n.json: no consistent record"
    assert len(lines) > 1
    assert all(line.startswith("  - ") and line.endswith(("S]", "P]", "D]")) for line in lines[1:])
    assert "\x1b" not in result.output


def test_a_contradiction_is_red_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal the headline of a contradiction has its colour."""
    (tmp_path / "record.json").write_text("{}")
    arguments = ["explain", str(tmp_path / "record.json")]
    assert CliRunner().invoke(command, arguments, color=True, env={"NO_COLOR": None}).stdout.startswith("\x1b[31m")
    assert "\x1b" not in CliRunner().invoke(command, arguments, color=True, env={"NO_COLOR": "1"}).stdout


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    """A file that is not there, is a folder, or is no JSON cannot be explained."""
    assert "No such file" in run("explain", tmp_path / "nothing.json").stderr
    for arguments in ([tmp_path / "nothing.json"], [tmp_path], ["-"], []):
        result = run("explain", *arguments, text="{")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr
    assert run("explain", "-", text="{").stderr.startswith("hopdrive-appointments: standard input: ")


def test_without_a_time_it_is_now() -> None:
    """Left out, the time is the current one."""
    record = {**example("new"), "appointment_time": "9999-12-31T23:59:59Z"}
    assert "is not past at 2" in run("explain", "-", text=json.dumps(record)).stdout
