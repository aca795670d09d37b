"""Programs that others wrote read the schemas: ajv, the JSON support of Visual Studio Code, and check-jsonschema."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from hopdrive_appointments import Operation, rules
from hopdrive_appointments.export._schemas.json_schema import body_schema
from hopdrive_appointments.export._schemas.schema_keys import schema_keys
from hopdrive_appointments.rules.descriptions import DESCRIPTIONS
from tests import case_space
from tests.schemas import MUTATED, explicit_bodies, validator, verdict_on
from tests.tools import module, node

pytestmark = pytest.mark.tools

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = (ROOT / "docs" / "howto-editors.md").read_text(encoding="utf-8")
SETTINGS: Final[list[dict[str, Any]]] = json.loads(
    re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0],
)["json.schemas"]
COMMANDS: Final = re.findall(r"```console\n\$ (check-jsonschema .*?)\n(.*?)```\n\nExit code (\d+)\.", PAGE, re.DOTALL)
# The first script installs the command in a checkout. Each of the others is for one section.
INSTALL, *SCRIPTS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def run_node(script: str, given: object, *packages: str) -> Any:
    """Return the JSON output of a script of tests/tools for a JSON input."""
    program = node(*packages)
    path = ROOT / "tests" / "tools" / script
    done = subprocess.run([program, path], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    return json.loads(done.stdout)


class TestAjv:
    """ajv, in strict mode."""

    def test_agrees(self) -> None:
        """It reads every schema without a complaint, and accepts the same bodies as jsonschema."""
        cases = []
        for operation, status in schema_keys():
            values = [*explicit_bodies(operation), *filter(is_json, MUTATED)]
            cases.append((validator(operation, status), values))
        given = [{"schema": check.schema, "values": values} for check, values in cases]
        results = run_node("check_schemas.mjs", given, "ajv", "ajv-formats")
        for (check, values), result in zip(cases, results, strict=True):
            for value, accepted in zip(values, result["withoutFormats"], strict=True):
                assert accepted == check.is_valid(value), value

    def test_formats(self) -> None:
        """With formats checked, it still accepts every body that `decide` accepts."""
        values = {
            each: [body for body in explicit_bodies(each) if verdict_on(each, body).accepted] for each in OPERATIONS
        }
        given = [{"schema": body_schema(each), "values": values[each]} for each in OPERATIONS]
        results = run_node("check_schemas.mjs", given, "ajv", "ajv-formats")
        assert [result["withFormats"] for result in results] == [[True] * len(values[each]) for each in OPERATIONS]
        assert all(len(each) > 40 for each in values.values())


OPERATIONS: Final = tuple(rules.METHODS.values())


def is_json(value: object) -> bool:
    """Return whether a value has no NaN and no infinity, which JSON.parse does not read."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


class TestVisualStudioCode:
    """The JSON support of Visual Studio Code, with the settings of the page."""

    def edit(self, file: str, text: str) -> Any:
        """Open a file, with the cursor at the mark."""
        schemas = [{**each, "schema": json.loads(schema_of(each["url"]))} for each in SETTINGS]
        given = {"schemas": schemas, "file": file, "text": text.replace("^", ""), "offset": text.index("^")}
        return run_node("edit_body.mjs", given, "vscode-json-languageservice")

    def test_new_user(self, tmp_path: Path) -> None:
        """In an empty folder with the files of the page, `transport_type` is marked and `driver_notes` offered."""
        node("vscode-json-languageservice")
        run_script(SCRIPTS[0], tmp_path)
        schemas = [{**each, "schema": json.loads((tmp_path / each["url"]).read_text())} for each in SETTINGS]
        for file in ("bodies/patch-notes.json", "bodies/put-valet.json", "bodies/post-new.json"):
            given = {"schemas": schemas, "file": file, "text": '{"transport_type": "valet", }', "offset": 28}
            opened = run_node("edit_body.mjs", given, "vscode-json-languageservice")
            found = {each["message"] for each in opened["problems"]}
            assert "Property transport_type is not allowed." in found
            assert "driver_notes" in {each["label"] for each in opened["completions"]}

    def test_flags(self) -> None:
        """A misspelt field, a blank text and an id in quotes are marked, each at its place."""
        text = '{"transport_type": "valet", "driver_notes": " ", "pickup_location_id": "5"}^'
        problems = self.edit("bodies/patch-notes.json", text)["problems"]
        found = {
            text[each["range"]["start"]["character"] :].split(",")[0].rstrip("}^"): each["message"] for each in problems
        }
        assert found.pop('"transport_type": "valet"') == "Property transport_type is not allowed."
        assert set(found) == {'" "', '"5"'}

    def test_valid(self) -> None:
        """The shipped examples of bodies that are accepted have no mark."""
        for name in ("patch-contact", "put-elect-valet", "post-complete", "post-incomplete"):
            text = (ROOT / "docs" / "examples" / f"{name}.json").read_text(encoding="utf-8")
            assert self.edit(f"bodies/{name}.json", f"{text}^")["problems"] == []

    def test_completes(self) -> None:
        """All fields of a PATCH are offered, with the meaning of each, and no other field."""
        offered = self.edit("bodies/patch-notes.json", "{^}")["completions"]
        names = {each["label"]: each["documentation"] for each in offered}
        assert names.keys() == set(rules.fields_with(Operation.PATCH, rules.Access.CHANGEABLE))
        assert names["driver_notes"].startswith(DESCRIPTIONS["driver_notes"].meaning)

    def test_status(self) -> None:
        """Only the fields that can change are offered for an appointment in ready; the others are marked."""
        opened = self.edit("bodies/ready/patch-notes.json", '{"vehicle_make": "Kia", ^}')
        assert {each["label"] for each in opened["completions"]} == rules.MUTABLE[rules.Group.STAGED]
        assert "Property vehicle_make is not allowed." in {each["message"] for each in opened["problems"]}

    def test_explains(self) -> None:
        """The hover over a field has its title, its meaning, its grammar and its rules."""
        opened = self.edit("bodies/post-new.json", '{"driver_^notes": "x"}')
        (text,) = opened["hover"]["contents"]
        plain = text.replace("\\", "")
        for part in ("Driver notes", DESCRIPTIONS["driver_notes"].meaning, "4000", "Rules: UP-3, D13"):
            assert part in plain


def schema_of(url: str) -> str:
    """Return the exported schema to which a URL of the settings refers."""
    return (ROOT / "docs" / "exports" / url.removeprefix("./")).read_text(encoding="utf-8")


class TestCheckJsonschema:
    """check-jsonschema, on the command line."""

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command in the project directory."""
        module("check_jsonschema")
        program = [sys.executable, "-m", "check_jsonschema", *arguments]
        return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)

    @pytest.mark.parametrize(("line", "output", "code"), COMMANDS, ids=[line for line, _, _ in COMMANDS])
    def test_page(self, line: str, output: str, code: str) -> None:
        """A command of the page prints the output and ends with the exit code of the page."""
        done = self.run(*line.split()[1:])
        assert (done.stdout, str(done.returncode)) == (output, code)

    def test_times(self, tmp_path: Path) -> None:
        """With formats checked, it accepts every time that `decide` accepts."""
        files = []
        for number, time in enumerate(case_space.GOOD_TIMES):
            files.append(tmp_path / f"{number}.json")
            files[-1].write_text(json.dumps({"appointment_time": time}))
        done = self.run("--schemafile", "docs/exports/schemas/patch.json", *map(str, files))
        assert (done.stdout, done.returncode) == ("ok -- validation done\n", 0)

    def test_every_schema(self) -> None:
        """Every exported schema is valid."""
        done = self.run("--check-metaschema", *map(str, (ROOT / "docs" / "exports" / "schemas").iterdir()))
        assert (done.stdout, done.returncode) == ("ok -- validation done\n", 0)


def test_draft_7() -> None:
    """The schemas use only keywords that draft 7 has, as the page says of older IDEs."""
    keywords = {name for key in schema_keys() for name in keywords_of(body_schema(*key))}
    since_draft_7 = {
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
        "unevaluatedItems",
        "prefixItems",
    }
    since_draft_7 |= {"minContains", "maxContains", "$defs", "$anchor", "$dynamicRef", "$recursiveRef", "$vocabulary"}
    assert keywords <= set(Draft202012Validator.VALIDATORS) | ANNOTATIONS
    assert not keywords & since_draft_7


ANNOTATIONS: Final = {"$schema", "$comment", "title", "description", "examples"}


def keywords_of(schema: Any) -> set[str]:
    """Return the keywords of a schema and of its properties."""
    inner = [*schema.get("properties", {}).values(), *([schema["not"]] if "not" in schema else [])]
    return set(schema).union(*map(keywords_of, inner))


def run_script(script: str, folder: Path) -> None:
    """Run a script of the page in a folder, with the programs of the virtual environment."""
    path = f"{Path(sys.executable).parent}:{Path(shutil.which('mkdir') or '/bin/mkdir').parent}"
    shell = ["/bin/sh", "-e"]
    done = subprocess.run(shell, input=script, cwd=folder, env={"PATH": path}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_scripts(tmp_path: Path) -> None:
    """The scripts of the page that write files run without a warning in an empty folder."""
    module("openapi_python_client")
    for script in SCRIPTS:
        run_script(script, tmp_path)
    for each in SETTINGS:
        assert (tmp_path / each["url"]).read_text() == schema_of(each["url"])
    (program, output) = re.findall(r"```python\n([^`]*?hopdrive_client.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)[0]
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stderr, done.stdout) == ("", output)


def test_installation() -> None:
    """The page installs the extra with the command, and every other program that it uses by the name of an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "pip install '.[cli]'" in INSTALL
    assert project["scripts"].keys() == {"hopdrive-appointments"}
    named = set(re.findall(r"`pip install ([a-z-]+)`", PAGE))
    used = set(re.findall(r"^(?:\$ )?([a-z-]+) (?:--?[a-z]|generate|export)", PAGE, re.MULTILINE))
    assert used - {"mkdir", "hopdrive-appointments"} == named
    assert named <= {re.split("[^a-z-]", each)[0] for each in project["optional-dependencies"]["tools"]}
