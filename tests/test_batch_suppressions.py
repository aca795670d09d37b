"""Suppressions: what a configuration may say, and what it does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hopdrive_appointments import Operation
from hopdrive_appointments.batch import (
    ACCEPTED,
    Block,
    ConfigurationError,
    Result,
    Settings,
    Suppression,
    check_block,
    read_suppressions,
)

ENTRY = 'rule = "CR-2"\npath = "old/*"\nreason = "imported"\n'
OWN = f"[[suppress]]\n{ENTRY}"
SHARED = f"[[tool.hopdrive-appointments.suppress]]\n{ENTRY}"
WRITTEN = Suppression("CR-2", "old/*", "imported")


def result_of(source: str, text: bytes = b"{}") -> Result:
    settings = Settings(Operation.CREATE, datetime(2026, 3, 1, 12, tzinfo=UTC))
    (result,) = check_block(Block(source, False, 1, text), settings).results
    return result


def own(folder: Path, text: str = OWN) -> Path:
    path = folder / "hopdrive-appointments.toml"
    path.write_text(text)
    return path


def shared(folder: Path, text: str = SHARED) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


def test_no_configuration_suppresses_nothing(tmp_path: Path) -> None:
    """Without a configuration nothing is suppressed, and a result stays the object that it is."""
    suppressions = read_suppressions(None, tmp_path)
    result = result_of("a.json")
    assert suppressions.all == suppressions.unused == ()
    assert suppressions.apply(result) is result


def test_either_file_of_the_folder_is_read(tmp_path: Path) -> None:
    """The file of our own and the table in pyproject.toml say the same, found or named."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    for path in (own(first), shared(second)):
        for found in (read_suppressions(None, path.parent), read_suppressions(path, tmp_path)):
            assert found.all == (WRITTEN,)
            assert found.folder == path.parent


@pytest.mark.parametrize("text", ["", "[tool]", "[tool.other]\na = 1", "tool = 5"])
def test_a_pyproject_of_others_configures_nothing(tmp_path: Path, text: str) -> None:
    """A pyproject.toml without our table configures nothing, and does not clash with a file of our own."""
    path = shared(tmp_path, text)
    assert read_suppressions(None, tmp_path).all == read_suppressions(path, tmp_path).all == ()
    own(tmp_path)
    assert read_suppressions(None, tmp_path).all == (WRITTEN,)


def test_an_empty_configuration_is_one(tmp_path: Path) -> None:
    """A file of our own may be empty."""
    assert read_suppressions(own(tmp_path, ""), tmp_path).all == ()


def test_two_configurations_are_one_too_many(tmp_path: Path) -> None:
    """Both files in one folder are an error, unless one of them is named."""
    path = own(tmp_path)
    shared(tmp_path)
    with pytest.raises(ConfigurationError, match=r"both hopdrive-appointments\.toml and pyproject\.toml"):
        read_suppressions(None, tmp_path)
    assert read_suppressions(path, tmp_path).all == (WRITTEN,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "hopdrive-appointments.toml: "),
        ("a = 1\na = 2", "hopdrive-appointments.toml: "),
        ("other = 1", "nothing but suppress"),
        (OWN + "[other]", "nothing but suppress"),
        ("suppress = 5", "must be a list of tables"),
        ('suppress = "x"', "must be a list of tables"),
        ("[suppress]\n" + ENTRY, "must be a list of tables"),
        ("suppress = [5]", "suppress entry 1 must have rule, path and reason"),
        ("suppress = [{}]", "suppress entry 1 must have"),
        (OWN + "[[suppress]]\nrule = 'CR-2'\npath = '*'", "suppress entry 2 must have"),
        (OWN + "more = 'x'", "suppress entry 1 must have"),
        (OWN.replace('"CR-2"', "5"), "each of them text"),
        (OWN.replace('"old/*"', "[]"), "each of them text"),
        (OWN.replace('"imported"', "true"), "each of them text"),
        (OWN.replace("CR-2", "cr-2"), "names no rule: 'cr-2'"),
        (OWN.replace("imported", " \\t"), "needs a written reason"),
    ],
)
def test_a_malformed_configuration_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    """What a configuration should not say is an error that names the file and the place."""
    path = own(tmp_path, text)
    with pytest.raises(ConfigurationError) as raised:
        read_suppressions(None, tmp_path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("text", ["[tool]\nhopdrive-appointments = 5", "[tool.hopdrive-appointments]\nother = 1"])
def test_a_malformed_table_is_an_error(tmp_path: Path, text: str) -> None:
    """Our table in a pyproject.toml is held to the same."""
    shared(tmp_path, text)
    with pytest.raises(ConfigurationError, match="nothing but suppress"):
        read_suppressions(None, tmp_path)


def test_a_configuration_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """A named file that is missing, or is no UTF-8, is an error."""
    with pytest.raises(ConfigurationError, match="No such file"):
        read_suppressions(tmp_path / "missing.toml", tmp_path)
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="utf-8"):
        read_suppressions(path, tmp_path)


def test_a_suppression_marks_the_findings_of_its_rule(tmp_path: Path) -> None:
    """The findings of the rule in matching files carry the reason, and no longer count for the tier."""
    suppressions = read_suppressions(own(tmp_path), tmp_path)
    marked = suppressions.apply(result_of(str(tmp_path / "old" / "deep" / "a.json")))
    assert {located.suppressed for located in marked.findings} == {"imported"}
    assert marked.tier == ACCEPTED
    assert not marked.accepted
    assert suppressions.unused == ()


def test_other_rules_and_other_files_are_left_alone(tmp_path: Path) -> None:
    """Findings of other rules, and in other files, stay as they are; what covers nothing is unused."""
    suppressions = read_suppressions(own(tmp_path), tmp_path)
    elsewhere = result_of(str(tmp_path / "new" / "a.json"))
    assert suppressions.apply(elsewhere) == elsewhere
    assert elsewhere.tier == "refused"
    clean = result_of("old/a.json", b'{"customer_id": 1, "consumer_at_pickup": false, "delivery_location_id": 2}')
    assert suppressions.apply(clean) is clean
    assert suppressions.unused == (WRITTEN,)
    mixed = suppressions.apply(result_of(str(tmp_path / "old" / "a.json"), b'{"unknown": 1}'))
    assert {located.finding.rule: located.suppressed for located in mixed.findings} == {"CR-2": "imported", "D1": None}
    assert mixed.tier == "refused"


def test_paths_are_relative_to_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative source is found from the current folder; one outside of the folder goes by its own name."""
    folder = tmp_path / "project"
    folder.mkdir()
    suppressions = read_suppressions(own(folder), tmp_path)
    monkeypatch.chdir(folder)
    assert suppressions.apply(result_of("old/a.json")).tier == ACCEPTED
    monkeypatch.chdir(tmp_path)
    assert suppressions.apply(result_of("project/old/a.json")).tier == ACCEPTED
    assert suppressions.apply(result_of("old/a.json")).tier == ACCEPTED
    assert suppressions.apply(result_of("elsewhere/old/a.json")).tier == "refused"
    assert suppressions.apply(result_of("elsewhere/../project/old/a.json")).tier == ACCEPTED
    assert suppressions.apply(result_of("project/old/../a.json")).tier == "refused"
    roundabout = read_suppressions(folder / ".." / "project" / own(folder).name, tmp_path)
    assert roundabout.apply(result_of("project/old/a.json")).tier == ACCEPTED
