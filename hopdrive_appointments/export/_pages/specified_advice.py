"""The advice in the specification, with the pattern of a phone number and the check digit of a VIN."""

from __future__ import annotations

from collections.abc import Iterator

from ... import rules
from .links import links
from .markdown import code, table


def advice() -> Iterator[str]:
    """Yield the parts of the section about advice."""
    yield (
        "Advice has no effect on the answer. An implementation need not give any. It is about the values in the body "
        f"of an accepted request ({links(['D109'])})."
    )
    yield table(("code", "field", "given for", "rule"), _rows())
    yield (
        "White space around a text is any of U+0009 to U+000D and U+0020 at its beginning or end. Other white space, "
        "such as U+00A0, does not count."
    )
    yield "A phone number in E.164 format matches this pattern from start to end:"
    yield f"```text\n{rules.E164.pattern}\n```"
    yield (
        f"A VIN that is not malformed has a check digit if it begins with {', '.join(rules.VIN_CHECKED_REGIONS)}. The "
        f"check digit is character {rules.VIN_CHECK_POSITION + 1}. It is the remainder of a sum divided by "
        f"{len(rules.VIN_CHECK_DIGITS)}. The sum adds the value of each character multiplied by the weight of its "
        f"position. The remainder {len(rules.VIN_CHECK_DIGITS) - 1} is written as {code(rules.VIN_CHECK_DIGITS[-1])}."
    )
    yield f"The weights of the positions, from the first to the last: {', '.join(map(str, rules.VIN_WEIGHTS))}."
    letters = {letter: value for letter, value in rules.VIN_VALUES.items() if letter.isalpha()}
    yield table(tuple(map(code, letters)), [tuple(letters.values())])
    yield "The value of a digit is the digit. The table has the values of the letters."


def _rows() -> Iterator[tuple[object, ...]]:
    for row in rules.ADVICE:
        field = "every text" if row.field is None else code(row.field)
        yield code(row.code), field, rules.RULES[row.rule].statement, links([row.rule])
