"""The reasons that the data gives to be pending (PD-4, PD-5)."""

from __future__ import annotations

from typing import Final

from .. import rules
from ..client_fields import ClientFields
from ..rules import Need, Reason, Requirement


def _required(requirement: Requirement, at_pickup: bool) -> tuple[Reason, ...]:
    """Return the reasons that missing values give, depending on whether the consumer is at the pickup location."""
    return tuple(
        reason
        for need, reason in requirement.needs
        if need is Need.ALWAYS or (need is Need.CONSUMER_AT_PICKUP and at_pickup)
    )


_REQUIRED: Final = {
    (elected, at_pickup): _required(requirement, at_pickup)
    for elected, requirement in rules.REQUIREMENTS.items()
    for at_pickup in (False, True)
}
_is_vin: Final = rules.VIN.fullmatch


def open_reasons(fields: ClientFields) -> tuple[Reason, ...]:
    """Return the reasons that the client fields give to be pending, in the order of the rules."""
    required = _REQUIRED[fields.transportation_type, fields.consumer_at_pickup]
    missing = tuple([reason for reason in required if fields[reason.field] is None])
    vin = fields.vehicle_vin
    return missing if vin is None or _is_vin(vin) else (*missing, rules.VIN_MALFORMED)
