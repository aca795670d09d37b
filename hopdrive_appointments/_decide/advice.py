"""Advice on the values of an accepted request (AD-1 to AD-3, D109). Advice does not change the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from operator import mul
from typing import Final

from .. import rules
from .._findings import pointer
from ..client_fields import FieldValue
from ..rules import Advice, Reason, Severity
from ..verdict import Finding

_is_e164: Final = rules.E164.fullmatch
_WEIGHTS: Final = rules.VIN_WEIGHTS
_DIGITS: Final = rules.VIN_CHECK_DIGITS
# The value of each byte of a VIN, for `bytes.translate`.
_VALUES: Final = bytes(rules.VIN_VALUES.get(chr(byte), 0) for byte in range(256))


def check_digit_matches(vin: str) -> bool:
    """Return whether the check digit of a well-formed VIN is correct, or its region does not prescribe one."""
    if vin[0] not in rules.VIN_CHECKED_REGIONS:
        return True
    total = sum(map(mul, _WEIGHTS, vin.encode().translate(_VALUES)))
    return vin[rules.VIN_CHECK_POSITION] == _DIGITS[total % len(_DIGITS)]


def advise(values: Mapping[str, FieldValue], reasons: tuple[Reason, ...]) -> tuple[Finding, ...]:
    """Return the advice on checked values, given the reasons to be pending that the data gives.

    The check digit of a malformed VIN, which is a reason, is not checked (D7).
    """
    findings = []
    for name, text in values.items():
        # str.strip() without an argument is faster, removes all of WHITE_SPACE and more, and returns the same object
        # where there is nothing to remove.
        if type(text) is str and text.strip() is not text and text.strip(rules.WHITE_SPACE) != text:
            findings.append(_finding(rules.PADDING_ADVICE, name))
    phone, vin = values.get(rules.CONSUMER_PHONE), values.get(rules.VEHICLE_VIN)
    if type(phone) is str and not _is_e164(phone):
        findings.append(_finding(rules.PHONE_ADVICE, rules.CONSUMER_PHONE))
    if type(vin) is str and rules.VIN_MALFORMED not in reasons and not check_digit_matches(vin):
        findings.append(_finding(rules.VIN_ADVICE, rules.VEHICLE_VIN))
    return tuple(findings)


def _finding(advice: Advice, name: str) -> Finding:
    message = advice.message if advice.field else f"{name}: {advice.message}"
    return Finding(Severity.ADVISED, advice.code, name, pointer(name), message, advice.hint, advice.rule)
