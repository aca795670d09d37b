"""The exceptions: a common base class, readable messages, and pickling."""

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
    AccessDenied,
    Appointment,
    AppointmentError,
    ArgumentTypeError,
    ArgumentValueError,
    MissingExtra,
    RecordInvalid,
    Refused,
    Verdict,
)
from tests.builders import NOW, appointment, record_json


def modules() -> Iterator[ModuleType]:
    """Yield every module of the package, except `__main__`, which runs the command line."""
    for each in pkgutil.walk_packages(hopdrive_appointments.__path__, f"{hopdrive_appointments.__name__}."):
        if not each.name.endswith("__main__"):
            yield importlib.import_module(each.name)


def refused() -> Refused:
    """Return the exception for a PATCH with two problems."""
    with pytest.raises(Refused) as caught:
        appointment("ready").patch({"vehicle_make": "Acura", "vehicle_year": "2003", "consumer_phone": "12"}, now=NOW)
    return caught.value


class TestClasses:
    """The exception classes."""

    def test_common_base(self) -> None:
        """Every exception class whose name does not begin with an underscore derives from AppointmentError."""
        found = {
            value
            for module in modules()
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.__name__
            if not name.startswith("_")
        }
        assert {each.__name__ for each in found} >= {
            "AccessDenied",
            "CodecError",
            "JsonInvalid",
            "LifecycleTableError",
            "MalformedCase",
        }
        assert not [each for each in found if not issubclass(each, AppointmentError)]

    @pytest.mark.parametrize(
        ("kind", "base"),
        [
            (ArgumentTypeError, TypeError),
            (ArgumentValueError, ValueError),
            (MissingExtra, ImportError),
            (Refused, Exception),
            (RecordInvalid, Refused),
            (AccessDenied, Refused),
        ],
    )
    def test_builtin_base(self, kind: type[Exception], base: type[Exception]) -> None:
        """Argument errors derive from TypeError or ValueError, MissingExtra from ImportError, and two from Refused."""
        assert issubclass(kind, base)
        assert issubclass(kind, AppointmentError)

    @pytest.mark.parametrize(
        "error",
        [
            refused(),
            RecordInvalid(refused().verdict),
            AccessDenied(refused().verdict),
            MissingExtra("cli", "the command line"),
            ArgumentTypeError("now must be"),
        ],
    )
    def test_pickle_and_copy(self, error: Exception) -> None:
        """A pickled or copied exception has the same type, message and attributes."""
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert vars(again) == vars(error)

    def test_missing_extra(self) -> None:
        """The message of MissingExtra names its purpose and the command that installs the extra."""
        error = MissingExtra("cli", "the command line")
        assert str(error) == "the command line needs the extra 'cli': pip install 'hopdrive-appointments[cli]'"
        assert (error.extra, error.purpose) == ("cli", "the command line")


class TestRefused:
    """The exception for a refused request."""

    def test_message_lines(self) -> None:
        """The message is the summary, then one line for each problem with code, field, hint and rule."""
        summary, *lines = str(refused()).splitlines()
        assert summary == "patch refused: 2 problems, nothing changed"
        assert [line[:16] for line in lines] == ["- field_invalid:", "- field_frozen: "]
        assert "vehicle_year must be a JSON integer" in lines[0]
        assert "vehicle_make cannot change in ready" in lines[1]
        assert lines[1].endswith("(UP-4, S)")

    def test_message_without_advice(self) -> None:
        """Flags and advice in the verdict do not appear in the message."""
        accepted = appointment("new").patch({"vehicle_vin": " X ", "consumer_phone": "12"}, now=NOW)
        assert (len(accepted.flags), len(accepted.advice)) == (1, 2)
        # As for a request without a token: refused, although its body would be accepted.
        problem = refused().verdict.findings[0]
        error = Refused(evolve(accepted, record=accepted.before, findings=(problem, *accepted.findings)))
        assert str(error).splitlines()[1:] == [f"- {problem}"]

    def test_complete_verdict(self) -> None:
        """The exception has the complete verdict, with all findings and the unchanged record."""
        error = refused()
        assert isinstance(error.verdict, Verdict)
        assert not error.verdict.accepted
        assert error.verdict.record is error.verdict.before
        assert error.to_problem() == error.verdict.to_problem()
        assert error.args == (error.verdict,)

    @pytest.mark.parametrize("kind", [Refused, RecordInvalid, AccessDenied])
    def test_short_repr(self, kind: type[Refused]) -> None:
        """The repr has the class, the subject and the codes of the problems, and no personal data."""
        assert repr(kind(refused().verdict)) == f"<{kind.__name__} patch: field_invalid, field_frozen>"


@pytest.mark.rule("RV-3")
def test_record_invalid() -> None:
    """A stored record that is not consistent raises RecordInvalid, with a verdict on no operation."""
    with pytest.raises(RecordInvalid) as caught:
        Appointment.from_record(record_json("ready", transportation_type=None, consumer_name="Grace Hopper"))
    error = caught.value
    assert (error.verdict.operation, error.verdict.record) == (None, None)
    assert str(error).startswith("record refused: 1 problem, nothing changed\n- snapshot_invalid: ")
    assert repr(error) == "<RecordInvalid record: snapshot_invalid>"
    assert error.to_problem()["status"] == 422
