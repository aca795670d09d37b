"""The tables of the specification, read from the page as an implementer reads them, and compared with the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

import pytest

from hopdrive_appointments import decide, rules
from hopdrive_appointments._decide.machine import Facts, fire
from hopdrive_appointments._record_json import inconsistencies
from hopdrive_appointments._routes import Call, read_call
from hopdrive_appointments.export import specification
from hopdrive_appointments.export._tables.derived import record_with
from hopdrive_appointments.records import Record
from hopdrive_appointments.request_types import BodyRequest, TriggerRequest
from hopdrive_appointments.rules import Operation, Status, Trigger
from tests import oracle
from tests.builders import NOW, create_body, put_body, record, record_json

PAGE: Final = specification()
FACTS: Final = [Facts(*facts) for facts in product((False, True), repeat=3)]
Row = dict[str, str]


def tables(heading: str) -> list[list[Row]]:
    """Return the tables of a section: the cells of each row by the heading of their column, without backticks."""
    section = re.split(r"\n## ", PAGE.partition(f"\n## {heading}\n")[2])[0]
    found = []
    for table in re.findall(r"(?:^\|.*\n?)+", section, re.MULTILINE):
        names, _, *lines = [
            [cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table.splitlines()
        ]
        found.append([dict(zip(names, line, strict=True)) for line in lines])
    return found


class TestRecord:
    """The keys of a record."""

    def test_null(self) -> None:
        """The keys that can be null are those of the independent model of the rules."""
        (rows,) = tables("The record")
        nullable = {name: kind[1] for name, kind in (oracle.SYSTEM | oracle.CLIENT).items()}
        assert {row["field"]: row["null"] == "yes" for row in rows} == nullable


class TestLifecycle:
    """The transitions."""

    @pytest.mark.rule("LC-3", "PD-3", "D10")
    def test_every_cell(self) -> None:
        """The table gives the status after each trigger in each status, with each combination of facts."""
        rows = {row["trigger"]: row for row in tables("Lifecycle")[0]}
        for status, trigger, facts in product(Status, Trigger, FACTS):
            row = rows[trigger]
            guard = re.findall(r"(not )?`?(\w+)`?", row["guard"].replace(" and ", ", "))
            holds = all(getattr(facts, fact) is not bool(negated) for negated, fact in guard if fact != "–")
            sources = re.findall(r"\w+", row["from"])
            assert (row["to"] if status in sources and holds else None) == fire(trigger, status, facts), row

    def test_drivers(self) -> None:
        """The table names who drives each trigger."""
        driven = {row["trigger"]: row["driven by"] for row in tables("Lifecycle")[0]}
        assert {name for name, driver in driven.items() if driver == "the data"} == set(rules.DATA_DRIVEN)
        assert {name for name, driver in driven.items() if driver == "HopDrive"} == set(rules.HOPDRIVE_DRIVEN)


class TestConsistency:
    """The consistent records."""

    ANSWERS: Final[Mapping[str, tuple[bool, ...]]] = {"yes": (True,), "no": (False,), "either": (False, True)}

    @pytest.mark.rule("RV-3")
    def test_every_cell(self) -> None:
        """One row fits each consistent combination of status and facts, and none fits another one."""
        (rows,) = tables("Consistent records")
        for status, facts in product(Status, FACTS):
            fitting = [
                row
                for name, *cells, _ in (tuple(row.values()) for row in rows)
                for row in [cells]
                if name == status and all(fact in self.ANSWERS[cell] for fact, cell in zip(facts, cells, strict=True))
            ]
            assert len(fitting) == (0 if inconsistencies(record_with(status, facts)) else 1), (status, facts)


class TestAccess:
    """What can change."""

    OTHER: Final[dict[str, object]] = {
        "id": 5,
        "year": 1999,
        "text": "other",
        "notes": "other",
        "time": "2027-01-01T00:00:00Z",
        "config": {"other": 1},
        "type": "shuttle",
    }

    def other(self, name: str) -> object:
        """Return a valid value that the example records do not have."""
        kind = (oracle.SYSTEM | oracle.CLIENT)[name][0]
        return not record_json()[name] if kind == "boolean" else self.OTHER.get(kind, 5)

    @pytest.mark.rule("CR-2", "UP-5", "D2", "D3", "D12")
    def test_bodies(self) -> None:
        """A field is missing, accepted or not allowed in a body as the first table says."""
        for row in tables("What can change")[0]:
            name = row["field"]
            for method, operation in rules.METHODS.items():
                before, id = (None, 17) if operation is Operation.CREATE else (record(), None)
                codes = {}
                for body in ({}, {name: self.other(name)}):
                    verdict = decide(before, BodyRequest(operation, body), NOW, id=id)
                    codes[bool(body)] = {str(each.code) for each in verdict.refusals if each.field == name}
                assert codes[False] == ({"field_missing"} if row[method] == "required" else set()), row
                assert codes[True] == ({"field_not_allowed"} if row[method] == "not allowed" else set()), row

    @pytest.mark.rule("UP-3", "UP-4", "D4")
    @pytest.mark.parametrize("status", ["new", "pending", "ready", "paying", "paid"])
    def test_changes(self, status: str) -> None:
        """A change of one field is accepted, or refused with the code that the second table has for the group."""
        group = rules.STATUSES[Status(status)].group
        for row in tables("What can change")[1]:
            name = row["field"]
            for method, operation in (("PUT", Operation.REPLACE), ("PATCH", Operation.PATCH)):
                change = {name: self.other(name)}
                body = put_body(record_json(status), **change) if method == "PUT" else change
                codes = {str(each.code) for each in decide(record(status), BodyRequest(operation, body), NOW).refusals}
                cell = row[f"{method}, {group}"]
                expected = {"changes": set(), "not allowed": {"field_not_allowed"}}.get(cell, {cell})
                assert codes == expected, (status, row)


class TestStamps:
    """Version and times."""

    Cell = Callable[[Record | None, Record, datetime], tuple[object, object]]
    NEVER: Final = datetime.min

    @pytest.mark.rule("RV-1", "D16", "D19")
    @pytest.mark.parametrize("now", [NOW, NOW - timedelta(days=30)])
    def test_every_cell(self, now: datetime) -> None:
        """Each cell is what the library does, whether now is later or earlier than updated_at."""
        rows = tables("Version and times")[0]
        requests = self.requests(now)
        assert [row["request"] for row in rows] == list(requests)
        for row in rows:
            for before, request, id in requests[row["request"]]:
                verdict = decide(before, request, now, id=id)
                after = verdict.record
                for name in ("version", "created_at", "updated_at", "paid_at"):
                    if after is None:
                        assert before is None
                    else:
                        assert getattr(after, name) == self.expected(row[name], name, before, after, now), (row, name)

    def requests(self, now: datetime) -> dict[str, list[tuple[Record | None, Any, int | None]]]:
        """Return requests for each row."""
        ready, later = record("ready"), record_json("ready")
        change = BodyRequest(Operation.PATCH, {"consumer_name": "other"})
        return {
            "an accepted POST": [(None, BodyRequest(Operation.CREATE, create_body(appointment_time=None)), 17)],
            "an accepted PUT, PATCH or trigger that changes something": [
                (ready, change, None),
                (ready, TriggerRequest(Trigger.BILL_DEALER), None),
                (record("paying"), TriggerRequest(Trigger.COMPLETE_PAYMENT), None),
                (record("paid"), change, None),
                (record("paid"), TriggerRequest(Trigger.CANCEL), None),
            ],
            "an accepted PUT or PATCH that changes nothing": [
                (ready, BodyRequest(Operation.PATCH, {}), None),
                (ready, BodyRequest(Operation.REPLACE, put_body(later)), None),
            ],
            "a refused request": [
                (ready, BodyRequest(Operation.PATCH, {"vehicle_make": "other"}), None),
                (record("failed"), TriggerRequest(Trigger.CANCEL), None),
            ],
        }

    def expected(self, cell: str, name: str, before: Record | None, after: Record, now: datetime) -> object:
        """Return the value that a cell describes."""
        if before is None:
            return {"1": 1, "now": now, "null": None}[cell]
        stamp = max(now, before.updated_at)
        becomes_paid = after.status is Status.PAID and before.status is not Status.PAID
        return {
            "stays": getattr(before, name),
            "grows by 1": before.version + 1,
            "the stamp: the later of now and the record's `updated_at": stamp,
            "the stamp if the status becomes `paid`; otherwise stays": stamp if becomes_paid else before.paid_at,
        }[cell]


class TestCodes:
    """The codes and the HTTP statuses."""

    def test_http_status(self) -> None:
        """The status of a problem object is the one of its code; of several, the first in the order of the page."""
        statuses = {row["code"]: row["HTTP status"] for row in tables("Codes")[0]}
        assert statuses == {code: str(row.http_status or "–") for code, row in rules.CODES.items()}
        found = re.search(r"the first in the order ([\d, ]+)\.", PAGE)
        assert found is not None
        order = [int(status) for status in found[1].split(", ")]
        body = {"vehicle_make": "other", "drivernotes": 1}
        problem = decide(record("ready"), BodyRequest(Operation.PATCH, body), NOW).to_problem()
        several = {int(statuses[each["code"]]) for each in problem["problems"]}
        assert len(several) == 2
        assert problem["status"] == next(status for status in order if status in several)
        assert order == list(rules.HTTP_STATUS_ORDER)


class TestHttp:
    """The requests over HTTP."""

    @pytest.mark.rule("D118")
    def test_requests(self) -> None:
        """The library reads each method and path as the operation, whatever comes before the collection."""
        rows = tables("Requests over HTTP")[0]
        assert [row["method"] for row in rows] == ["POST", "PUT", "PATCH"]
        for row in rows:
            path = row["path"].replace("{id}", "17")
            call = Call(Operation(row["operation"]), 17 if "{id}" in row["path"] else None)
            assert read_call(row["method"], path) == read_call(row["method"], f"/other{path}") == call

    @pytest.mark.rule("D117")
    def test_schemes(self) -> None:
        """The page lists the registered schemes."""
        (line,) = re.findall(r"^These are the registered schemes of .*$", PAGE, re.MULTILINE)
        assert tuple(re.findall(r"`([^`]*)`", line)) == rules.AUTHENTICATION_SCHEMES
