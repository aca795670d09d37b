"""The witnesses of the section about advice."""

from __future__ import annotations

import re
from typing import Final

from hopdrive_appointments.presubmit import check_patch
from tests.builders import NOW
from tests.test_specification_tables import tables
from tests.witnesses.claims import (
    Witnesses,
    advice,
    answer,
)
from tests.witnesses.units import PAGE


def _vin(start: str, digit: str) -> str:
    return f"{start}HGCM826{digit}3A004352"


_LETTERS: Final = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_WEIGHTS: Final = "test_advice.TestVin.test_one_right_digit"
ADVICE: Final[Witnesses] = {
    "Advice has no effect on the answer": lambda: (
        {name: value for name, value in answer(body={"vehicle_make": " x"}).items() if name != "record"}
        == {name: value for name, value in answer(body={"vehicle_make": "x"}).items() if name != "record"}
    ),
    "An implementation need not give any": lambda: "advice" not in answer(body={"vehicle_make": " x"}),
    "It is about the values in the body of an accepted request (D109)": lambda: (
        not check_patch(b'{"vehicle_make": " x", "y": 1}', now=NOW).advice and not advice(vehicle_color="x")
    ),
    "`phone_not_e164`: A consumer_phone that is not in E.164 format, such as +18045550142, gives advice.": lambda: (
        advice(consumer_phone="8045550142") == {"phone_not_e164"} and advice(consumer_phone="+18045550142") == set()
    ),
    "`vin_check_digit`: A well-formed VIN that begins with 1 to 5 or 7 and whose check digit does not match gives "
    "advice.": (
        lambda: all(
            any(advice(vehicle_vin=_vin(first, digit)) for digit in "0X") is (first in "123457")
            for first in "0123456789AJSWZ"
        )
    ),
    "`text_padded`: Text with white space around it gives advice.": lambda: (
        advice(driver_notes="x\n") == advice(consumer_name="x ") == {"text_padded"}
    ),
    "White space around a text is any of U+0009 to U+000D and U+0020 at its beginning or end": (
        "test_advice.TestPadding.test_white_space",
        lambda: (
            advice(driver_notes="\tx") == advice(vehicle_make=" x") == {"text_padded"}
            and not advice(vehicle_make="x x")
        ),
    ),
    "Other white space, such as U+00A0, does not count": lambda: not advice(vehicle_make="\u00a0x\u2003"),
    "A phone number in E.164 format matches this pattern from start to end:": lambda: all(
        (advice(consumer_phone=each) == set()) is (re.fullmatch(_phone_pattern(), each) is not None)
        for each in ("+12", "+1", "+", "+0123", "+18045550142", "+123456789012345", "+1234567890123456", "1 2", "+1 2")
    ),
    "A VIN that is not malformed has a check digit if it begins with 1, 2, 3, 4, 5, 7": lambda: all(
        any(advice(vehicle_vin=_vin(first, digit)) for digit in "0X") is (first in ("1", "2", "3", "4", "5", "7"))
        for first in "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
    ),
    "The check digit is character 9": lambda: (
        advice(vehicle_vin="1HGCM82633A004352") == set() and _vin("1", "3")[8] == "3"
    ),
    "It is the remainder of a sum divided by 11": lambda: _digit_of("1HGCM82633A004352") == "3",
    "The sum adds the value of each character multiplied by the weight of its position": _WEIGHTS,
    "The remainder 10 is written as `X`": lambda: (
        _digit_of("1M8GDM9AXKP042788") == "X" and not advice(vehicle_vin="1M8GDM9AXKP042788")
    ),
    "The weights of the positions, from the first to the last: 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, "
    "2": _WEIGHTS,
    "The value of a digit is the digit": _WEIGHTS,
    "The table has the values of the letters": lambda: (
        {name: int(value) for name, value in tables("Advice")[1][0].items()} == _LETTERS
        and all(
            (advice(vehicle_vin=vin) == set()) is (vin[8] == _digit_of(vin))
            for letter in _LETTERS
            for digit in "0123456789X"
            for vin in (f"1{letter}GCM826{digit}3A004352",)
        )
    ),
}


def _phone_pattern() -> str:
    return PAGE.partition("A phone number in E.164 format")[2].partition("```text\n")[2].partition("\n")[0]


def _digit_of(vin: str) -> str:
    """Return the check digit of a VIN, from the numbers of 49 CFR 565.15."""
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(
        weight * (int(each) if each.isdigit() else _LETTERS[each]) for each, weight in zip(vin, weights, strict=True)
    )
    return "0123456789X"[total % 11]


TABLES: Final = {"Advice": ADVICE}
