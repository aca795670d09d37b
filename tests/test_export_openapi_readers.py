"""Programs that others wrote read the OpenAPI document: a validator, and a generator of Python clients."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from hopdrive_appointments.export import openapi
from hopdrive_appointments.presubmit import check_patch, check_replace
from tests.builders import NOW, record_json
from tests.tools import module

pytestmark = pytest.mark.tools

DOCUMENT: Final[dict[str, Any]] = json.loads(openapi())
MYPY: Final = """\
[mypy]
strict = true
[mypy-hopdrive_client.client]
# The generator copies this file from a template, with arguments that it annotates as object.
disable_error_code = arg-type
"""


def test_valid() -> None:
    """openapi-spec-validator accepts the document, and refuses it without a required member."""
    validator = module("openapi_spec_validator")
    validator.validate(DOCUMENT)
    broken = {name: value for name, value in DOCUMENT.items() if name != "info"}
    with pytest.raises(Exception, match="info"):
        validator.validate(broken)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package hopdrive_client, which openapi-python-client generates without a warning."""
    module("openapi_python_client")
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(openapi())
    command = ["generate", "--path", "openapi.json", "--meta", "none", "--output-path", "hopdrive_client"]
    program = [sys.executable, "-m", "openapi_python_client", *command, "--fail-on-warning"]
    # The generator starts ruff, which is installed beside Python.
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the models of the generated client."""
    monkeypatch.syspath_prepend(folder)
    yield importlib.import_module("hopdrive_client.models")
    for name in [name for name in sys.modules if name.partition(".")[0] == "hopdrive_client"]:
        del sys.modules[name]


class TestClient:
    """The client that openapi-python-client generates."""

    def test_types(self, folder: Path) -> None:
        """The client has an operation for each one of the document, and `mypy --strict` finds no error."""
        module("mypy")
        (folder / "mypy.ini").write_text(MYPY)
        program = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "hopdrive_client"]
        done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.stdout.partition(":")[0], done.returncode) == ("Success", 0), done.stdout
        calls = {path.stem for path in (folder / "hopdrive_client" / "api").glob("*/*_appointment.py")}
        assert calls == {
            item[method]["operationId"]
            for item in DOCUMENT["paths"].values()
            for method in ("post", "put", "patch", "get")
            if method in item
        }

    def test_request(self, models: Any) -> None:
        """A request that the client builds is accepted: a PATCH has only the given fields, and a PUT keeps the time."""
        body = models.PatchRequest(driver_notes="Gate 4", consumer_phone=None).to_dict()
        assert body == {"driver_notes": "Gate 4", "consumer_phone": None}
        assert check_patch(body, record_json("ready"), now=NOW).ok
        elected = models.ReplaceRequestTransportationType.VALET
        time = datetime(2031, 5, 19, 12, 30, tzinfo=UTC)
        request = models.ReplaceRequest(
            consumer_at_pickup=False, delivery_location_id=1, pickup_location_id=2, appointment_time=time
        )
        request.transportation_type = elected
        report = check_replace(request.to_dict(), record_json("new"), now=NOW)
        assert (report.ok, report.status) == (True, "ready")

    def test_record(self, models: Any) -> None:
        """The client reads a record and a refusal, and writes them back unchanged."""
        for status in ("pending", "paid"):
            record = record_json(status)
            again = models.Record.from_dict(record).to_dict()
            assert {name: again[name] for name in record if not name.endswith(("_at", "_time"))} == {
                name: value for name, value in record.items() if not name.endswith(("_at", "_time"))
            }
        problem = check_patch({"vehicle_make": "Kia"}, record_json("ready"), now=NOW).to_problem()
        assert models.Problem.from_dict(dict(problem)).to_dict() == problem
