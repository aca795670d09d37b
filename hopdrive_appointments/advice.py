"""What is worth a look in a request that is accepted (AD-1 to AD-3). It has no effect on anything."""

from __future__ import annotations

from collections.abc import Mapping
from operator import getitem
from typing import Final

from . import rules
from .findings import Finding, pointer
from .rules import Advice, Severity
from .values import FieldValue

_TEXTS: Final = tuple(field.name for field in rules.FIELDS if field.kind in rules.LENGTH_OF)


# What a character adds to the weighted sum, by its position.
_WEIGHTED: Final = tuple(
    {character: weight * value for character, value in rules.VIN_VALUES.items()} for weight in rules.VIN_WEIGHTS
)


def check_digit_matches(vin: str) -> bool:
    """Tell whether the check digit of a well-formed VIN is right, or none is prescribed where the VIN is from."""
    if vin[0] not in rules.VIN_CHECKED_REGIONS:
        return True
    total = sum(map(getitem, _WEIGHTED, vin))
    digits = rules.VIN_CHECK_DIGITS
    return vin[rules.VIN_CHECK_POSITION] == digits[total % len(digits)]


def advise(values: Mapping[str, FieldValue]) -> list[Finding]:
    """Return the advice on the values of a body that was accepted (D109)."""
    found = []
    for name in _TEXTS:
        text = values.get(name)
        # The first question is the quicker one, and takes in more than the white space of the rules.
        if text is None or text.strip() == text:  # type: ignore[union-attr]  # text by its checker
            continue
        if text.strip(rules.WHITE_SPACE) != text:  # type: ignore[union-attr]  # as above
            found.append(_finding(rules.PADDING_ADVICE, name))
    phone, vin = values.get(rules.CONSUMER_PHONE), values.get(rules.VEHICLE_VIN)
    if phone is not None and not rules.E164.fullmatch(phone):  # type: ignore[arg-type]  # text by its checker
        found.append(_finding(rules.PHONE_ADVICE, rules.CONSUMER_PHONE))
    if vin is not None and rules.VIN.fullmatch(vin) and not check_digit_matches(vin):  # type: ignore[arg-type]  # text
        found.append(_finding(rules.VIN_ADVICE, rules.VEHICLE_VIN))
    return found


def _finding(advice: Advice, name: str) -> Finding:
    message = advice.message if advice.field else f"{name}: {advice.message}"
    return Finding(Severity.ADVISED, advice.code, name, pointer(name), message, advice.hint, advice.rule)
