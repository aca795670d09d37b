"""Find the line and column of values in JSON text, in one pass over the text.

Only the objects and arrays around a wanted value are read member by member. Regular expressions skip all other values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from attrs import Factory, define

Position: TypeAlias = tuple[int, int]
"""Line and column, from 1; columns in code points."""

# Repeated groups are atomic, (?>...), and not possessive: before Python 3.11.5, a possessive group also matches half of
# a repetition.
CHARACTERS: Final = r'[^"\\]*+(?>(?:\\.[^"\\]*+)*)'
STRING: Final = f'"{CHARACTERS}"'
_SCALAR: Final = rf'{STRING}|[^\s",:\[\]{{}}]++'
# An object or array without objects and arrays in it.
_FLAT: Final = rf'[\[{{][^"\[\]{{}}]*+(?>(?:{STRING}[^"\[\]{{}}]*+)*)[\]}}]'
# The name of the next member of an object, and its value unless that is an object or array; or the end of the object.
_MEMBER: Final = re.compile(rf'[\s,]*+(?:"({CHARACTERS})"\s*+:\s*+(?>({_SCALAR})?)|\}})', re.DOTALL)
# Members without nested values.
_MEMBERS: Final = re.compile(rf"(?>(?:[\s,]*+{STRING}\s*+:\s*+(?:{_SCALAR}|{_FLAT}))*)[\s,]*+", re.DOTALL)
# The next element of an array, or only its first bracket if it is an object or array; or the end of the array.
_ELEMENT: Final = re.compile(rf"[\s,]*+(?:({_SCALAR})|([\[{{])|\])", re.DOTALL)
# Everything before the next bracket that is not skipped, and the bracket. The group is an opening one.
_TO_BRACKET: Final = re.compile(
    rf'[^"\[\]{{}}]*+(?>(?:(?:{STRING}|{_FLAT})[^"\[\]{{}}]*+)*)(?:([\[{{])|[\]}}])', re.DOTALL
)
_COLON: Final = re.compile(r"[\s:]*+")
_SKIPPED: Final = 2048
"""The most characters of an object that are skipped at once. It bounds the search for a name that does not exist."""
_INDEX: Final = re.compile("0|[1-9][0-9]{0,17}")


def locate(text: bytes, pointers: Sequence[str]) -> list[Position]:
    """Return where the value at each JSON Pointer begins, or the nearest value around it if there is none.

    The text is JSON. The time and the memory are proportional to the sizes of the text and the pointers.
    """
    decoded = text.decode("utf-8", "replace")
    # Most texts with findings are the line of one body with one finding about a field.
    if len(pointers) == 1 and (offset := _offset_of_member(decoded, pointers[0])) is not None:
        return [(decoded.count("\n", 0, offset) + 1, offset - decoded.rfind("\n", 0, offset))]
    root = _Value(offset=len(decoded) - len(decoded.lstrip()))
    values = [_value_at(root, pointer) for pointer in pointers]
    _find_all(decoded, root, _nearest_offset(root))
    return _positions(Lines(decoded), values)


class ArrayLocator:
    """Finds values in the elements of an array that are given in portions, in one pass over the text for all portions.

    The text is JSON.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text.decode("utf-8", "replace")
        self._lines = Lines(self._text)
        self._array = _ArrayReader({})
        self._position = self._text.find("[") + 1

    def locate(self, pointers: Sequence[str]) -> list[Position]:
        """Return the places of values as `locate` does. They are in elements after those of the call before."""
        text, array, root = self._text, self._array, _Value(offset=self._lines.before)
        values = [_value_at(root, pointer) for pointer in pointers]
        array.wanted = {int(index): element for index, element in root.inside.items()}
        while array.wanted:
            self._position, element = array.next_wanted(text, self._position)
            if element is None:  # the text is not JSON
                break
            self._position = _after_value(text, *_find_all(text, element, self._position))
        return _positions(self._lines, values)


def _offset_of_member(text: str, pointer: str) -> int | None:
    """Return where the value of a member of the outermost object begins, or the object if it has no such member.

    Return None if that takes a search through the values in the object.
    """
    # Without a backslash, each name is written as it is.
    if not text.startswith("{") or "\\" in text or "~" in pointer or pointer.rfind("/") != 0:
        return None
    name = f'"{pointer[1:]}"'
    position = text.find(name)
    if position < 0:
        return 0
    if not _MEMBERS.fullmatch(text, 1, position):
        return None
    return _COLON.match(text, position + len(name)).end()  # type: ignore[union-attr]  # it can match nothing


@define(eq=False)
class _Value:
    """A value whose place is wanted, or that is around such a value."""

    around: _Value | None = None
    inside: dict[str, _Value] = Factory(dict)
    """The wanted values in it that are not found yet, by name or index."""
    offset: int | None = None
    """Where the value begins; None until it is found."""


def _value_at(root: _Value, pointer: str) -> _Value:
    """Return the value at a pointer, after adding it and the values around it to the wanted ones."""
    value = root
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~") if "~" in step else step
        inner = value.inside.get(name)
        if inner is None:
            inner = value.inside[name] = _Value(value)
        value = inner
    return value


def _nearest_offset(value: _Value) -> int:
    while value.offset is None and value.around is not None:
        value = value.around
    return value.offset or 0


@define(eq=False)
class _ObjectReader:
    """Reads the members of an object."""

    wanted: dict[str, _Value]
    """The values that are not found yet, by name."""

    def next_wanted(self, text: str, position: int) -> tuple[int, _Value | None]:
        """Find the next wanted value. Return it, and the position after it, or its first bracket.

        Return None and the position after the object if no wanted value follows.
        """
        wanted = self.wanted
        if len(wanted) == 1:
            position = _skip_members(text, position, *wanted)
        while wanted:
            for match in _MEMBER.finditer(text, position):
                name, scalar = match.groups()
                if name is None:
                    return match.end(), None
                value = wanted.pop(unescaped(name), None)
                if value is not None:
                    value.offset = match.end() if scalar is None else match.start(2)
                    return match.end(), value
                if scalar is None:
                    position = _after_bracket(text, match.end() + 1)
                    break
            else:  # the text is not JSON
                return len(text), None
        return _after_bracket(text, position), None


def _skip_members(text: str, position: int, name: str) -> int:
    """Return a position from which the member with a name follows, if it exists. This skips members at once."""
    if "\\" in name:  # JSON text would have another name in this form
        return position
    before = text.find(f'"{name}"', position, position + _SKIPPED)
    return before if before >= 0 and _MEMBERS.fullmatch(text, position, before) else position


@define(eq=False)
class _ArrayReader:
    """Reads the elements of an array."""

    wanted: dict[int, _Value]
    """The values that are not found yet, by index."""
    index: int = 0
    """The index of the next element."""

    def next_wanted(self, text: str, position: int) -> tuple[int, _Value | None]:
        """Find the next wanted value, as `next_wanted` of an object does."""
        wanted = self.wanted
        while wanted:
            for match in _ELEMENT.finditer(text, position):
                kind = match.lastindex
                if kind is None:
                    return match.end(), None
                value = wanted.pop(self.index, None)
                self.index += 1
                if value is not None:
                    value.offset = match.start(kind)
                    return match.end(1) if kind == 1 else match.start(2), value
                if kind == 2:
                    position = _after_bracket(text, match.end())
                    break
            else:  # the text is not JSON
                return len(text), None
        return _after_bracket(text, position), None


def _find_all(text: str, root: _Value, position: int) -> tuple[int, int]:
    """Set the offset of every wanted value in the root, which begins at a position.

    Stop at the place where no other can follow, and return it with the number of objects and arrays around it.
    """
    readers: list[_ObjectReader | _ArrayReader] = []  # outermost first
    found: _Value | None = root
    missing = 0  # the number of wanted values that can follow in the readers
    while True:
        if found is None:
            missing -= len(readers.pop().wanted)
        elif (reader := _reader_of(found, text[position : position + 1])) is not None:
            readers.append(reader)
            missing += len(reader.wanted)
            position += 1
        elif missing and text.startswith(("{", "["), position):
            position = _after_bracket(text, position + 1)
        if not missing:
            return position, len(readers)
        position, found = readers[-1].next_wanted(text, position)
        missing -= found is not None


def _reader_of(value: _Value, bracket: str) -> _ObjectReader | _ArrayReader | None:
    """Return a reader of the values in a value, or None if nothing in it is wanted."""
    if not value.inside:
        return None
    if bracket == "{":
        return _ObjectReader(value.inside)
    if bracket != "[":
        return None
    indexes = {int(step): inner for step, inner in value.inside.items() if _INDEX.fullmatch(step)}
    return _ArrayReader(indexes) if indexes else None


def _after_value(text: str, position: int, depth: int) -> int:
    """Return the position after the outermost of the objects and arrays around a place, and after a value there."""
    if text.startswith(("{", "["), position):
        position = _after_bracket(text, position + 1)
    for _ in range(depth):
        position = _after_bracket(text, position)
    return position


def _after_bracket(text: str, position: int) -> int:
    """Return the position after the object or array that contains this position."""
    depth = 1
    for match in _TO_BRACKET.finditer(text, position):
        depth += 1 if match.lastindex else -1
        if not depth:
            return match.end()
    return len(text)  # the text is not JSON


def unescaped(name: str) -> str:
    """Return the text of a name that is written in JSON, without its quotes."""
    if "\\" not in name:
        return name
    return str(json.loads(f'"{name}"'))


@define
class Lines:
    """Counts the lines up to offsets that ascend."""

    text: str
    line: int = 1
    line_start: int = 0
    before: int = 0
    """The offset that was counted last."""

    def position_of(self, offset: int) -> Position:
        """Return the position of an offset that is not before the last one."""
        if newlines := self.text.count("\n", self.before, offset):
            self.line += newlines
            self.line_start = self.text.rindex("\n", self.before, offset) + 1
        self.before = offset
        return self.line, offset - self.line_start + 1


def _positions(lines: Lines, values: Sequence[_Value]) -> list[Position]:
    """Return the positions of values in the same order, in one ascending pass over the text."""
    offsets = [_nearest_offset(value) for value in values]
    found = {offset: lines.position_of(offset) for offset in sorted(set(offsets))}
    return [found[offset] for offset in offsets]
