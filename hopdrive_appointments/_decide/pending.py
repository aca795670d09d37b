"""The reasons that the data gives to be pending (PD-4, PD-5)."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Final

from .. import rules
from ..client_fields import ClientFields
from ..rules import Need, Reason, Requirement

_NEEDED: Final = (rules.PICKUP_LOCATION_ID, rules.APPOINTMENT_TIME)
"""The fields that some requirement needs."""
_given: Final = ClientFields.getter(rules.TRANSPORTATION_TYPE, rules.CONSUMER_AT_PICKUP, rules.VEHICLE_VIN, *_NEEDED)
_is_vin: Final = rules.VIN.fullmatch


def _reasons_for(requirement: Requirement, at_pickup: bool, missing: Collection[str]) -> tuple[Reason, ...]:
    """Return the reasons that missing values give, depending on whether the consumer is at the pickup location."""
    return tuple(
        reason
        for need, reason in requirement.needs
        if reason.field in missing and (need is Need.ALWAYS or (need is Need.CONSUMER_AT_PICKUP and at_pickup))
    )


# The reasons depend on few facts, so they are determined once for each combination.
_REASONS: Final = {
    (elected, at_pickup, *is_missing): _reasons_for(
        requirement, at_pickup, [name for name, missing in zip(_NEEDED, is_missing, strict=True) if missing]
    )
    for elected, requirement in rules.REQUIREMENTS.items()
    for at_pickup, *is_missing in product((False, True), repeat=1 + len(_NEEDED))
}


def open_reasons(fields: ClientFields) -> tuple[Reason, ...]:
    """Return the reasons that the client fields give to be pending, in the order of the rules."""
    elected, at_pickup, vin, location, time = _given(fields)
    missing = _REASONS[elected, at_pickup, location is None, time is None]
    return missing if vin is None or _is_vin(vin) else (*missing, rules.VIN_MALFORMED)
