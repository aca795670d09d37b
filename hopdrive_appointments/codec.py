"""JSON at the door: strict text to a body, and records, findings, verdicts and events to JSON and back, exactly.

What a table or another value implies (a finding's provenance, a verdict's `accepted`, an effect) is written for the
reader, and on the way back computed again rather than believed.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Final, TypeVar, get_args, get_origin

from attrs import fields as attributes_of
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from . import rules
from .errors import AppointmentError
from .events import AppointmentCreated, Change, Event, FieldsChanged, StatusChanged
from .findings import Finding
from .json_values import JsonObject, JsonValue, thaw
from .records import Record, record_to_json
from .rules import Code, Operation, Severity, Status, Trigger
from .snapshots import record_from_json
from .strict_json import JsonInvalid, ParsedJson, parse
from .values import FieldValue, Invalid, check, format_time, parse_time
from .verdict import Verdict

__all__ = ["CodecError", "JsonInvalid", "ParsedJson", "decode", "encode", "parse", "structure", "unstructure"]

Coded = Record | Finding | Verdict | Event
_T = TypeVar("_T", bound=Coded)


class CodecError(AppointmentError, ValueError):
    """A JSON value is not what it should be read as; the message names every place."""


def unstructure(value: Coded) -> dict[str, JsonValue]:
    """Return a record, finding, verdict or event as a JSON object of its own."""
    return {name: _plain(member) for name, member in _CONVERTER.unstructure(value).items()}


def _plain(value: Any) -> JsonValue:
    """Return a JSON value with the members of enumerations as the text that they stand for."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return str(value) if isinstance(value, str) else value


def structure(kind: type[_T], value: object) -> _T:
    """Return the record, finding, verdict or event that a JSON object describes. For an event of any kind, `Event`.

    Raises Refused for a record that is not consistent, and CodecError for anything else that does not fit.
    """
    if kind is Record:
        return record_from_json(value)  # type: ignore[return-value]  # _T is Record here
    try:
        return _CONVERTER.structure(value, kind)
    except BaseValidationError as error:
        raise CodecError("; ".join(transform_error(error))) from None
    except (AppointmentError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CodecError(f"{type(error).__name__}: {error}") from None


def encode(value: Coded) -> bytes:
    """Return a record, finding, verdict or event as JSON text: one line, ASCII."""
    return json.dumps(unstructure(value), separators=(",", ":"), allow_nan=False).encode()


def decode(kind: type[_T], text: bytes) -> _T:
    """Return what `encode` wrote; raises JsonInvalid beside what `structure` raises."""
    return structure(kind, parse(text))


_EVENT_KINDS: Final[dict[str, type[Any]]] = {
    "appointment_created": AppointmentCreated,
    "fields_changed": FieldsChanged,
    "status_changed": StatusChanged,
}


def _strictly(kind: type) -> Callable[[object, object], object]:
    def check_type(value: object, _: object) -> object:
        if type(value) is not kind:
            raise TypeError(f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    return check_type


def _word(value: object, words: Any) -> object:
    if type(value) is not str:
        raise TypeError(f"must be text, not {type(value).__name__}")
    return words(value)


def _is_tuple(kind: Any) -> bool:
    origin: object = get_origin(kind)
    return origin is tuple


def _tuple(value: object, kind: Any) -> tuple[object, ...]:
    if type(value) is not list:
        raise TypeError(f"must be an array, not {type(value).__name__}")
    return tuple(_CONVERTER.structure(element, get_args(kind)[0]) for element in value)


def _citing(structure_finding: Callable[[object, object], Finding]) -> Callable[[object, object], Finding]:
    def structure_one(value: object, kind: object) -> Finding:
        finding = structure_finding(value, kind)
        if finding.rule not in rules.RULE:
            raise ValueError(f"{finding.rule!r} is no rule")
        return finding

    return structure_one


def _constantly(value: str) -> Callable[[object], JsonValue]:
    return lambda _: value


def _time(value: object, _: object) -> datetime:
    time = parse_time(value)
    if isinstance(time, Invalid):
        raise ValueError(time.problems[0].message)
    return time


def _value(name: str, value: object) -> FieldValue:
    if value is None and rules.FIELD[name].nullable:
        return None
    checked = check(rules.FIELD[name].kind, value)
    if isinstance(checked, Invalid):
        raise ValueError(f"{name} {checked.problems[0].message}")
    return checked


def _values(value: object, _: object) -> dict[str, FieldValue]:
    if not isinstance(value, dict) or value.keys() != rules.FIELD.keys():
        raise ValueError("must have exactly the client fields as keys")
    return {name: _value(name, value[name]) for name in rules.FIELD}


def _changes(value: object, _: object) -> dict[str, Change]:
    if not isinstance(value, dict) or any(each.keys() != {"before", "after"} for each in value.values()):
        raise ValueError("must have fields as keys, each with before and after")
    return {name: Change(_value(name, each["before"]), _value(name, each["after"])) for name, each in value.items()}


def _add_exactly(
    converter: Converter, kind: type[Any], derived: Mapping[str, Callable[[Any], object]], **renamed: str
) -> None:
    """Read and write a class by its attributes; what is derived is written, and passed over where it is read."""
    overrides: Any = {attribute: override(rename=name) for attribute, name in renamed.items()}
    read = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **overrides)
    write = make_dict_unstructure_fn(kind, converter, **overrides)
    names = {renamed.get(attribute.name, attribute.name) for attribute in attributes_of(kind)}

    def structure_one(value: Any, _: object) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"must be an object, not {type(value).__name__}")
        if missing := names - value.keys():
            raise ValueError(f"{', '.join(sorted(missing))} missing")
        if not all(isinstance(name, str) for name in value):
            raise ValueError("has a key that is not text")
        return read({name: member for name, member in value.items() if name not in derived}, kind)

    def unstructure_one(value: Any) -> dict[str, Any]:
        return {**{name: derive(value) for name, derive in derived.items()}, **write(value)}

    converter.register_structure_hook(kind, structure_one)
    converter.register_unstructure_hook(kind, unstructure_one)


def _event(value: Any, _: object) -> Any:
    if not isinstance(value, dict) or value.get("event") not in _EVENT_KINDS:
        raise ValueError(f"event must be one of {', '.join(_EVENT_KINDS)}")
    return _CONVERTER.structure(value, _EVENT_KINDS[value["event"]])


def _build_converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for kind in (int, str, bool):
        converter.register_structure_hook(kind, _strictly(kind))
    for words in (Severity, Code, Operation, Trigger, Status):
        # One by one: the hook for str would be taken for them, too.
        converter.register_structure_hook(words, _word)
    converter.register_structure_hook_func(_is_tuple, _tuple)
    converter.register_structure_hook(datetime, _time)
    converter.register_unstructure_hook(datetime, format_time)
    converter.register_unstructure_hook(JsonObject, thaw)
    converter.register_structure_hook(Record, lambda value, _: record_from_json(value))
    converter.register_unstructure_hook(Record, record_to_json)
    converter.register_structure_hook_func(partial(operator.eq, dict[str, FieldValue]), _values)
    converter.register_structure_hook_func(partial(operator.eq, dict[str, Change]), _changes)
    _add_exactly(converter, Finding, {"provenance": attrgetter("provenance")})
    converter.register_structure_hook(Finding, _citing(converter.get_structure_hook(Finding)))
    _add_exactly(converter, Verdict, {"accepted": attrgetter("accepted")})
    for name, kind in _EVENT_KINDS.items():
        derived = {"event": _constantly(name)}
        if kind is StatusChanged:
            derived["effect"] = attrgetter("effect")
        _add_exactly(converter, kind, derived, _fields="fields", _changes="changes")
    converter.register_structure_hook_func(partial(operator.eq, Event), _event)
    return converter


_CONVERTER: Final = _build_converter()
