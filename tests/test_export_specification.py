"""The specification: complete, and what it says in prose is what the library does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

import pytest

from hopdrive_appointments import Refused, rules
from hopdrive_appointments.export import specification
from hopdrive_appointments.export._pages.markdown import literal
from hopdrive_appointments.rules import Need
from tests.builders import NOW, appointment, put_body, record_json

PAGE: Final = specification()


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table of a section."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section[section.index("\n| --- ") :].lstrip("\n").partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[1:]]


class TestComplete:
    """What the page has."""

    def test_rules_cited(self) -> None:
        """The page cites every rule, apart from those about the library itself and those that sum up."""
        cited = set(re.findall(r"\(rules\.md#([a-z0-9-]+)\)", PAGE))
        missing = {id for id in rules.RULES if id.lower() not in cited}
        assert missing == {"RP-2", "PD-6", "D6", "D7", "D18", "D122", "D123", "D124", "D125"}

    def test_terms(self) -> None:
        """The page has every status, field, trigger, code, limit and transportation type."""
        terms = (*rules.STATUSES, *rules.RECORD_KEYS, *rules.TRANSITIONS, *rules.CODES, *rules.TransportationType)
        assert [term for term in terms if f"`{term}`" not in PAGE] == []
        assert all(f"| {limit.value} |" in PAGE for limit in rules.LIMITS.values())


class TestStamps:
    """The table of versions and times."""

    LATER: Final = NOW + timedelta(hours=1)

    @pytest.mark.rule("RV-1", "D19")
    @pytest.mark.parametrize("now", [NOW, NOW - timedelta(days=30)])
    def test_change(self, now: datetime) -> None:
        """A change stamps the record with the later of now and updated_at, and entering paid stores the same stamp."""
        given = appointment("paying")
        before = given.record
        given.complete_payment(now=now)
        stamp = max(now, before.updated_at)
        after = given.record
        assert (after.version, after.updated_at, after.paid_at) == (before.version + 1, stamp, stamp)
        assert (after.created_at, after.id, after.move_id) == (before.created_at, before.id, before.move_id)

    def test_no_change(self) -> None:
        """A request that changes nothing, or is refused, changes no version and no time."""
        given = appointment("ready")
        before = given.record
        given.replace(put_body(record_json("ready")), now=self.LATER)
        assert given.record == before
        with pytest.raises(Refused):
            given.patch({"vehicle_make": None}, now=self.LATER)
        assert given.record == before


class TestTables:
    """Tables that only this page has."""

    @pytest.mark.rule("PD-4", "PD-5")
    def test_requirements(self) -> None:
        """A record without the values has exactly the reasons whose codes its row has."""
        names = [reason.field for reason in rules.REASONS]
        for (elected, *cells, _), row in zip(rows("Reasons to be pending"), rules.REQUIREMENTS.values(), strict=True):
            assert elected == ("nothing yet" if row.elected is None else f"`{row.elected}`")
            given = appointment(pickup_location_id=303)
            missing = {"pickup_location_id": None, "appointment_time": None, "vehicle_vin": "X"}
            election = {} if row.elected is None else {"transportation_type": row.elected.value}
            given.replace(put_body(given, **missing, **election), now=NOW)
            found = {reason.field: reason.code for reason in given.pending_reasons}
            for name, cell in zip(names, cells, strict=True):
                assert (f"`{found[name]}`" in cell) if name in found else cell == "–"

    def test_needs(self) -> None:
        """Each need of a requirement is written in its cell."""
        cells = [cell for row in rows("Reasons to be pending") for cell in row[1:3]]
        needs = [need for row in rules.REQUIREMENTS.values() for need, _ in row.needs]
        assert [cell.partition("; if null")[0] for cell in cells] == [Need(need).value for need in needs]

    def test_long_literal(self) -> None:
        """A long literal is cut in the middle, and its length is added; characters that do not show are escaped."""
        assert literal(f'"{"a" * 255}"') == '`"aaaaaaaaaaaaaaa…aaaaaaaaaaaaaaa"` (257 characters of JSON text)'
        assert literal("\ufeff{}\n") == "`\\ufeff{}\\n`"
        assert literal("a`b") == "`` a`b ``"
