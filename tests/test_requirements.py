"""A required distribution that is not installed is named in one line."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import hopdrive_appointments
from hopdrive_appointments._requirements import missing_requirement, postpone

FOLDER = Path(hopdrive_appointments.__file__).parent


def import_copy(monkeypatch: pytest.MonkeyPatch, missing: str) -> ModuleType:
    """Import the package under another name, without the given module."""
    spec = spec_from_file_location("copy", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)])
    assert spec is not None
    assert spec.loader is not None
    copy = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "copy", copy)
    monkeypatch.setitem(sys.modules, missing, None)
    spec.loader.exec_module(copy)
    return copy


@pytest.mark.parametrize(("module", "name"), [("attrs", "attrs"), ("transitions", "transitions")])
def test_package_imported(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    """The package can be imported, and every public name says what to install."""
    copy = import_copy(monkeypatch, module)
    for public in hopdrive_appointments.__all__:
        with pytest.raises(ModuleNotFoundError, match=f"pip install {name}"):
            getattr(copy, public)
    assert copy.__version__ == hopdrive_appointments.__version__
    assert not hasattr(copy, "__wrapped__")


@pytest.mark.parametrize("module", ["attr._make", "attrs", "cattrs", "transitions"])
def test_requirement_named(module: str) -> None:
    """The message names the distribution, and the error keeps the name of the module."""
    missing = missing_requirement(ModuleNotFoundError("", name=module))
    assert missing is not None
    assert "hopdrive-appointments needs " in str(missing)


@pytest.mark.parametrize("error", [ModuleNotFoundError(""), ModuleNotFoundError("", name="json"), ImportError("")])
def test_other_module(error: ImportError) -> None:
    """Any other failed import is not explained."""
    assert missing_requirement(error) is None


def test_other_module_raised() -> None:
    """The package cannot be imported without one of its own modules."""
    error = ModuleNotFoundError("", name="hopdrive_appointments.records")
    with pytest.raises(ModuleNotFoundError) as raised:
        postpone(error, {})
    assert raised.value is error


@pytest.mark.parametrize("module", ["attrs", "transitions"])
def test_command(tmp_path: Path, module: str) -> None:
    """The command says in one line what is missing, with exit code 2."""
    code = f"import sys; sys.modules[{module!r}] = None; from hopdrive_appointments._cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "-"], input=b"{}", capture_output=True, cwd=FOLDER.parent, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    message = f"hopdrive-appointments needs {module}, which is not installed: pip install {module}"
    assert done.stderr.decode() == f"hopdrive-appointments: {message.removeprefix('hopdrive-appointments ')}\n"
