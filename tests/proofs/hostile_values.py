"""Random Python values whose own code acts on a world, and lies."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from typing import Any, Final

from hopdrive_appointments import JsonObject, PatchRequest, Record
from tests.hostile import CLASSES, HashableDict, HostileKey, Twin, liar, released
from tests.proofs.hostile_worlds import Phase, World

_READING: Final = (
    *("__getitem__", "__iter__", "__len__", "__contains__", "__reversed__", "__bool__", "__length_hint__"),
    *("__eq__", "__ne__", "__lt__", "__hash__", "__str__", "__repr__", "__format__", "__int__", "__float__"),
    *("__index__", "__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getattribute__", "encode", "isascii"),
    *("items", "keys", "values", "get", "copy", "utcoffset", "isoformat", "astimezone", "timestamp", "__sub__"),
)
"""The methods that hostile classes override."""
_CLAIMED: Final = (dict, list, str, int, bool, bytes, datetime, Record, JsonObject, PatchRequest, Coroutine)
"""The classes that hostile values claim to be instances of."""


class HostileZone(tzinfo):
    """A time zone whose methods do anything."""

    def __init__(self, world: World) -> None:
        self._world = world

    def utcoffset(self, moment: datetime | None) -> Any:
        """Act, and return an offset, or something else."""
        self._world.act()
        return self._world.random.choice((timedelta(hours=1), timedelta(0), None, timedelta(hours=25), "1"))

    def dst(self, moment: datetime | None) -> Any:
        """Act, and return an offset, or something else."""
        return self.utcoffset(moment)

    def tzname(self, moment: datetime | None) -> Any:
        """Act, and return a name, or something else."""
        self._world.act()
        return self._world.random.choice(("X", None, 1))


def hostile_instance(world: World, base: type, *arguments: object) -> Any:
    """Return an instance of a subclass of `base` in which some methods act, and then lie or call the original."""
    random = world.random
    names = [name for name in _READING if hasattr(base, name) and random.random() < 0.5]
    methods: dict[str, Any] = {name: _method(world, getattr(base, name), name) for name in names}
    if "__eq__" in methods:
        methods.setdefault("__hash__", base.__hash__)
    if random.random() < 0.2:
        methods["__class__"] = property(lambda _: _act_and_choose(world, (*_CLAIMED, base)))
    return type(f"Hostile{base.__name__.title()}", (base,), methods)(*arguments)


def _act_and_choose(world: World, values: tuple[object, ...]) -> object:
    world.act()
    return world.random.choice(values)


def _method(world: World, original: Callable[..., object], name: str) -> Callable[..., object]:
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        if name != "__getattribute__" or world.random.random() < 0.1:
            world.act()
        if name != "__getattribute__" and world.phase is Phase.CALLING and world.random.random() < 0.1:
            return world.random.choice((None, -1, "x", [], {}, True, 7, NotImplemented))
        return original(self, *arguments, **options)

    return method


class RandomMapping(Mapping[str, object]):
    """A mapping whose methods act, and whose items are different at each reading, are not pairs, or have no end."""

    def __init__(self, world: World, members: dict[Any, object]) -> None:
        self._world, self._members = world, members

    def __getitem__(self, name: str) -> object:
        self._world.act()
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        self._world.act()
        return iter(self._members)

    def __len__(self) -> int:
        self._world.act()
        return self._world.random.choice((0, -1, 10**9, len(self._members)))

    def items(self) -> Any:
        """Act, and return something that should be pairs."""
        self._world.act()
        return self._world.random.choice(_ITEMS)(self)

    def _pairs(self) -> object:
        return self._members.items()

    def _copied_pairs(self) -> object:
        return list(self._members.items())

    def _acting_pairs(self) -> Iterator[object]:
        for pair in [*self._members.items()]:
            self._world.act()
            yield pair

    def _other_pairs(self) -> object:
        return [pair for pair in self._members.items() if self._world.random.random() < 0.5]

    def _repeated_pairs(self) -> object:
        return [*self._members.items(), *self._members.items()]

    def _not_pairs(self) -> object:
        return self._world.random.choice(([1, 2], [("a",)], [("a", 1, 2)], ["ab"], [None], None, 7, self, [[["a"], 1]]))

    def _endless_pairs(self) -> object:
        same = self._world.random.random() < 0.5
        return ((f"k{0 if same else number}", number) for number in count())


class _MappingKey(RandomMapping):
    """A mapping that can be a key, also of itself."""

    __hash__ = object.__hash__

    def __init__(self, world: World, members: dict[Any, object]) -> None:
        super().__init__(world, members)
        members[self] = 1


_ITEMS: Final = (
    *(RandomMapping._pairs, RandomMapping._copied_pairs, RandomMapping._acting_pairs, RandomMapping._acting_pairs),
    *(RandomMapping._other_pairs, RandomMapping._repeated_pairs, RandomMapping._not_pairs),
    RandomMapping._endless_pairs,
)


def random_mapping(world: World, members: Mapping[Any, object]) -> Any:
    """Return a hostile object with some members: a mapping, a dict, or an instance of a subclass of dict."""
    given = dict(members)
    if world.random.random() < 0.3:
        given[random_key(world)] = random_value(world, 2)
    world.containers.append(given)
    kind = world.random.random()
    if kind < 0.4:
        return RandomMapping(world, given)
    if kind < 0.6:
        made = hostile_instance(world, dict, given)
    elif kind < 0.7:
        made = hostile_instance(world, RandomMapping, world, given)
    else:
        made = given
    if type(made) is dict:
        world.containers.append(made)
    return made


def random_key(world: World) -> Any:
    """Return a key, which is often not plain text."""
    return world.random.choice(
        (
            *("config", "driver_notes", "x", "\ud800", Twin("config"), Twin("x"), HostileKey("config"), 1, None, (1,)),
            hostile_instance(world, int, 7),
            _MappingKey(world, {"a": 1}),
            HashableDict({HashableDict({"a": 1}): 2}),
        )
    )


def random_value(world: World, levels: int = 3) -> Any:
    """Return a value: a hostile scalar, or a container of values."""
    random = world.random
    if levels and random.random() < 0.5:
        elements = [random_value(world, levels - 1) for _ in range(random.randrange(4))]
        if random.random() < 0.5:
            names = ("a", "b", "c", "d")
            return random_mapping(world, dict(zip(names, elements, strict=False)))
        world.containers.append(elements)
        kind = random.choice((None, None, list, tuple))
        return elements if kind is None else hostile_instance(world, kind, elements)
    return random.choice(_SCALARS)(world)


_TEXT: Final = ("Ada", "2026-03-02T09:30:00+01:00", "valet", "1HGCM82633A004352", "\ud800", "x" * 300)
_SCALARS: Final[tuple[Callable[[World], Any], ...]] = (
    lambda world: hostile_instance(world, str, world.random.choice(_TEXT)),
    lambda world: hostile_instance(world, int, world.random.choice((303, 2003, -1, 10**5000))),
    lambda world: hostile_instance(world, float, world.random.choice((1.5, 303.0, "nan", "inf"))),
    lambda world: hostile_instance(world, datetime, 2026, 3, 2, 9, 30, 0, 0, world.random.choice((UTC, None))),
    lambda world: datetime(2026, 3, 2, 9, 30, tzinfo=HostileZone(world)),
    lambda world: hostile_instance(world, bytes, b"{}"),
    lambda world: hostile_instance(world, object),
    lambda world: hostile_instance(world, set, [1]),
    lambda world: liar(world.random.choice(_CLAIMED)),
    lambda world: world.random.choice(list(CLASSES.values())),
    lambda world: world.random.choice(world.containers or [None]),
    lambda world: world.random.choice((None, True, 0, 1.5, "Ada", b"x", released(), 1j, ..., int, 2**53)),
    lambda world: world.target,
)


def disguised(world: World, value: Any) -> Any:
    """Return a value as an instance of a hostile class, so that its own code runs when it is read."""
    if type(value) is dict:
        return random_mapping(world, value)
    if any(type(value) is kind for kind in (str, int, float, list)):  # a metaclass can define equality
        return hostile_instance(world, type(value), value)
    return value
