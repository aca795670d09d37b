"""Tests that compare the tables of the rulebook with the tables of the domain description, restated here."""

from __future__ import annotations

import pytest

from hopdrive_appointments import rules
from hopdrive_appointments.rules import (
    Access,
    Code,
    Driver,
    Effect,
    Fact,
    FieldGroup,
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
driver_notes         | multi-line text                | yes | optional    | optional    | yes         | yes         | contact
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
None           | –        | required when consumer_at_pickup is true
valet          | required | required
mobile_service | required | required
shuttle        | required | required when consumer_at_pickup is true
rideshare      | required | required when consumer_at_pickup is true
"""
# Section 5, last paragraph: status, paid_at, whether a type must be elected and no reason may be open.
CONSISTENCY = """
new      | must be null | no
pending  | must be null | no
ready    | must be null | yes
paying   | must be null | yes
paid     | must be set  | yes
canceled | may be set   | no
refunded | must be set  | yes
failed   | may be set   | yes
"""
# Section 3: code of the advice, field (None for every text field), rule.
ADVICE = """
phone_not_e164  | consumer_phone | AD-1
vin_check_digit | vehicle_vin    | AD-2
text_padded     | None           | AD-3
"""
# Section 7: code, provenance, HTTP status.
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
# Sections 3 to 5: rules with their provenance.
PROVENANCES = """
AC-1 S | CR-1 S | CR-2 P | RP-1 SP | RP-2 P | RP-3 S | PA-1 S | UP-1 S | UP-2 S | UP-3 S | UP-4 S | UP-5 P
PD-1 S | PD-2 S | PD-3 D | PD-4 D | PD-5 D | PD-6 D | LC-1 S | LC-2 S | LC-3 D | LC-4 D | LC-5 S | LC-6 D
AD-1 D | AD-2 D | AD-3 D | RV-1 D | RV-2 D | RV-3 D
"""


def cells(table: str) -> list[list[str]]:
    """Return the cells of a table as a list of rows."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def yes_or_no(value: bool) -> str:
    """Return a boolean as the tables write it."""
    return "yes" if value else "no"


class TestLifecycle:
    """Statuses, triggers and transitions."""

    @pytest.mark.rule("PD-3", "LC-2", "D9", "D10", "D11")
    def test_transition_table(self) -> None:
        """The nine triggers have the sources, targets, drivers and guards that section 5 gives."""
        assert cells(TRANSITIONS) == [
            [
                row.trigger,
                ", ".join(row.sources),
                row.target,
                row.driver,
                ", ".join(fact if wanted else f"not {fact}" for fact, wanted in row.guard.items()),
            ]
            for row in rules.TRANSITIONS.values()
        ]

    def test_status_groups(self) -> None:
        """The groups open, staged and terminal contain the statuses that section 1 gives."""
        assert rules.statuses_in(Group.OPEN) == ("new", "pending")
        assert rules.statuses_in(Group.STAGED) == ("ready", "paying", "paid")
        assert rules.statuses_in(Group.TERMINAL) == ("canceled", "refunded", "failed")
        assert set(rules.OPEN | rules.STAGED | rules.TERMINAL) == set(Status)

    @pytest.mark.rule("LC-1")
    def test_eight_statuses(self) -> None:
        """There are eight statuses, and the initial one is `new`."""
        assert " ".join(Status) == "new pending ready paying paid canceled refunded failed"
        assert rules.INITIAL is Status.NEW

    @pytest.mark.rule("LC-4")
    def test_statuses_without_exit(self) -> None:
        """Only `refunded` and `failed` are not the source of any transition."""
        assert {Status.REFUNDED, Status.FAILED} == rules.WITHOUT_EXIT
        sources = {source for row in rules.TRANSITIONS.values() for source in row.sources}
        assert set(Status) - sources == rules.WITHOUT_EXIT

    @pytest.mark.rule("LC-5")
    def test_effects(self) -> None:
        """Entering `ready` starts move staging, and entering `paid` triggers move creation."""
        assert rules.EFFECTS == {Status.READY: Effect.MOVE_STAGING, Status.PAID: Effect.MOVE_CREATION}

    @pytest.mark.rule("RV-1")
    def test_payment_status(self) -> None:
        """The payment is completed by entering `paid`."""
        assert rules.PAYMENT_COMPLETED_BY is Status.PAID

    @pytest.mark.rule("LC-2")
    def test_drivers(self) -> None:
        """The data drives three triggers, and HopDrive drives all others."""
        assert rules.DATA_DRIVEN == (Trigger.FLAG, Trigger.RESOLVE, Trigger.ELECT)
        assert set(rules.HOPDRIVE_DRIVEN) == set(Trigger) - set(rules.DATA_DRIVEN)

    @pytest.mark.rule("RV-3")
    def test_consistency_table(self) -> None:
        """Each status has the payment and data conditions that section 5 gives."""
        assert cells(CONSISTENCY) == [
            [row.status, row.payment, yes_or_no(row.staged_data)] for row in rules.CONSISTENCY.values()
        ]


class TestVocabulary:
    """Enumerations, codes and provenance."""

    @pytest.mark.parametrize(
        ("enumeration", "expected"),
        [
            (TransportationType, "valet mobile_service shuttle rideshare"),
            (Group, "open staged terminal"),
            (FieldGroup, "system-managed location scheduling contact vehicle election"),
            (Operation, "create replace patch trigger"),
            (Severity, "refused flagged advised"),
            (Provenance, "S P D"),
            (Fact, "has_reasons is_elected payment_completed"),
            (Effect, "move_staging_starts move_creation_is_triggered"),
        ],
        ids=lambda each: getattr(each, "__name__", ""),
    )
    def test_enumeration_members(self, enumeration: type, expected: str) -> None:
        """Each enumeration has exactly the members of the domain, in order."""
        assert [str(member) for member in enumeration] == expected.split()  # type: ignore[attr-defined]  # an Enum class

    @pytest.mark.rule("LC-1", "RP-3")
    def test_source_of_members(self) -> None:
        """The statements S7 to S14 name the statuses, and S16 to S19 the transportation types, in order."""
        assert [row.source for row in rules.STATUSES.values()] == [f"S{number}" for number in range(7, 15)]
        types = [(row.source, row.transportation_type) for row in rules.TRANSPORTATION_TYPES.values()]
        assert types == [("S16", "valet"), ("S17", "mobile_service"), ("S18", "shuttle"), ("S19", "rideshare")]

    def test_no_unused_members(self) -> None:
        """Every kind, access, group, need, payment and driver appears in at least one row."""
        rows = rules.FIELDS.values()
        accesses = {access for row in rows for access in (row.create, row.replace, row.patch_open, row.patch_staged)}
        assert accesses == set(Access)
        kinds = {field.kind for field in rules.FIELDS.values()} | {each.kind for each in rules.SYSTEM_FIELDS.values()}
        assert kinds == set(Kind)
        assert {field.group for field in rules.FIELDS.values()} == set(FieldGroup)
        needs = {need for row in rules.REQUIREMENTS.values() for need in (row.appointment_time, row.pickup_location_id)}
        assert needs == set(Need)
        assert {row.payment for row in rules.CONSISTENCY.values()} == set(Payment)
        assert {row.driver for row in rules.TRANSITIONS.values()} == set(Driver)

    def test_http_methods(self) -> None:
        """Create is POST, replace is PUT, and patch is PATCH."""
        assert [*rules.METHODS.items()] == [("POST", "create"), ("PUT", "replace"), ("PATCH", "patch")]
        methods = {operation: row.method for operation, row in rules.OPERATIONS.items()}
        assert methods == {"create": "POST", "replace": "PUT", "patch": "PATCH", "trigger": None}

    def test_codes(self) -> None:
        """Each code has its provenance and HTTP status, and the order of statuses is fixed."""
        assert cells(CODES) == [[row.code, row.provenance, str(row.http_status)] for row in rules.CODES.values()]
        assert {row.http_status for row in rules.CODES.values()} - {None} == set(rules.HTTP_STATUS_ORDER)
        assert rules.HTTP_STATUS_ORDER == (401, 400, 422, 409)

    def test_rule_provenance(self) -> None:
        """Each rule has the provenance that the domain description gives."""
        stated = [cell.split() for row in cells(PROVENANCES) for cell in row]
        own_rules = [rule for rule in rules.RULES.values() if rule.id not in rules.DECISIONS]
        assert stated == [[rule.id, "".join(rule.provenances)] for rule in own_rules]


class TestFields:
    """The fields and what operations may do with them."""

    @pytest.mark.rule("CR-2", "UP-3", "UP-4", "D2", "D3", "D12")
    def test_field_table(self) -> None:
        """The sixteen client fields have the kind, nullability, access and group that section 2 gives."""
        assert cells(FIELDS) == [
            [f.name, f.kind, yes_or_no(f.nullable), f.create, f.replace, f.patch_open, f.patch_staged, f.group]
            for f in rules.FIELDS.values()
        ]

    def test_record_keys(self) -> None:
        """A record has eight system fields followed by the client fields, and three system fields are nullable."""
        system = ("id", "status", "version", "created_at", "updated_at", "paid_at", "move_id", "workflow_set_id")
        assert (*system, *(row[0] for row in cells(FIELDS))) == rules.RECORD_KEYS
        nullable = [field.name for field in rules.SYSTEM_FIELDS.values() if field.nullable]
        assert nullable == ["paid_at", "move_id", "workflow_set_id"]

    @pytest.mark.rule("CR-2", "RP-1", "UP-3", "UP-4")
    def test_derived_field_sets(self) -> None:
        """The sets of required, cleared, mutable and frozen fields follow from the columns of the field table."""
        table = cells(FIELDS)
        assert rules.REQUIRED[Operation.CREATE] == tuple(row[0] for row in table if row[3] == "required")
        assert rules.REQUIRED[Operation.REPLACE] == tuple(row[0] for row in table if row[4] == "required")
        assert tuple(row[0] for row in table if row[4] == "optional") == rules.CLEARED_BY_REPLACE
        assert rules.MUTABLE[Group.OPEN] == {row[0] for row in table if row[5] == "yes"}
        assert rules.MUTABLE[Group.STAGED] == {"consumer_name", "consumer_phone", "driver_notes", "config"}
        assert rules.MUTABLE[Group.TERMINAL] == set()
        assert {row[0] for row in table if row[6] == "frozen"} | {"transportation_type"} == rules.FROZEN
        assert rules.fields_with(Operation.PATCH, Access.NOT_ALLOWED) == ("customer_id", "transportation_type")

    @pytest.mark.rule("D15", "D17", "D108", "D116", "D121")
    def test_limits(self) -> None:
        """Every limit of the grammar has the value that section 2 gives."""
        assert {limit.name: limit.value for limit in rules.LIMITS.values()} == {
            "integer_minimum": 1,
            "integer_maximum": 9_007_199_254_740_991,
            "first_vehicle_year": 1886,
            "vehicle_years_ahead": 2,
            "text_length": 255,
            "notes_length": 4000,
            "fraction_digits": 9,
            "config_bytes": 65_536,
            "config_levels": 32,
            "feed_line_bytes": 16_777_216,
            "document_bytes": 67_108_864,
            "json_levels": 500,
        }


class TestPending:
    """What an appointment requires and the reasons for `pending`."""

    @pytest.mark.rule("PD-4", "D6")
    def test_requirement_table(self) -> None:
        """The elected type determines whether a time and a pickup location are required."""
        assert cells(REQUIREMENTS) == [
            [str(row.elected), row.appointment_time, row.pickup_location_id] for row in rules.REQUIREMENTS.values()
        ]

    @pytest.mark.rule("PD-4", "PD-5")
    def test_reasons(self) -> None:
        """The three possible reasons have the field, code and rule that PD-4 and PD-5 give."""
        assert [(reason.field, reason.code, reason.rule) for reason in rules.REASONS] == [
            ("pickup_location_id", Code.PICKUP_LOCATION_REQUIRED, "PD-4"),
            ("appointment_time", Code.FIELD_MISSING, "PD-4"),
            ("vehicle_vin", Code.FIELD_INVALID, "PD-5"),
        ]

    @pytest.mark.rule("AD-1", "AD-2", "AD-3", "D18")
    def test_advice(self) -> None:
        """The three kinds of advice have the code, field and rule that section 3 gives."""
        assert cells(ADVICE) == [[advice.code, str(advice.field), advice.rule] for advice in rules.ADVICE]

    @pytest.mark.rule("PD-5")
    @pytest.mark.parametrize(
        "vin", ["1HGCM82633A004352", "WVWZZZ1JZXW000001", "0" * 17, "ABCDEFGHJKLMNPRST", "UVWXYZ12345678900"]
    )
    def test_well_formed_vin(self, vin: str) -> None:
        """Seventeen capital letters or digits without I, O and Q are a well-formed VIN."""
        assert rules.VIN.fullmatch(vin)

    @pytest.mark.rule("PD-5")
    @pytest.mark.parametrize(
        "vin",
        [
            *("", "A" * 16, "A" * 18, " " + "A" * 16, "A" * 17 + "\n"),
            *("A" * 16 + each for each in ("a", "I", "O", "Q", "-", "٣", "É")),
        ],
        ids=ascii,
    )
    def test_malformed_vin(self, vin: str) -> None:
        """A VIN of another length or with any other character is malformed."""
        assert not rules.VIN.fullmatch(vin)
