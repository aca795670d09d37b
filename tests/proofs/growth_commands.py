"""Inputs of the command whose check must cost in proportion to a size."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.builders import record_json
from tests.proofs.commands import CLEAN, FLAGGED, FORMATS, NOW_TEXT, REFUSED

Write = Callable[[Path, int], list[str]]


_LEVELS: Final = 40
"""The levels of folders that are nested."""


@frozen
class CommandCase:
    """An input of a size that is chosen."""

    write: Write
    """Writes the input to an empty folder, and returns the arguments of the command. Size 0 is an empty run."""
    size: int
    """The smaller size. Below 100,000 objects, the garbage collector hardly runs, which distorts the factor."""
    forms: tuple[str, ...] = FORMATS
    """The formats of the report; empty for a command without formats."""
    has_fixed_memory: bool = False
    """Whether the memory must not grow with the size."""


def _document(folder: Path, text: str | bytes, *more: str) -> list[str]:
    path = folder / "input.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ["check", "--now", NOW_TEXT, *more, str(path)]


def _feed(folder: Path, lines: list[str]) -> list[str]:
    path = folder / "input.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return ["check", "--now", NOW_TEXT, str(path)]


def _unknown_keys(folder: Path, size: int) -> list[str]:
    return _document(folder, json.dumps({**CLEAN, **{f"unknown{number}": number for number in range(size)}}))


def _unknown_lines(folder: Path, size: int) -> list[str]:
    return _document(folder, json.dumps({f"unknown{number}": [number] for number in range(size)}, indent=1))


def _repeated_key(folder: Path, size: int) -> list[str]:
    members = [f'"unknown{number}": {{"a": [{number}]}}' for number in range(size)]
    return _document(folder, f"{{{','.join([*members, *members[-1:]])}}}")


def _repeated_keys(folder: Path, size: int) -> list[str]:
    members = ['"a": 1'] * size
    return _document(folder, f"{{{','.join(members)}}}")


def _config_problems(folder: Path, size: int) -> list[str]:
    config = {"a": [[1]] * 500 + [2**60]}
    bodies: list[object] = [{"x": [[1]] * (size // 20), "config": config} for _ in range(20)]
    return _document(folder, json.dumps(bodies if size else []), "--operation", "patch")


def _spread_problems(folder: Path, size: int) -> list[str]:
    deep = {"a": [{"b": [[2**60, 1] for _ in range(10)], "c": {"d": 2**60}} for _ in range(3)]}
    return _document(folder, json.dumps([{"config": deep}] * size), "--operation", "patch")


def _one_bad(folder: Path, size: int) -> list[str]:
    return _document(folder, json.dumps([CLEAN] * size + [REFUSED] * (size > 0)))


def _all_bad(folder: Path, size: int) -> list[str]:
    return _document(folder, json.dumps([REFUSED] * size, indent=1))


def _nested_arrays(folder: Path, size: int) -> list[str]:
    return _document(folder, json.dumps([[[[1], 2], {"a": [3]}]] * size))


def _feed_of_bad(folder: Path, size: int) -> list[str]:
    return _feed(folder, [json.dumps(REFUSED if number % 2 else FLAGGED) for number in range(size)])


def _feed_of_clean(folder: Path, size: int) -> list[str]:
    return _feed(folder, [json.dumps(CLEAN)] * size)


def _feed_of_envelopes(folder: Path, size: int) -> list[str]:
    records = [None, record_json("ready"), record_json("pending")]
    envelope = {"method": "PATCH", "path": "/v1/appointments/17", "body": {"consumer_name": "Ada", "x": 1}}
    return _feed(folder, [json.dumps({**envelope, "record": records[number % 3]}) for number in range(size)])


def _long_lines(folder: Path, size: int) -> list[str]:
    # A line has a limit, so several lines are needed to take some time.
    return _feed(folder, [json.dumps({"x": "y" * size}), json.dumps({"z": [1] * (size // 4)}), "x" * size] * 4)


def _archive(folder: Path, size: int) -> list[str]:
    path = folder / "input.jsonl.gz"
    path.write_bytes(gzip.compress(f"{json.dumps(REFUSED)}\n".encode() * size, compresslevel=1))
    return ["check", "--now", NOW_TEXT, str(path)]


def _large_record(folder: Path, size: int) -> list[str]:
    path = folder / "record.json"
    path.write_text(json.dumps(record_json("new", config={f"k{number}": [number] for number in range(size)})))
    return _document(folder, '{"driver_notes": "Gate 4"}', "--operation", "patch", "--record", str(path))


def _script(folder: Path, size: int) -> list[str]:
    path = folder / "script.jsonl"
    first = {"now": NOW_TEXT, "operation": "create", "id": 1, "body": CLEAN}
    step = {"now": NOW_TEXT, "operation": "patch", "id": 1}
    steps = [{**step, "body": {"driver_notes": f"Gate {number}"}} for number in range(size)]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in [first, *steps]))
    return ["simulate", str(path)]


def _brackets(folder: Path, size: int) -> list[str]:
    return _document(folder, "[" * size)


def _long_keys(folder: Path, size: int) -> list[str]:
    bodies = [{"k" * size: 1}, {"\ud800" * (size // 8): 1}, {"config": {"k" * size: 2**60}}]
    return _document(folder, json.dumps(bodies), "--operation", "patch")


def _suppressions(folder: Path, size: int) -> list[str]:
    path = folder / "suppressions.toml"
    entry = '[[suppress]]\nrule="D14"\npath="inputs/{}.json"\nreason="x"\n'
    path.write_text("".join(entry.format(number) for number in range(size)))
    inputs = folder / "inputs"
    inputs.mkdir()
    for number in range(size):
        (inputs / f"{number}.json").write_text(json.dumps(REFUSED))
    return ["check", "--now", NOW_TEXT, "--config", str(path), str(inputs)]


def _folder(folder: Path, size: int) -> list[str]:
    inner = folder / "folder"
    inner.mkdir()
    for number in range(size):
        (inner / f"{number}.json").write_text(json.dumps(REFUSED if number % 2 else CLEAN))
    return ["check", "--now", NOW_TEXT, str(inner)]


def _linked_folder(folder: Path, size: int) -> list[str]:
    arguments = _folder(folder, size)
    for number in range(size):
        (folder / "folder" / f"link{number}.d").symlink_to("." if number % 2 else "..")
    return arguments


def _deep_folders(folder: Path, size: int) -> list[str]:
    # The number of nests grows, and not their depth, because the system needs longer to follow a longer path.
    top = folder / "folder"
    top.mkdir()
    for number in range(size // _LEVELS):
        inner = top / str(number)
        inner.mkdir(parents=True)
        for _ in range(_LEVELS):
            (inner / "self.d").symlink_to(".")
            (inner / "top.d").symlink_to(top)
            inner = inner / "d"
            inner.mkdir()
        (inner / "a.json").write_text(json.dumps(REFUSED))
    return ["check", "--now", NOW_TEXT, str(top)]


CASES: Final = {
    "n unknown keys": CommandCase(_unknown_keys, 10_000),
    "n unknown keys on n lines": CommandCase(_unknown_lines, 10_000),
    "a key repeated after n others": CommandCase(_repeated_key, 100_000),
    "a key repeated n times": CommandCase(_repeated_keys, 400_000),
    "n values before config problems": CommandCase(_config_problems, 500_000),
    "n bodies with config problems": CommandCase(_spread_problems, 300),
    "an array, one bad body": CommandCase(_one_bad, 15_000),
    "an array, all bad": CommandCase(_all_bad, 4000),
    "an array of nested arrays": CommandCase(_nested_arrays, 32_000),
    "a feed, all bad": CommandCase(_feed_of_bad, 8000, has_fixed_memory=True),
    "a feed, none bad": CommandCase(_feed_of_clean, 15_000, has_fixed_memory=True),
    "a feed of envelopes": CommandCase(_feed_of_envelopes, 5000, has_fixed_memory=True),
    "lines of n bytes": CommandCase(_long_lines, 4_000_000),
    "a gzip archive": CommandCase(_archive, 6000, has_fixed_memory=True),
    "a large record": CommandCase(_large_record, 300_000),
    "a script of n lines": CommandCase(_script, 1500, ()),
    "n brackets": CommandCase(_brackets, 16_000_000),
    "keys of n characters": CommandCase(_long_keys, 2_000_000),
    "a suppression for each of n files": CommandCase(_suppressions, 1500),
    "a folder with n files": CommandCase(_folder, 2000),
    "a folder with n links to it": CommandCase(_linked_folder, 2000),
    "n deep folders with links": CommandCase(_deep_folders, 4000, ("text",)),
}
