"""The calls, the memory and the import of the aggregate, compared with its peers.

The peers are the stock `transitions` machine, shared by all objects, and an aggregate of the library `eventsourcing`.
Both do less: neither checks a value, and neither explains a refusal. All objects have all sixteen client fields.
"""

from __future__ import annotations

import compileall
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final

from eventsourcing.domain import Aggregate, event
from transitions import Machine

import hopdrive_appointments
from hopdrive_appointments import Appointment, Record, rules
from tests.benchmarks import measuring
from tests.benchmarks.bodies import NOW, bodies

_MOMENT: Final = datetime.fromisoformat(NOW)
_IMPORTS: Final = {
    "ours": "from hopdrive_appointments import Appointment",
    "dependencies": "import attrs, cattrs, transitions",
}


class _StockModel:
    """A model of a stock machine."""


class _Payment(Aggregate):
    """An event-sourced aggregate with one guarded transition."""

    @event("Created")
    def __init__(self, status: str) -> None:
        self.status = status

    @event("PaymentBegun")
    def begin_payment(self) -> None:
        """Begin the payment."""
        if self.status != "ready":
            raise ValueError(self.status)
        self.status = "paying"


class _Plain:
    """A plain class with the attributes of an appointment."""

    __slots__ = (*rules.RECORD_KEYS,)

    def __init__(self, values: dict[str, object]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


def compare_calls(rounds: int, count: int) -> Iterator[str]:
    """Measure the calls of the aggregate."""
    machine = Machine(model=None, states=["ready", "paying"], initial="ready", auto_transitions=False)
    machine.add_transition("begin_payment", "ready", "paying")
    posts = [json.loads(each) for each in bodies(count)]
    created = [Appointment.create(body, id=17, now=_MOMENT).record for body in posts]
    elections = [{**body, rules.TRANSPORTATION_TYPE: "valet"} for body in posts]
    for body in elections:
        del body["customer_id"]
    ready = [_elected(record, body) for record, body in zip(created, elections, strict=True)]
    candidates: dict[str, measuring.Candidate] = {
        "stock firing": (partial(_stock, machine), lambda model: machine.events["begin_payment"].trigger(model)),
        "eventsourcing": (lambda count: [_Payment("ready") for _ in range(count)], lambda each: each.begin_payment()),
        "eventsourcing, with its event": (
            lambda count: [_collected(_Payment("ready")) for _ in range(count)],
            lambda each: (each.begin_payment(), each.collect_events()),
        ),
        "trigger": (partial(_appointments, ready), lambda each: each.begin_payment(now=_MOMENT)),
        "trigger, with its event": (
            partial(_appointments, ready),
            lambda each: (each.begin_payment(now=_MOMENT), each.collect_events()),
        ),
        "PATCH": (partial(_appointments, created), lambda each: each.patch({"driver_notes": "Gate 4"}, now=_MOMENT)),
        "create": (lambda _: posts, lambda body: Appointment.create(body, id=17, now=_MOMENT)),
        "PUT": (
            lambda count: list(zip(_appointments(created, count), elections, strict=True)),
            lambda each: each[0].replace(each[1], now=_MOMENT),
        ),
    }
    took = measuring.calls(candidates, rounds, count)
    firing = took["stock firing"]
    yield "calls of the aggregate"
    for name in ("trigger", "trigger, with its event"):
        peer = name.replace("trigger", "eventsourcing")
        yield measuring.ratio(name, took[name], f"the same with {peer}", took[peer], "us", 0.5)
    yield measuring.ratio("PATCH of one field", took["PATCH"], "stock firing", firing, "us", 1.0)
    yield measuring.ratio("create from a mapping", took["create"], "stock firing", firing, "us", 1.5)
    yield measuring.ratio("electing PUT", took["PUT"], "stock firing", firing, "us", 1.8)


def compare_memory(count: int) -> Iterator[str]:
    """Measure the memory of an appointment."""
    texts = list(bodies(count))

    def appointment(number: int) -> Appointment:
        made = Appointment.create(texts[number], id=number + 1, now=_MOMENT)
        made.collect_events()
        return made

    def plain(number: int) -> _Plain:
        record = Appointment.create(texts[number], id=number + 1, now=_MOMENT).record
        config = record.fields.config
        system = {name: getattr(record, name) for name in rules.SYSTEM_FIELDS}
        return _Plain({**system, **record.fields, "config": None if config is None else dict(config)})

    yield "memory"
    ours, theirs = (measuring.bytes_each(make, count) for make in (appointment, plain))
    yield measuring.ratio("an appointment", ours, "a plain class with slots and the same values", theirs, "bytes", 1.25)


def compare_import(rounds: int) -> Iterator[str]:
    """Measure the import of the aggregate."""
    compileall.compile_dir(Path(hopdrive_appointments.__file__).parent, quiet=1)
    best = dict.fromkeys(_IMPORTS, float("inf"))
    for name in chain.from_iterable(repeat(tuple(_IMPORTS), rounds)):
        code = f"from time import perf_counter; began = perf_counter(); {_IMPORTS[name]}; print(perf_counter() - began)"
        answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        best[name] = min(best[name], float(answer.stdout) * 1e3)
    yield "import"
    yield measuring.ratio(_IMPORTS["ours"], best["ours"], _IMPORTS["dependencies"], best["dependencies"], "ms", 1.3)


def _stock(machine: Machine, count: int) -> Sequence[_StockModel]:
    models = [_StockModel() for _ in range(count)]
    for model in models:
        machine.set_state("ready", model)
    return models


def _elected(record: Record, body: dict[str, object]) -> Record:
    appointment = Appointment(record)
    appointment.replace(body, now=_MOMENT)
    return appointment.record


def _appointments(records: Sequence[Record], count: int) -> Sequence[Appointment]:
    return [Appointment(record) for record in records[:count]]


def _collected(each: Any) -> Any:
    each.collect_events()
    return each
