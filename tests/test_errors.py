"""The exceptions: one base, readable words, and everything in them at hand and picklable."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
from attrs import evolve

import hopdrive_appointments
from hopdrive_appointments import (
    AppointmentError,
    ArgumentTypeError,
    ArgumentValueError,
    MissingExtra,
    Refused,
    Severity,
    Verdict,
)
from tests.builders import NOW, appointment

CORE = (
    "appointment clock codec conformance.reference conformance.serving deciding errors events findings json_values "
    "lifecycle records requests shape snapshots strict_json values verdict"
)


def modules() -> Iterator[ModuleType]:
    """Yield the modules of the core."""
    for name in CORE.split():
        yield importlib.import_module(f"hopdrive_appointments.{name}")


def refused() -> Refused:
    """Return a refusal with two problems."""
    with pytest.raises(Refused) as caught:
        appointment("ready").patch({"vehicle_make": "Acura", "vehicle_year": "2003", "consumer_phone": "12"}, now=NOW)
    return caught.value


def test_every_exception_class_has_the_one_base() -> None:
    """Every public exception class that a module of the core defines derives from AppointmentError."""
    found = {
        value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.__name__
        if not name.startswith("_")
    }
    assert {each.__name__ for each in found} >= {"CodecError", "JsonInvalid", "LifecycleTableError", "MalformedCase"}
    assert all(issubclass(each, AppointmentError) for each in found)
    assert {each.name for each in pkgutil.iter_modules(hopdrive_appointments.__path__)} >= {
        name.split(".")[0] for name in CORE.split()
    }


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (ArgumentTypeError, TypeError),
        (ArgumentValueError, ValueError),
        (MissingExtra, ImportError),
        (Refused, Exception),
    ],
)
def test_an_exception_is_also_what_python_would_raise(kind: type[Exception], base: type[Exception]) -> None:
    """Argument errors are TypeError and ValueError too, and a missing extra is an ImportError."""
    assert issubclass(kind, base)
    assert issubclass(kind, AppointmentError)


def test_a_refusal_reads_as_a_summary_and_a_line_for_each_problem() -> None:
    """The text of a refusal has its summary, and each problem with code, field, hint and rule; advice is not in it."""
    summary, *lines = str(refused()).splitlines()
    assert summary == "patch refused: 2 problems, nothing changed"
    assert [line[:16] for line in lines] == ["- field_invalid:", "- field_frozen: "]
    assert "vehicle_year must be a JSON integer" in lines[0]
    assert "vehicle_make cannot change in ready" in lines[1]
    assert lines[1].endswith("(UP-4, S)")


def test_advice_is_no_part_of_a_refusals_text() -> None:
    """What is advised or flagged beside a refusal is in the verdict, and not in the text."""
    problem = refused().verdict.findings[0]
    advice = evolve(problem, severity=Severity.ADVISED, message="nothing that matters")
    assert str(Refused(Verdict(None, None, None, (advice, problem)))).count("\n") == 1


def test_a_refusal_has_the_whole_verdict() -> None:
    """The verdict of a refusal has all of its findings and both records."""
    error = refused()
    assert isinstance(error.verdict, Verdict)
    assert not error.verdict.accepted
    assert error.verdict.record is error.verdict.before
    assert error.to_problem() == error.verdict.to_problem()
    assert error.args == (error.verdict,)


def test_a_missing_extra_says_what_to_install() -> None:
    """The text of a missing extra names its purpose and the command that installs it."""
    error = MissingExtra("cli", "the command line")
    assert str(error) == "the command line needs the extra 'cli': pip install 'hopdrive-appointments[cli]'"
    assert (error.extra, error.purpose) == ("cli", "the command line")


@pytest.mark.parametrize(
    "error", [refused(), MissingExtra("cli", "the command line"), ArgumentTypeError("now must be")]
)
def test_an_exception_can_be_pickled_and_copied(error: Exception) -> None:
    """An exception that crosses a process or is copied says and holds the same."""
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
