"""Python objects that raise, lie or exhaust resources when code inspects them.

Tests refer to them by name, because pytest itself cannot represent some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final, NoReturn

_KEPT = {"__new__", "__init__", "__init_subclass__", "__subclasshook__", "__class__", "__doc__"}


class Hostile(Exception):
    """The exception that hostile objects raise."""


def _raise(*_: object, **__: object) -> NoReturn:
    raise Hostile


def hostile(base: type, *arguments: object) -> Any:
    """Return an instance of a subclass of `base` in which every method that can be overridden raises."""
    methods = dict.fromkeys(set(dir(base)) - _KEPT, _raise)
    return type(f"Hostile{base.__name__.title()}", (base,), {**methods, "__class__": property(_raise)})(*arguments)


def liar(claimed: type) -> object:
    """Return a plain object whose `__class__` claims another class."""
    return type("Liar", (), {"__class__": property(lambda _: claimed)})()


def instance_with_metaclass(**metaclass: object) -> object:
    """Return an instance of a class whose metaclass has these attributes."""
    return type("HostileMeta", (type,), {"__hash__": type.__hash__, **metaclass})("Odd", (), {})()


def released() -> memoryview:
    """Return a released memoryview, whose content can no longer be read."""
    view = memoryview(b"{}")
    view.release()
    return view


class HostileMapping(Mapping[str, object]):
    """A mapping in which every method raises."""

    def __getitem__(self, name: str) -> object:
        raise Hostile

    def __iter__(self) -> Iterator[str]:
        raise Hostile

    def __len__(self) -> int:
        raise Hostile


class OddItems(dict[str, object]):
    """A dict whose `items` method raises."""

    def items(self) -> NoReturn:
        """Raise."""
        raise Hostile


class UnevenMapping(HostileMapping):
    """A mapping whose items are not pairs."""

    def items(self) -> Any:
        """Return a list of numbers."""
        return [1, 2, 3]


class Calling(HostileMapping):
    """A mapping that calls a function when it is read, and then has the given members. It can be a key."""

    __hash__ = object.__hash__

    def __init__(self, function: Callable[[], object], **members: object) -> None:
        self._function, self._members = function, members

    def items(self) -> Any:
        """Call the function, and return the members."""
        self._function()
        return self._members.items()


class Counting(HostileMapping):
    """A mapping that counts how often it is read."""

    def __init__(self, size: int = 3) -> None:
        self.reads, self._size = 0, size

    def items(self) -> Any:
        """Count the call, and return the items."""
        self.reads += 1
        return self._items()

    def _items(self) -> Any:
        raise NotImplementedError


class Endless(Counting):
    """A mapping whose items have no end."""

    def _items(self) -> Any:
        return ((str(number), number) for number in count())


class Unending(Counting):
    """A mapping whose items end with an exception."""

    def _items(self) -> Any:
        yield "a", 1
        raise Hostile


class OddKeys(Counting):
    """A mapping whose keys are numbers."""

    def _items(self) -> Any:
        return ((number, number) for number in range(self._size))


class HashableDict(dict[Any, Any]):
    """A dict that can be a key."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # a dict has none


class HostileKey(str):
    """A hashable text key whose other methods raise."""

    def __getattribute__(self, name: str) -> Any:
        raise Hostile

    def __str__(self) -> str:
        raise Hostile

    def __len__(self) -> int:
        raise Hostile

    def __iter__(self) -> Iterator[str]:
        raise Hostile

    __hash__ = str.__hash__


class Twin(str):
    """A text key that equals only itself, so that a dict can have two with the same text."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = str.__hash__


def nested(levels: int, leaf: object = None) -> object:
    """Return arrays nested to the given number of levels around a leaf."""
    value = leaf
    for _ in range(levels):
        value = [value]
    return value


def _cyclic_list() -> object:
    value: list[object] = []
    value += [value, value]
    return value


def _cyclic_dict() -> object:
    value: dict[str, object] = {}
    value.update(a=value, b=[value])
    return value


def _doubled(levels: int) -> object:
    value: object = 1.5
    for _ in range(levels):
        value = [value, value]
    return value


# fmt: off
OBJECTS: Final[dict[str, object]] = {
    "str": hostile(str, "text"), "int": hostile(int, 7), "float": hostile(float, 1.5), "bytes": hostile(bytes, b"{}"),
    "dict": hostile(dict, {"a": 1}), "list": hostile(list, [1]), "tuple": hostile(tuple, (1,)),
    "datetime": hostile(datetime, 2031, 1, 1, 0, 0, 0, 0, UTC),
    "object": hostile(object), "mapping": HostileMapping(), "dict without items": OddItems(a=1),
    "mapping without pairs": UnevenMapping(), "keys": {HostileKey("a"): 1}, "keys that are not text": {1: 2, None: 3},
    "liar: dict": liar(dict), "liar: list": liar(list), "liar: str": liar(str), "liar: int": liar(int),
    "liar: bool": liar(bool), "liar: bytes": liar(bytes), "liar: datetime": liar(datetime),
    "cyclic list": _cyclic_list(), "cyclic dict": _cyclic_dict(),
    "exploding": _doubled(31), "deep": nested(100_000), "deep object": {"a": nested(100_000)},
    "huge": 10**5000, "huge of a subclass": hostile(int, 10**5000), "huge and negative": -(10**5000),
    "nan": float("nan"), "infinite": float("inf"), "infinite of a subclass": hostile(float, "-inf"),
    "surrogate": "a\ud800", "surrogate key": {"\udfff": 1}, "true": True, "bytes in a dict": {"a": b"\xff"},
    "decimal": Decimal("NaN"), "complex": 1j, "set": {1}, "ellipsis": ..., "class": int, "generator": (n for n in [1]),
    "released memory": released(),
}
# Instances of hostile classes.
CLASSES: Final[dict[str, object]] = {
    "class without a hash": instance_with_metaclass(__hash__=_raise),
    "class without equality": instance_with_metaclass(__eq__=_raise),
    "class without a name": instance_with_metaclass(__name__=property(_raise)),
    "class without attributes": instance_with_metaclass(__getattribute__=_raise),
    "class that equals str": instance_with_metaclass(__eq__=lambda *_: True, __hash__=lambda _: hash(str)),
}
# fmt: on
EVERYTHING: Final = {**OBJECTS, **CLASSES}
