"""Advice: AD-1, AD-2, AD-3, and no other finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopdrive_appointments import Code, Finding, Severity, rules
from hopdrive_appointments._decide.advice import advise, check_digit_matches

TEXT_FIELDS = (
    "consumer_name",
    "consumer_phone",
    "vehicle_vin",
    "vehicle_make",
    "vehicle_model",
    "vehicle_color",
    "driver_notes",
)
# The tables of 49 CFR 565.15: the value of each character, and the weight of each of the seventeen positions.
VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_CHARACTERS = sorted(VALUES)


def right_digit(vin: str) -> str:
    """Return the right check digit of a VIN: the weighted sum modulo 11, with X for ten."""
    remainder = sum(VALUES[character] * weight for character, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def findings_on(**values: str | None) -> tuple[Finding, ...]:
    """Return the findings on the given values of an appointment without a reason to be pending."""
    return advise(values, ())


def advice_on(**values: str | None) -> list[tuple[Code, str | None, str, str]]:
    """Return the code, field, pointer and rule of each finding on the given values."""
    return [(each.code, each.field, each.pointer, each.rule) for each in findings_on(**values)]


@pytest.mark.rule("AD-1")
class TestPhone:
    """Phone numbers (AD-1)."""

    @pytest.mark.parametrize("phone", ["+18045550142", "+12", "+123456789012345", "+99999"])
    def test_e164_form(self, phone: str) -> None:
        """A plus sign and up to fifteen digits, the first not zero, have no advice."""
        assert findings_on(consumer_phone=phone) == ()

    @pytest.mark.parametrize(
        "phone",
        [
            "8045550142",
            "+1234567890123456",
            "+0123456",
            "+1 804 555 0142",
            "+1-804",
            "+1",
            "+",
            "00180455",
            "+1٢٣",
            "call",
        ],
        ids=ascii,
    )
    def test_other_form(self, phone: str) -> None:
        """Any other text has AD-1 as its only finding."""
        assert advice_on(consumer_phone=phone) == [(Code.PHONE_NOT_E164, "consumer_phone", "/consumer_phone", "AD-1")]


@pytest.mark.rule("AD-2")
class TestVin:
    """VIN check digits (AD-2)."""

    @pytest.mark.parametrize(
        "vin",
        [
            pytest.param("1HGCM82633A004352", id="digit 3"),
            pytest.param("1M8GDM9AXKP042788", id="digit X"),
            pytest.param("11111111111111111", id="all ones"),
            pytest.param("5GZCZ43D13S812715", id="region 5"),
        ],
    )
    def test_published_vins(self, vin: str) -> None:
        """Published VINs with a right check digit have no advice."""
        assert check_digit_matches(vin)
        assert findings_on(vehicle_vin=vin) == ()

    @pytest.mark.rule("D7")
    @pytest.mark.parametrize("vin", ["1HGCM82633A004353", "1M8GDM9A0KP042788", "1M8GDM9AAKP042788"])
    def test_wrong_check_digit(self, vin: str) -> None:
        """A well-formed VIN with a wrong check digit has AD-2 as its only finding."""
        assert advice_on(vehicle_vin=vin) == [(Code.VIN_CHECK_DIGIT, "vehicle_vin", "/vehicle_vin", "AD-2")]

    @pytest.mark.parametrize(
        "vin", ["1HGCM82633A00435", "1HGCM82633A0043531", "1hgcm82633a004353", "1HGCM82633A00435I"]
    )
    def test_malformed_vin(self, vin: str) -> None:
        """A malformed VIN, which is a reason to be pending, has no advice in addition."""
        assert advise({"vehicle_vin": vin}, (rules.VIN_MALFORMED,)) == ()

    @given(st.sampled_from("123457"), st.text(st.sampled_from(VIN_CHARACTERS), min_size=16, max_size=16))
    def test_one_right_digit(self, region: str, rest: str) -> None:
        """For a VIN from region 1 to 5 or 7, exactly the check digit of 49 CFR 565.15 is accepted."""
        vin = region + rest
        matching = [each for each in VIN_CHARACTERS if check_digit_matches(vin[:8] + each + vin[9:])]
        assert matching == [right_digit(vin)]

    @given(
        st.sampled_from(sorted(set(VIN_CHARACTERS) - set("123457"))),
        st.text(st.sampled_from(VIN_CHARACTERS), min_size=16, max_size=16),
    )
    def test_other_regions(self, region: str, rest: str) -> None:
        """A VIN from any other region may have any ninth character."""
        assert check_digit_matches(region + rest)
        assert findings_on(vehicle_vin=region + rest) == ()


@pytest.mark.rule("AD-3")
class TestPadding:
    """White space around text (AD-3)."""

    @pytest.mark.rule("D13")
    @pytest.mark.parametrize("field", TEXT_FIELDS)
    @pytest.mark.parametrize("text", [" a", "a ", " a b "], ids=repr)
    def test_padded_text(self, field: str, text: str) -> None:
        """A space before or after the text has AD-3 in each text field."""
        assert (Code.TEXT_PADDED, field, f"/{field}", "AD-3") in advice_on(**{field: text})

    @pytest.mark.parametrize("space", list("\t\n\v\f\r "), ids=ascii)
    def test_white_space(self, space: str) -> None:
        """Each of U+0009 to U+000D and U+0020 counts as white space."""
        assert advice_on(driver_notes=f"{space}a") == [(Code.TEXT_PADDED, "driver_notes", "/driver_notes", "AD-3")]

    @pytest.mark.parametrize("text", ["a b", "a\nb", "\u00a0a\u00a0", "\u2003a", "\u200ba", "\u0085a"], ids=ascii)
    def test_other_spaces(self, text: str) -> None:
        """White space inside the text and other Unicode spaces around it have no advice."""
        assert findings_on(driver_notes=text) == ()


def test_no_values() -> None:
    """Fields that are missing or null have no advice."""
    assert advise({}, ()) == ()
    assert advise(dict.fromkeys(TEXT_FIELDS), ()) == ()


def test_all_advice() -> None:
    """All advice is given together, with the severity advised and the field name in the message."""
    findings = findings_on(
        consumer_name="Ada ", consumer_phone=" 1", vehicle_vin="1HGCM82633A004353", driver_notes="ok"
    )
    assert {(each.code, each.field) for each in findings} == {
        (Code.TEXT_PADDED, "consumer_name"),
        (Code.TEXT_PADDED, "consumer_phone"),
        (Code.PHONE_NOT_E164, "consumer_phone"),
        (Code.VIN_CHECK_DIGIT, "vehicle_vin"),
    }
    assert {each.severity for each in findings} == {Severity.ADVISED}
    assert all(str(each.field) in each.message for each in findings)
