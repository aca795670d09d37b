"""Which requests the HTTP hooks mean, and that what is told about the hooks is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from hopdrive_appointments import Operation, rules
from hopdrive_appointments.integrations._calls import Call, call_of

PAGE = (Path(__file__).parent.parent / "docs" / "howto-http-hooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
CHANGES = [(rules.METHOD_OF[operation], operation) for operation in (Operation.REPLACE, Operation.PATCH)]


@pytest.mark.parametrize("path", ["/appointments", "/appointments/", "/v1/a/appointments", "/%61ppointments"])
def test_a_create_goes_to_the_collection(path: str) -> None:
    """A POST to a path that ends in the collection is a create, wherever the collection stands."""
    assert call_of("POST", path) == Call(Operation.CREATE, None)


@pytest.mark.parametrize(("method", "operation"), CHANGES)
@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("/appointments/17", 17),
        ("/v1/appointments/017/", 17),
        ("/appointments/%31%37", 17),
        ("/appointments/9007199254740991", 2**53 - 1),
        ("/appointments/0", None),
        ("/appointments/00000000000000000", None),
        (f"/appointments/{'9' * 17}", None),
        (f"/appointments/{'9' * 5000}", None),
    ],
)
def test_a_change_goes_to_one_appointment(method: str, operation: Operation, path: str, id: int | None) -> None:
    """A PUT or PATCH to a number in the collection is a change, of no known appointment where that is no id."""
    assert call_of(method, path) == Call(operation, id)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "post", ""])
@pytest.mark.parametrize("path", ["/appointments", "/appointments/17"])
def test_no_other_method_is_a_call(method: str, path: str) -> None:
    """A method that makes no request of the rules is no call, whatever the path."""
    assert call_of(method, path) is None


@pytest.mark.parametrize("method", rules.METHOD_OF.values())
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "17",
        "/17",
        "/Appointments",
        "/appointment",
        "/my-appointments",
        "/appointments//",
        "/appointments/17/notes",
        "/appointments/17//",
        "/appointments/-1",
        "/appointments/+1",
        "/appointments/1.0",
        "/appointments/1e3",
        "/appointments/0x11",
        "/appointments/\u0661\u0667",
        "/appointments/%D9%A1",
        "/appointments/\u00b2",
        "/appointments%2F17",
        "/v1%2Fappointments",
        "/customers/17",
    ],
)
def test_no_other_path_is_a_call(method: str, path: str) -> None:
    """A path that ends neither in the collection nor in a number in it is no call."""
    assert call_of(method, path) is None


def test_each_method_has_its_own_paths() -> None:
    """One appointment takes no POST, and the collection neither PUT nor PATCH."""
    assert call_of("POST", "/appointments/17") is None
    assert {call_of(method, "/appointments") for method, _ in CHANGES} == {None}


def test_the_page_has_examples() -> None:
    """The page about the hooks has an example for each library, and one that is asynchronous."""
    assert len(EXAMPLES) == PAGE.count("```python") == PAGE.count("```text")
    programs = "".join(program for program, _ in EXAMPLES)
    assert all(name in programs for name in (" AppointmentHook", "AsyncAppointmentHook", "AppointmentAdapter"))


@pytest.mark.parametrize(("program", "output"), EXAMPLES)
def test_each_example_of_the_page_prints_what_stands_below_it(program: str, output: str) -> None:
    """The example runs as it stands and prints the text below it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "howto-http-hooks.md", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == output
