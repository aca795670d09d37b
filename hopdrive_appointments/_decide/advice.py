"""Advice on the values of an accepted request (AD-1 to AD-3, D109). It has no effect."""

from __future__ import annotations

from collections.abc import Mapping
from operator import mul
from typing import Final

from .. import rules
from ..client_fields import FieldValue
from ..rules import Advice, Severity
from ..verdict import Finding, pointer

_is_e164: Final = rules.E164.fullmatch
_is_vin: Final = rules.VIN.fullmatch
_TEXTS: Final = tuple(field.name for field in rules.FIELDS.values() if field.kind in rules.LENGTH_OF)
# The value of each character, as a table to translate the bytes of a VIN.
_VALUES: Final = bytes(rules.VIN_VALUES.get(chr(byte), 0) for byte in range(256))


def check_digit_matches(vin: str) -> bool:
    """Return whether the check digit of a well-formed VIN is right, or its region does not prescribe one."""
    if vin[0] not in rules.VIN_CHECKED_REGIONS:
        return True
    total = sum(map(mul, rules.VIN_WEIGHTS, vin.encode().translate(_VALUES)))
    digits = rules.VIN_CHECK_DIGITS
    return vin[rules.VIN_CHECK_POSITION] == digits[total % len(digits)]


def advise(values: Mapping[str, FieldValue]) -> tuple[Finding, ...]:
    """Return the advice on checked values."""
    findings = []
    for name in _TEXTS:
        text = values.get(name)
        # str.strip() without an argument is faster, and removes all of WHITE_SPACE and more.
        if type(text) is str and text.strip() != text and text.strip(rules.WHITE_SPACE) != text:
            findings.append(_finding(rules.PADDING_ADVICE, name))
    phone, vin = values.get(rules.CONSUMER_PHONE), values.get(rules.VEHICLE_VIN)
    if type(phone) is str and not _is_e164(phone):
        findings.append(_finding(rules.PHONE_ADVICE, rules.CONSUMER_PHONE))
    if type(vin) is str and _is_vin(vin) and not check_digit_matches(vin):
        findings.append(_finding(rules.VIN_ADVICE, rules.VEHICLE_VIN))
    return tuple(findings)


def _finding(advice: Advice, name: str) -> Finding:
    message = advice.message if advice.field else f"{name}: {advice.message}"
    return Finding(Severity.ADVISED, advice.code, name, pointer(name), message, advice.hint, advice.rule)
