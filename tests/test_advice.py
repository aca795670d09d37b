"""Advice is what is worth a look in an accepted request: AD-1, AD-2 and AD-3, and nothing besides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Code, Severity
from hopdrive_appointments.advice import advise, check_digit_matches

TEXT_FIELDS = (
    "consumer_name",
    "consumer_phone",
    "vehicle_vin",
    "vehicle_make",
    "vehicle_model",
    "vehicle_color",
    "driver_notes",
)
# 49 CFR 565.15, written out: the value of each character, and the weight of each of the seventeen positions.
VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
LETTERS = sorted(VALUES)


def right_digit(vin: str) -> str:
    """Return the check digit that a VIN ought to have: the weighted sum modulo 11, X for ten."""
    remainder = sum(VALUES[letter] * weight for letter, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def given_advice(**values: str | None) -> list[tuple[Code, str | None, str, str]]:
    """Return what distinguishes the findings that values get."""
    return [(each.code, each.field, each.pointer, each.rule) for each in advise(values)]


def test_no_values_get_no_advice() -> None:
    """Without a value there is nothing to advise on, be the field left out or null."""
    assert advise({}) == []
    assert advise(dict.fromkeys(TEXT_FIELDS)) == []


@pytest.mark.parametrize("phone", ["+18045550142", "+12", "+123456789012345", "+99999"])
def test_a_phone_in_e164_form_gets_no_advice(phone: str) -> None:
    """A plus sign and up to fifteen digits, the first not a zero, are in E.164 form."""
    assert advise({"consumer_phone": phone}) == []


@pytest.mark.parametrize(
    "phone",
    ["8045550142", "+1234567890123456", "+0123456", "+1 804 555 0142", "+1-804", "+1", "+", "00180455", "+1٢٣", "call"],
    ids=ascii,
)
def test_a_phone_in_another_form_is_advised(phone: str) -> None:
    """A phone number that is not E.164 gets AD-1, and nothing else."""
    assert given_advice(consumer_phone=phone) == [(Code.PHONE_NOT_E164, "consumer_phone", "/consumer_phone", "AD-1")]


@pytest.mark.parametrize(
    "vin",
    [
        pytest.param("1HGCM82633A004352", id="digit 3"),
        pytest.param("1M8GDM9AXKP042788", id="digit X"),
        pytest.param("11111111111111111", id="all ones"),
        pytest.param("5GZCZ43D13S812715", id="region 5"),
    ],
)
def test_a_published_vin_gets_no_advice(vin: str) -> None:
    """VINs of which the check digit is known to be right get no advice."""
    assert check_digit_matches(vin)
    assert advise({"vehicle_vin": vin}) == []


@pytest.mark.parametrize("vin", ["1HGCM82633A004353", "1M8GDM9A0KP042788", "1M8GDM9AAKP042788"])
def test_a_wrong_check_digit_is_advised(vin: str) -> None:
    """A well-formed VIN whose prescribed check digit does not match gets AD-2, and nothing else."""
    assert given_advice(vehicle_vin=vin) == [(Code.VIN_CHECK_DIGIT, "vehicle_vin", "/vehicle_vin", "AD-2")]


@pytest.mark.parametrize("vin", ["1HGCM82633A00435", "1HGCM82633A0043531", "1hgcm82633a004353", "1HGCM82633A00435I"])
def test_a_malformed_vin_gets_no_advice(vin: str) -> None:
    """A VIN that is a reason to be pending is not advised on as well."""
    assert advise({"vehicle_vin": vin}) == []


@given(st.sampled_from("123457"), st.text(st.sampled_from(LETTERS), min_size=16, max_size=16))
def test_one_check_digit_in_eleven_matches(region: str, rest: str) -> None:
    """Of all that could stand in the ninth place of a VIN from 1 to 5 or 7, one matches: the one of the regulation."""
    vin = region + rest
    matching = [each for each in LETTERS if check_digit_matches(vin[:8] + each + vin[9:])]
    assert matching == [right_digit(vin)]


@given(
    st.sampled_from(sorted(set(LETTERS) - set("123457"))), st.text(st.sampled_from(LETTERS), min_size=16, max_size=16)
)
def test_no_check_digit_is_asked_of_other_regions(region: str, rest: str) -> None:
    """A VIN that begins with anything but 1 to 5 or 7 may have any ninth character."""
    assert check_digit_matches(region + rest)
    assert advise({"vehicle_vin": region + rest}) == []


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("text", [" a", "a ", " a b "], ids=repr)
def test_white_space_around_any_text_is_advised(field: str, text: str) -> None:
    """Every text field with a space before or after its text gets AD-3."""
    assert (Code.TEXT_PADDED, field, f"/{field}", "AD-3") in given_advice(**{field: text})


@pytest.mark.parametrize("space", list("\t\n\v\f\r "), ids=ascii)
def test_white_space_is_the_six_characters(space: str) -> None:
    """Each of U+0009 to U+000D and U+0020 counts as white space around a text."""
    assert given_advice(driver_notes=f"{space}a") == [(Code.TEXT_PADDED, "driver_notes", "/driver_notes", "AD-3")]


@pytest.mark.parametrize("text", ["a b", "a\nb", "\u00a0a\u00a0", "\u2003a", "\u200ba", "\u0085a"], ids=ascii)
def test_other_spaces_are_not_advised(text: str) -> None:
    """White space inside a text, or of another kind, is nobody's business."""
    assert advise({"driver_notes": text}) == []


def test_all_advice_comes_at_once() -> None:
    """Every text with something to it gets its own finding, none of them refuses or flags, and each names its field."""
    values = {"consumer_name": "Ada ", "consumer_phone": " 1", "vehicle_vin": "1HGCM82633A004353", "driver_notes": "ok"}
    findings = advise(values)
    assert {(each.code, each.field) for each in findings} == {
        (Code.TEXT_PADDED, "consumer_name"),
        (Code.TEXT_PADDED, "consumer_phone"),
        (Code.PHONE_NOT_E164, "consumer_phone"),
        (Code.VIN_CHECK_DIGIT, "vehicle_vin"),
    }
    assert {each.severity for each in findings} == {Severity.ADVISED}
    assert all(str(each.field) in each.message for each in findings)
