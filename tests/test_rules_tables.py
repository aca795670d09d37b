"""The tables of the rulebook, stated a second time as the description of the domain states them."""

from __future__ import annotations

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import (
    Access,
    Code,
    Driver,
    Effect,
    Fact,
    Group,
    Kind,
    Need,
    Operation,
    Payment,
    Provenance,
    Severity,
    Status,
    TransportationType,
    Trigger,
)

# Section 2: field, kind, null, POST, PUT, PATCH when open, PATCH when staged, group.
FIELDS = """
customer_id          | integer id                     | no  | required    | not allowed | not allowed | not allowed | system-managed
consumer_at_pickup   | boolean                        | no  | required    | required    | yes         | frozen      | location
delivery_location_id | integer id                     | no  | required    | required    | yes         | frozen      | location
pickup_location_id   | integer id                     | yes | optional    | optional    | yes         | frozen      | location
appointment_time     | RFC 3339 date-time with offset | yes | optional    | optional    | yes         | frozen      | scheduling
consumer_name        | text                           | yes | optional    | optional    | yes         | yes         | contact
consumer_phone       | text                           | yes | optional    | optional    | yes         | yes         | contact
vehicle_vin          | text                           | yes | optional    | optional    | yes         | frozen      | vehicle
vehicle_make         | text                           | yes | optional    | optional    | yes         | frozen      | vehicle
vehicle_model        | text                           | yes | optional    | optional    | yes         | frozen      | vehicle
vehicle_color        | text                           | yes | optional    | optional    | yes         | frozen      | vehicle
vehicle_year         | year                           | yes | optional    | optional    | yes         | frozen      | vehicle
vehicle_manual       | boolean                        | yes | optional    | optional    | yes         | frozen      | vehicle
driver_notes         | text of several lines          | yes | optional    | optional    | yes         | yes         | contact
config               | object                         | yes | optional    | optional    | yes         | yes         | contact
transportation_type  | transportation type            | yes | not allowed | optional    | not allowed | not allowed | election
"""  # noqa: E501
# Section 5: trigger, from, to, driven by, guard.
TRANSITIONS = """
flag             | new                               | pending  | the data | has_reasons
resolve          | pending                           | new      | the data | not has_reasons, not is_elected
elect            | new, pending                      | ready    | the data | not has_reasons, is_elected
begin_payment    | ready                             | paying   | HopDrive |
complete_payment | paying                            | paid     | HopDrive |
bill_dealer      | ready                             | paid     | HopDrive |
cancel           | new, pending, ready, paying, paid | canceled | HopDrive |
refund           | canceled                          | refunded | HopDrive | payment_completed
fail             | ready, paying, paid               | failed   | HopDrive |
"""
# PD-4: elected, appointment_time, pickup_location_id.
REQUIREMENTS = """
None           | –        | when consumer_at_pickup
valet          | required | required
mobile_service | required | required
shuttle        | required | when consumer_at_pickup
rideshare      | required | when consumer_at_pickup
"""
# Section 5, the last clause: status, paid_at, whether a type is elected and no reason is open.
CONSISTENCY = """
new      | is not set | no
pending  | is not set | no
ready    | is not set | yes
paying   | is not set | yes
paid     | is set     | yes
canceled | may be set | no
refunded | is set     | yes
failed   | may be set | yes
"""
# Section 7: code, whose, HTTP status.
CODES = """
field_missing            | P | 422
field_invalid            | P | 422
pickup_location_required | P | None
access_denied            | P | 401
json_invalid             | D | 400
body_invalid             | D | 400
field_unknown            | D | 422
field_not_allowed        | D | 422
field_frozen             | D | 409
field_patch_only         | D | 409
appointment_terminal     | D | 409
appointment_past         | D | 409
transition_not_allowed   | D | 409
version_conflict         | D | 409
snapshot_invalid         | D | 422
phone_not_e164           | D | None
vin_check_digit          | D | None
text_padded              | D | None
"""
# Sections 3 to 5: the rules, and whose word each is.
PROVENANCES = """
AC-1 S | CR-1 S | CR-2 P | RP-1 SP | RP-2 P | RP-3 S | PA-1 S | UP-1 S | UP-2 S | UP-3 S | UP-4 S | UP-5 P
PD-1 S | PD-2 S | PD-3 D | PD-4 D | PD-5 D | PD-6 D | LC-1 S | LC-2 S | LC-3 D | LC-4 D | LC-5 S | LC-6 D
AD-1 D | AD-2 D | AD-3 D | RV-1 D | RV-2 D | RV-3 D
"""


def cells(table: str) -> list[list[str]]:
    """Return the cells of a table, row by row."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def yes(value: bool) -> str:
    """Write a boolean as the tables do."""
    return "yes" if value else "no"


def test_the_field_table_is_that_of_the_domain() -> None:
    """The sixteen client fields stand in their order, each with kind, null, access and group as section 2 has them."""
    assert cells(FIELDS) == [
        [f.name, f.kind, yes(f.nullable), f.create, f.replace, f.patch_open, f.patch_staged, f.group]
        for f in rules.FIELDS
    ]


def test_the_lifecycle_table_is_that_of_the_domain() -> None:
    """The nine triggers have the sources, targets, drivers and guards of section 5."""
    assert cells(TRANSITIONS) == [
        [
            row.trigger,
            ", ".join(row.sources),
            row.target,
            row.driver,
            ", ".join(fact if wanted else f"not {fact}" for fact, wanted in row.guard.items()),
        ]
        for row in rules.TRANSITIONS
    ]


def test_the_requirements_are_those_of_the_domain() -> None:
    """What each elected type needs is what PD-4 says."""
    assert cells(REQUIREMENTS) == [
        [str(row.elected), row.appointment_time, row.pickup_location_id] for row in rules.REQUIREMENTS
    ]


def test_the_consistency_of_each_status_is_that_of_the_domain() -> None:
    """What each status says of payment and data is what the last clause of section 5 says."""
    assert cells(CONSISTENCY) == [[row.status, row.payment, yes(row.staged_data)] for row in rules.CONSISTENCY]


def test_the_codes_are_those_of_the_domain() -> None:
    """Each code of section 7 is there, with whose word it is and the HTTP status of a refusal that it leads."""
    assert cells(CODES) == [[row.code, row.provenance, str(row.http_status)] for row in rules.CODES]
    assert {row.http_status for row in rules.CODES} - {None} == set(rules.HTTP_STATUS_ORDER)
    assert rules.HTTP_STATUS_ORDER == (401, 400, 422, 409)


def test_the_rules_have_the_provenance_that_the_domain_gives_them() -> None:
    """Each rule is there, in order, as the word of those whose word it is."""
    stated = [cell.split() for row in cells(PROVENANCES) for cell in row]
    assert stated == [[rule.id, "".join(rule.provenance)] for rule in rules.RULES]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (Status, "new pending ready paying paid canceled refunded failed"),
        (TransportationType, "valet mobile_service shuttle rideshare"),
        (Group, "open staged terminal"),
        (Operation, "create replace patch trigger"),
        (Severity, "refused flagged advised"),
        (Provenance, "S P D"),
        (Fact, "has_reasons is_elected payment_completed"),
        (Effect, "move_staging_starts move_creation_is_triggered"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_the_words_are_those_of_the_domain(words: type, expected: str) -> None:
    """Each enumeration has the words of the domain and no other, in their order."""
    assert [str(word) for word in words] == expected.split()  # type: ignore[attr-defined]  # an enumeration


def test_the_words_of_the_tables_are_all_used() -> None:
    """No kind of access, need, payment or driver is left that no row has."""
    accesses = {getattr(f, name) for f in rules.FIELDS for name in ("create", "replace", "patch_open", "patch_staged")}
    assert accesses == set(Access)
    assert {field.kind for field in (*rules.FIELDS, *rules.SYSTEM_FIELDS)} == set(Kind)
    assert {need for row in rules.REQUIREMENTS for need in (row.appointment_time, row.pickup_location_id)} == set(Need)
    assert {row.payment for row in rules.CONSISTENCY} == set(Payment)
    assert {row.driver for row in rules.TRANSITIONS} == set(Driver)


def test_the_groups_of_statuses_are_those_of_the_domain() -> None:
    """Open, staged and terminal hold the statuses that section 1 says, in the order of the lifecycle."""
    assert rules.statuses_in(Group.OPEN) == ("new", "pending")
    assert rules.statuses_in(Group.STAGED) == ("ready", "paying", "paid")
    assert rules.statuses_in(Group.TERMINAL) == ("canceled", "refunded", "failed")
    assert set(rules.OPEN | rules.STAGED | rules.TERMINAL) == set(Status)


def test_the_lifecycle_begins_and_ends_as_the_domain_says() -> None:
    """New is the first status, refunded and failed have no way out, and ready and paid set something off."""
    assert (rules.INITIAL, rules.PAYMENT_COMPLETED_BY) == (Status.NEW, Status.PAID)
    assert {Status.REFUNDED, Status.FAILED} == rules.WITHOUT_EXIT
    assert rules.EFFECT_OF == {Status.READY: Effect.MOVE_STAGING, Status.PAID: Effect.MOVE_CREATION}
    assert rules.DATA_DRIVEN == (Trigger.FLAG, Trigger.RESOLVE, Trigger.ELECT)
    assert set(rules.HOPDRIVE_DRIVEN) == set(Trigger) - set(rules.DATA_DRIVEN)


def test_the_operations_are_the_methods_of_the_interface() -> None:
    """A create is a POST, a replace a PUT, and a patch a PATCH."""
    assert [*rules.METHOD_OF.items()] == [("create", "POST"), ("replace", "PUT"), ("patch", "PATCH")]


def test_the_record_has_the_keys_of_the_domain() -> None:
    """The eight system fields come first, then the sixteen client fields, and those that may be null are known."""
    system = ("id", "status", "version", "created_at", "updated_at", "paid_at", "move_id", "workflow_set_id")
    assert (*system, *(row[0] for row in cells(FIELDS))) == rules.RECORD_KEYS
    assert [field.name for field in rules.SYSTEM_FIELDS if field.nullable] == ["paid_at", "move_id", "workflow_set_id"]


def test_what_requests_require_clear_and_change_follows_from_the_field_table() -> None:
    """The maps by operation and group say what the columns of the table say."""
    table = cells(FIELDS)
    assert rules.REQUIRED[Operation.CREATE] == tuple(row[0] for row in table if row[3] == "required")
    assert rules.REQUIRED[Operation.REPLACE] == tuple(row[0] for row in table if row[4] == "required")
    assert tuple(row[0] for row in table if row[4] == "optional") == rules.CLEARED_BY_REPLACE
    assert rules.MUTABLE[Group.OPEN] == {row[0] for row in table if row[5] == "yes"}
    assert {"consumer_name", "consumer_phone", "driver_notes", "config"} == rules.PATCH_ONLY
    assert {row[0] for row in table if row[6] == "frozen"} | {"transportation_type"} == rules.FROZEN
    assert rules.fields_with(Operation.PATCH, Access.NOT_ALLOWED) == ("customer_id", "transportation_type")


def test_the_limits_are_those_of_the_domain() -> None:
    """Every bound of the grammar has the number that section 2 gives it."""
    assert {limit.name: limit.value for limit in rules.LIMITS} == {
        "integer_maximum": 9_007_199_254_740_991,
        "first_vehicle_year": 1886,
        "vehicle_years_ahead": 2,
        "text_length": 255,
        "notes_length": 4000,
        "fraction_digits": 9,
        "config_bytes": 65_536,
        "config_levels": 32,
        "json_levels": 500,
    }


def test_the_reasons_are_those_of_the_domain() -> None:
    """Three reasons lead to pending, each with the code and field that PD-4 and PD-5 give it."""
    assert [(reason.field, reason.code, reason.rule) for reason in rules.REASONS] == [
        ("pickup_location_id", Code.PICKUP_LOCATION_REQUIRED, "PD-4"),
        ("appointment_time", Code.FIELD_MISSING, "PD-4"),
        ("vehicle_vin", Code.FIELD_INVALID, "PD-5"),
    ]


@pytest.mark.parametrize(
    "vin", ["1HGCM82633A004352", "WVWZZZ1JZXW000001", "0" * 17, "ABCDEFGHJKLMNPRST", "UVWXYZ12345678900"]
)
def test_seventeen_characters_of_the_alphabet_are_a_vin(vin: str) -> None:
    """Capital letters and digits, seventeen of them, are well-formed."""
    assert rules.VIN.fullmatch(vin)


@pytest.mark.parametrize(
    "vin",
    [
        *("", "A" * 16, "A" * 18, " " + "A" * 16, "A" * 17 + "\n"),
        *("A" * 16 + each for each in ("a", "I", "O", "Q", "-", "٣", "É")),
    ],
    ids=ascii,
)
def test_anything_else_is_no_vin(vin: str) -> None:
    """A character more or less, a small letter, I, O, Q, or a digit of another script is against PD-5."""
    assert not rules.VIN.fullmatch(vin)
