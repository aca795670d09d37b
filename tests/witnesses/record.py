"""The witnesses of the introduction, and of the sections about statuses, the record, and what can change."""

from __future__ import annotations

import re
from typing import Final

from click.testing import CliRunner

from hopdrive_appointments import rules
from hopdrive_appointments._cli.commands import command
from hopdrive_appointments.export import specification
from hopdrive_appointments.export._pages.markdown import text_of
from tests import oracle
from tests.builders import STAGED, STATUSES, TERMINAL, record_json
from tests.witnesses.claims import (
    DUE,
    MEANS,
    PAST,
    Json,
    Witnesses,
    advice,
    after,
    answer,
    codes,
    created,
    effects,
    fires,
    put_of,
)
from tests.witnesses.units import PAGE

_EMPTY: Final[Json] = {"body": {}}


def _exits(status: str) -> bool:
    paid = {"paid_at": "2026-02-20T08:15:00Z", "transportation_type": "valet"}
    return any(fires(status, name, **(paid if status == "canceled" else {})) for name in oracle.TRIGGERS)


def _printed() -> str:
    """Return what the command prints."""
    return CliRunner().invoke(command, ["export", "specification"]).stdout


def _sections_without_rule() -> set[str]:
    """Return the headings of the sections that cite no rule. Those of the introduction have links, but not to one."""
    sections = re.findall(r"^##+ (.*)\n((?:(?!##).*\n)*)", PAGE, re.MULTILINE)
    return {heading for heading, section in sections if "(rules.md#" not in section}


def _cells_of_rules() -> list[str]:
    """Return each cell below the headings *rule* and *rules*."""
    tables = re.findall(r"^\|.*\| rules? \|\n\| -.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [row.rstrip(" |").rpartition(" | ")[2] for table in tables for row in table.splitlines()]


_TEXTS: Final = ("specification.md", "body_texts.md", "program.md", "stamps.md")
INTRODUCTION: Final[Witnesses] = {
    "The page is generated from the tables of the library, by `hopdrive-appointments export specification`": (
        lambda: _printed() == specification(),
        lambda: [name for name in _TEXTS if re.search(r"^\|", text_of(name), re.MULTILINE)] == ["stamps.md"],
        "test_specification_tables.TestStamps.test_every_cell",  # of the only table that is written by hand
    ),
    "Most statements cite the rule that they come from": (
        lambda: _sections_without_rule() == {"Values", "One decision", "The same as a program", "Version and times"},
        lambda: all(re.search(r"\(rules\.md#", cell) for cell in _cells_of_rules()),
    ),
    "*Refused with* a code means that nothing changes, and that the answer has a problem with this code": (
        "test_conformance_cases.TestOutcome.test_refused",
        "test_export_specification.TestStamps.test_no_change",
    ),
    "*Alone* means that the decision finds no other problem": (
        "test_procedure.TestStages.test_texts",
        "test_procedure.TestStages.test_versions_and_triggers",
        lambda: codes("failed", PAST, body_text="{") == {("json_invalid", None)},
    ),
    "Each field has one code at most in an answer": "test_procedure.TestStages.test_bodies",
    "This is edition 2026.1": lambda: rules.EDITION == "2026.1",
}
VOCABULARY: Final[Witnesses] = {
    "`new`: Created. No type is elected, and there is no reason to be pending. It is the initial status.": lambda: (
        after(None, **created())["status"] == "new"
        and after(**put_of(transportation_type=None))["status"] == "new"
        and after(**put_of())["status"] != "new"
    ),
    "`pending`: Flagged: required data is missing or invalid.": lambda: (
        after(body={"pickup_location_id": None})["status"] == after(body={"vehicle_vin": "X"})["status"] == "pending"
    ),
    "`ready`: A transportation type is elected. Move staging has begun.": lambda: (
        after(**put_of())["status"] == "ready"
        and effects("new", "replace", put_of()["body"]) == ["move_staging_starts"]
    ),
    "`paying`: The consumer is paying (consumer-pay path only).": lambda: (
        fires("ready", "begin_payment") and fires("paying", "complete_payment") and not fires("paying", "bill_dealer")
    ),
    "`paid`: Payment is complete. HopDrive creates the move.": lambda: all(
        after(status, DUE, operation="trigger", trigger=name)["paid_at"] == DUE
        and effects(status, name) == ["move_creation_is_triggered"]
        for status, name in (("paying", "complete_payment"), ("ready", "bill_dealer"))
    ),
    "`canceled`: Canceled. A completed payment can still be refunded.": lambda: (
        fires("canceled", "refund", paid_at="2026-02-20T08:15:00Z", transportation_type="valet")
        and not fires("canceled", "refund")
    ),
    "`refunded`: The payment was refunded after the cancellation. It has no way out.": lambda: (
        oracle.TRIGGERS["refund"] == (("canceled",), "refunded") and not _exits("refunded")
    ),
    "`failed`: The payment or the processing failed. It has no way out.": lambda: (
        oracle.TRIGGERS["fail"] == (STAGED, "failed") and not _exits("failed")
    ),
    "*Terminal* means closed to clients: a canceled appointment can still be refunded": lambda: (
        all(codes(each, body={}) for each in TERMINAL) and [each for each in TERMINAL if _exits(each)] == ["canceled"]
    ),
    "`valet`: A driver picks up the vehicle from the consumer and delivers it to the dealership.": MEANS,
    "`mobile_service`: A mobile service van is sent to the location of the consumer.": MEANS,
    "`shuttle`: The dealer's shuttle route is managed.": MEANS,
    "`rideshare`: Rides with a third party are coordinated.": MEANS,
    "`create`: POST creates the record in new, before a type is elected, even if its data is incomplete. The same "
    "request can flag it.": lambda: (
        after(None, **created())["transportation_type"] is None
        and after(None, **created())["status"] == "new"
        and answer(None, **created(consumer_at_pickup=True))["triggers"] == ["flag"]
    ),
    "`replace`: PUT replaces every client field except customer_id. An optional field that is left out becomes null, "
    "transportation_type included.": lambda: all(
        (value is None) is (name not in ("customer_id", "consumer_at_pickup", "delivery_location_id"))
        for name, value in after(
            {**record_json("pending"), "transportation_type": "valet"},
            operation="replace",
            body={"consumer_at_pickup": False, "delivery_location_id": 1},
        ).items()
        if name in oracle.CLIENT
    ),
    "`patch`: PATCH changes only the fields in its body. Null clears a nullable field, and is field_invalid in any "
    "other. An empty object is accepted and changes nothing.": lambda: (
        {name for name, value in after(body={"config": None}).items() if value != record_json()[name]}
        == {"config", "version", "updated_at"}
        and codes(body={"delivery_location_id": None}) == {("field_invalid", "delivery_location_id")}
        and after(body={}) == record_json()
    ),
    "`trigger`: The integration covers new to ready. A caller cannot fire the data-driven triggers. HopDrive drives "
    "all other triggers.": lambda: (
        not any(fires(status, name) for status in STATUSES for name in ("flag", "resolve", "elect"))
        and set(rules.HOPDRIVE_DRIVEN) == set(oracle.TRIGGERS)
        and after(**put_of())["status"] == "ready"
    ),
}
RECORD: Final[Witnesses] = {
    "A record is an object with exactly these keys, in any order, and null for a missing value": lambda: (
        not codes(dict(reversed(record_json().items())), body={})
        and bool(codes({**record_json(), "x": 1}, body={}))
        and set(record_json()) == set(rules.RECORD_KEYS)
    ),
    "HopDrive sets the system fields: a body never has them": lambda: all(
        codes(body={name: 1}) == {("field_not_allowed", name)} for name in oracle.SYSTEM
    ),
    "The client fields come from requests": lambda: set(rules.FIELDS) == set(oracle.CLIENT),
    "`id`: The id of the appointment. HopDrive assigns it.": lambda: after(None, **created())["id"] == 17,
    "`status`: Where the appointment is in its lifecycle.": MEANS,
    "`version`: How often the record has changed, counting its creation.": lambda: (
        after(None, **created())["version"] == 1 and after(body={"config": None})["version"] == 4
    ),
    "`created_at`: When the record was created.": lambda: after(None, DUE, **created())["created_at"] == DUE,
    "`updated_at`: When the record last changed.": lambda: (
        after("new", DUE, body={"config": None})["updated_at"] == DUE
    ),
    "`paid_at`: When the payment was completed. Null without a completed payment.": lambda: (
        after("paying", DUE, operation="trigger", trigger="complete_payment")["paid_at"] == DUE
        and after("paying", DUE, operation="trigger", trigger="cancel")["paid_at"] is None
    ),
    "`consumer_at_pickup`: Where the vehicle is: true if it is where the consumer is, false if it is already at the "
    "dealership.": lambda: (  # a vehicle that has to be picked up needs an address (PD-4)
        bool(answer(None, **created(consumer_at_pickup=True))["pending"])
        and not answer(None, **created(consumer_at_pickup=False))["pending"]
    ),
    "`transportation_type`: How the vehicle, or its owner, gets to the dealership. Null while nothing is "
    "elected.": lambda: after(None, **created())["transportation_type"] is None,
    "`consumer_phone`: The telephone number of the consumer, best in E.164 format.": lambda: (
        advice(consumer_phone="12") == {"phone_not_e164"}
    ),
    "`driver_notes`: Notes for the driver. They can have several lines.": lambda: (
        not codes(body={"driver_notes": "a\nb"})
    ),
    "`config`: Settings of the integration, as any JSON object.": lambda: not codes(body={"config": {"any": [None]}}),
    "`vehicle_vin`: The vehicle identification number (ISO 3779). A malformed one makes the appointment "
    "pending.": lambda: (
        after(body={"vehicle_vin": "X"})["status"] == "pending"
        and not answer(body={"vehicle_vin": "1HGCM82633A004352"})["pending"]
    ),
    **dict.fromkeys(
        (
            "`move_id`: The id of the move. HopDrive sets it.",
            "`workflow_set_id`: The id of the workflow set of the move. HopDrive sets it.",
            "`customer_id`: The id of the customer to whom the appointment belongs, as HopDrive assigns it.",
            "`delivery_location_id`: The id of the dealership's service address.",
            "`pickup_location_id`: The id of the address where the vehicle or the consumer is picked up.",
            "`appointment_time`: When the vehicle has to arrive at the dealership.",
            "`consumer_name`: The name of the consumer.",
            "`vehicle_make`: The make of the vehicle.",
            "`vehicle_model`: The model of the vehicle.",
            "`vehicle_color`: The color of the vehicle.",
            "`vehicle_year`: The model year of the vehicle.",
            "`vehicle_manual`: Whether the vehicle has a manual transmission.",
        ),
        MEANS,
    ),
}
_CHANGES: Final = "test_specification_tables.TestAccess.test_changes"
ACCESS: Final[Witnesses] = {
    "Whether a body must have, can have or must not have a field": "test_specification_tables.TestAccess.test_bodies",
    "This is the same in every status": lambda: all(
        len({frozenset(each for each in codes(status, **when) if each[1] == "customer_id") for status in STATUSES}) == 1
        for when in ({"body": {"customer_id": 1}}, {"operation": "replace", "body": {}})
    ),
    "What happens to a well-formed value that differs from the record's, by the group of the status": _CHANGES,
    "*Changes* means that the field changes; a code, that the request is refused with it": _CHANGES,
    "In a terminal status, and where the appointment is past, every PUT and PATCH is refused (step 3), whatever is "
    "in its body": lambda: (
        all(codes(each, **when) for each in TERMINAL for when in (_EMPTY, put_of()))
        and all(codes(each, PAST, **when) for each in STATUSES for when in (_EMPTY, put_of()))
    ),
    "So in `ready`, `paying` and `paid`, unless the appointment is past (UP-2), a PATCH can change `consumer_name`, "
    "`consumer_phone`, `driver_notes` and `config`, and no other field (UP-3, UP-4)": (
        lambda: all(
            codes(each, body={"driver_notes": "x"}, now=PAST) == {("appointment_past", None)} for each in STAGED
        ),
        lambda: (
            STAGED == ("ready", "paying", "paid")
            and [name for name, row in oracle.CLIENT.items() if row[5] == "yes"]
            == ["consumer_name", "consumer_phone", "driver_notes", "config"]
        ),
        _CHANGES,
    ),
    "A PUT changes nothing there (UP-3, D4)": _CHANGES,
}
TABLES: Final = {
    "The specification": INTRODUCTION,
    "Statuses, types and operations": VOCABULARY,
    "The record": RECORD,
    "What can change": ACCESS,
}
