"""Convert records, findings, verdicts and events to JSON, for a store or a message queue, and back without loss.

Only a lone surrogate in the name of an unknown field or trigger is lost: it becomes U+FFFD (D120).

`encode` and `decode` work on JSON text, `unstructure` and `structure` on plain dicts. A record is checked when
it is read. Derived members (a finding's provenance, a verdict's `accepted`, an event's effect) are written for readers
in other languages, and recomputed on load.

`parse` is the strict JSON parser that every body goes through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter, eq
from types import UnionType
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin, overload

from attrs import fields as attributes_of
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.v import format_exception

from . import rules
from ._grammar.problems import InvalidValue
from ._grammar.times import format_time, parse_time
from ._grammar.values import CHECKERS
from ._json.frozen import JsonObject, JsonValue, thaw
from ._json.i_json import i_json_text
from ._json.python_objects import class_name, describe, has_class, name_of_class, plain
from ._json.quoting import listed, quote, shorten
from ._json.strict import JsonInvalid, parse
from ._possible import impossibility
from ._record_json import record_from_plain, record_to_json, value_to_json
from .client_fields import ClientFields, FieldValue
from .errors import AppointmentError
from .events import AppointmentCreated, Change, Event, FieldsChanged, StatusChanged
from .records import Record
from .rules import Code, Operation, Severity, Status, Trigger
from .verdict import Finding, RecordInvalid, Verdict

__all__ = ["CodecError", "Encodable", "JsonInvalid", "decode", "encode", "parse", "structure", "unstructure"]

Encodable: TypeAlias = Record | Finding | Verdict | Event
"""What the codec writes and reads."""
T = TypeVar("T", bound=Encodable)

_EVENT_KINDS: Final[dict[str, type[Any]]] = {
    "appointment_created": AppointmentCreated,
    "fields_changed": FieldsChanged,
    "status_changed": StatusChanged,
}
_LONGEST_MESSAGE: Final = 2000
_ENCODABLE: Final = (Record, Finding, Verdict, *_EVENT_KINDS.values())


class CodecError(AppointmentError, ValueError):
    """A value cannot be written or read. The message names each place."""


def unstructure(value: Encodable) -> dict[str, JsonValue]:
    """Return a record, finding, verdict or event as a new JSON object.

    Raises CodecError for anything else, such as a request.
    """
    if not issubclass(type(value), _ENCODABLE):
        raise CodecError(f"the codec writes records, findings, verdicts and events, not {class_name(value)}")
    return {name: _plain(member) for name, member in _CONVERTER.unstructure(value).items()}


def _plain(value: Any) -> JsonValue:
    """Return a JSON value in which members of enumerations are plain text."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return i_json_text(str(value)) if isinstance(value, str) else value


@overload
def structure(kind: type[T], value: object) -> T: ...
@overload
def structure(kind: UnionType, value: object) -> Event: ...
def structure(kind: Any, value: object) -> object:
    """Return the record, finding, verdict or event that a JSON object describes; `Event` reads an event of any kind.

    Raises RecordInvalid for a record that is not consistent, and CodecError for any other invalid input, such as an
    event that the lifecycle cannot produce (D122).
    """
    return _structure(kind, plain(value))


def _structure(kind: Any, value: object) -> object:
    """Return the value that plain JSON values describe."""
    if not _is_kind(kind):
        name = name_of_class(kind) if has_class(kind, type) else class_name(kind)
        raise CodecError(f"the codec reads Record, Finding, Verdict, Event and the event classes, not {name}")
    if kind is Record:
        return record_from_plain(value)
    try:
        return _CONVERTER.structure(value, kind)
    except BaseValidationError as error:
        messages = "; ".join(transform_error(error, format_exception=_explanation))
        raise CodecError(shorten(messages, _LONGEST_MESSAGE)) from None
    except (AppointmentError, ValueError, TypeError) as error:
        raise CodecError(shorten(str(error), _LONGEST_MESSAGE)) from None


def _is_kind(kind: object) -> bool:
    """Return whether the codec reads a kind. Classes are compared by identity: an object can define equality."""
    return any(kind is each for each in _ENCODABLE) or (type(kind) is UnionType and kind == Event)


def _explanation(error: BaseException, kind: type | None) -> str:
    """Return the message of a hook as it is, and what cattrs makes of any other exception."""
    if isinstance(error, ForbiddenExtraKeysError):
        return f"has unknown keys: {listed(map(quote, sorted(error.extra_fields)))}"
    if isinstance(error, RecordInvalid):
        return str(error).replace("\n- ", "; ")
    return str(error) if type(error) in (ValueError, TypeError) else format_exception(error, kind)


def encode(value: Encodable) -> bytes:
    """Return a record, finding, verdict or event as JSON text: one line, in ASCII."""
    return json.dumps(unstructure(value), separators=(",", ":"), allow_nan=False).encode()


@overload
def decode(kind: type[T], text: bytes) -> T: ...
@overload
def decode(kind: UnionType, text: bytes) -> Event: ...
def decode(kind: Any, text: bytes) -> object:
    """Return the value that `encode` wrote.

    Raises JsonInvalid for text that is not I-JSON, and the exceptions of `structure`.
    """
    return _structure(kind, parse(text))


def _text(value: object, _: object) -> str:
    if type(value) is not str:
        raise TypeError(f"must be text, not {describe(value)}")
    return value


def _integer(value: object, _: object) -> int:
    if type(value) is not int:
        raise TypeError(f"must be an integer, not {describe(value)}")
    if abs(value) > rules.INTEGER_MAXIMUM.value:
        raise ValueError(f"must not be beyond {rules.INTEGER_MAXIMUM.value}")
    return value


def _text_or_integer(value: object, kind: object) -> object:
    return value if value is None or type(value) is str else _integer(value, kind)


def _member_of(enumeration: Callable[[str], object]) -> Callable[[object, object], object]:
    def structure_member(value: object, _: object) -> object:
        name = _text(value, _)
        try:
            return enumeration(name)
        except ValueError:
            raise ValueError(f"does not know {quote(name)}") from None

    return structure_member


def _is_tuple(kind: Any) -> bool:
    origin: object = get_origin(kind)
    return origin is tuple


def _tuple(value: object, kind: Any) -> tuple[object, ...]:
    if type(value) is not list:
        raise TypeError(f"must be an array, not {describe(value)}")
    return tuple(_CONVERTER.structure(element, get_args(kind)[0]) for element in value)


def _time(value: object, _: object) -> datetime:
    try:
        return parse_time(value)
    except InvalidValue as invalid:
        raise ValueError(str(invalid)) from None


def _value(name: str, value: object) -> FieldValue:
    field = rules.FIELDS[name]
    if value is None and field.nullable:
        return None
    try:
        return CHECKERS[field.kind](value, None)
    except InvalidValue as invalid:
        raise ValueError(f"{name} {invalid}") from None


def _fields(value: object, _: object) -> ClientFields:
    if not isinstance(value, dict) or value.keys() != rules.FIELDS.keys():
        raise ValueError("must have exactly the client fields as keys")
    return ClientFields.from_values({name: _value(name, member) for name, member in value.items()})


def _fields_to_json(fields: ClientFields) -> dict[str, JsonValue]:
    return {name: value_to_json(value) for name, value in fields.items()}


def _is_change(member: tuple[object, object]) -> bool:
    name, change = member
    return name in rules.FIELDS and isinstance(change, dict) and change.keys() == {"before", "after"}


def _changes(value: object, _: object) -> dict[str, Change]:
    if not isinstance(value, dict) or not all(map(_is_change, value.items())):
        raise ValueError("must have client fields as keys, each with before and after")
    return {name: Change(_value(name, each["before"]), _value(name, each["after"])) for name, each in value.items()}


def _changes_to_json(changes: Mapping[str, Change]) -> dict[str, JsonValue]:
    return {
        name: {"before": value_to_json(change.before), "after": value_to_json(change.after)}
        for name, change in changes.items()
    }


def _register(converter: Converter, kind: type[Any], derived: Mapping[str, Callable[[Any], object]]) -> None:
    """Read and write a class by its attributes. Derived members are written, and ignored on load."""
    read = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)
    write = make_dict_unstructure_fn(kind, converter)
    names = {attribute.name for attribute in attributes_of(kind)}

    def structure_one(value: Any, _: object) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"must be an object, not {describe(value)}")
        if missing := names - value.keys():
            raise ValueError(f"does not have {', '.join(sorted(missing))}")
        result = read({name: member for name, member in value.items() if name not in derived}, kind)
        if problem := impossibility(result):
            raise ValueError(problem)
        return result

    def unstructure_one(value: Any) -> dict[str, Any]:
        return {**{name: derive(value) for name, derive in derived.items()}, **write(value)}

    converter.register_structure_hook(kind, structure_one)
    converter.register_unstructure_hook(kind, unstructure_one)


def _event(value: Any, _: object) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("event"), str) or value["event"] not in _EVENT_KINDS:
        raise ValueError(f"event must be one of {', '.join(_EVENT_KINDS)}")
    return _CONVERTER.structure(value, _EVENT_KINDS[value["event"]])


def _event_name(name: str) -> Callable[[object], str]:
    return lambda _: name


def _build_converter() -> Converter:
    converter = Converter(detailed_validation=True)
    converter.register_structure_hook(int, _integer)
    converter.register_structure_hook(str, _text)
    for enumeration in (Severity, Code, Operation, Trigger, Status):
        # Each needs its own hook; otherwise cattrs would use the hook for str.
        converter.register_structure_hook(enumeration, _member_of(enumeration))
    converter.register_structure_hook_func(_is_tuple, _tuple)
    converter.register_structure_hook_func(partial(eq, str | int | None), _text_or_integer)
    converter.register_structure_hook(datetime, _time)
    converter.register_unstructure_hook(datetime, format_time)
    converter.register_unstructure_hook(JsonObject, thaw)
    converter.register_structure_hook(Record, lambda value, _: record_from_plain(value))
    converter.register_unstructure_hook(Record, record_to_json)
    converter.register_structure_hook(ClientFields, _fields)
    converter.register_unstructure_hook(ClientFields, _fields_to_json)
    converter.register_structure_hook_func(partial(eq, Mapping[str, Change]), _changes)
    converter.register_unstructure_hook_func(partial(eq, Mapping[str, Change]), _changes_to_json)
    _register(converter, Finding, {"provenance": attrgetter("provenance")})
    _register(converter, Verdict, {"accepted": attrgetter("accepted")})
    for name, kind in _EVENT_KINDS.items():
        effect = {"effect": attrgetter("effect")} if kind is StatusChanged else {}
        _register(converter, kind, {"event": _event_name(name), **effect})
    converter.register_structure_hook_func(partial(eq, Event), _event)
    return converter


_CONVERTER: Final = _build_converter()
