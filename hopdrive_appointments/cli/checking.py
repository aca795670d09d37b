"""The command `check`: sources through the engine into a report."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen

from ..batch import (
    Batch,
    ConfigurationError,
    Settings,
    Source,
    Suppressions,
    Unreadable,
    blocks_of,
    find_sources,
    reaches,
    read_suppressions,
)
from ..batch.engine import WorkerLost, check_here, check_in_processes
from ..errors import Refused
from ..records import Record
from ..rules import Operation, Severity
from ..snapshots import record_from_json
from ..strict_json import JsonInvalid, parse
from . import exits
from .formats import FORMATS, Reporter, Summary
from .output import complain, read_bytes
from .progress import Progress


@frozen
class Options:
    """What was asked for on the command line."""

    operation: Operation
    paths: tuple[Path, ...]
    record: Path | None
    now: datetime
    is_feed: bool | None
    fail_on: Severity
    format: str
    jobs: int
    dask: str | None
    configuration: Path | None


def check_paths(options: Options) -> int:
    """Check everything, report it, and return the exit code."""
    try:
        suppressions = read_suppressions(options.configuration, Path.cwd())
    except ConfigurationError as error:
        complain(str(error))
        return exits.UNUSABLE
    record = None if options.record is None else _read_record(options.record)
    if options.record is not None and record is None:
        return exits.UNUSABLE
    reporter = FORMATS[options.format](sys.stdout, options.fail_on)
    settings = Settings(options.operation, options.now, record, reporter.wants_clean)
    sources = find_sources(options.paths, options.is_feed)
    try:
        batches = _engine(options, sources, settings)
    except ConnectionError as error:
        complain(str(error))
        return exits.UNUSABLE
    return _report(batches, reporter, suppressions, options.fail_on)


def _engine(options: Options, sources: Iterable[Source], settings: Settings) -> Iterator[Batch | Unreadable]:
    if options.dask is not None:
        from ..integrations.dask import check_on_cluster

        return check_on_cluster(blocks_of(sources), settings, options.dask)
    if options.jobs == 1:
        return check_here(blocks_of(sources), settings)
    from ..batch.stretches import pieces_of

    return check_in_processes(pieces_of(sources), settings, options.jobs)


def _report(
    batches: Iterator[Batch | Unreadable], reporter: Reporter, suppressions: Suppressions, fail_on: Severity
) -> int:
    summary, lost = Summary(), False
    reporter.start()
    with Progress() as progress:
        try:
            for each in batches:
                if isinstance(each, Unreadable):
                    complain(f"{each.source}: {each.message}")
                    summary.unreadable += 1
                    reporter.add_unreadable(each)
                else:
                    _add_batch(each, reporter, suppressions, summary)
                    progress.advance(each.bytes, summary.checked)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second one ends the run at once
            summary.interrupted = True
        except WorkerLost as error:
            complain(str(error))
            summary.interrupted = lost = True
    if not summary.interrupted and not summary.unreadable:  # or else what was not seen might have been their use
        summary.unused = suppressions.unused
    reporter.finish(summary)
    sys.stdout.flush()
    if lost:
        return exits.INTERNAL
    if summary.interrupted:
        return exits.INTERRUPTED
    if summary.unreadable:
        return exits.UNUSABLE
    return exits.FINDINGS if any(reaches(tier, fail_on) for tier in summary.tally) else exits.CLEAN


def _add_batch(batch: Batch, reporter: Reporter, suppressions: Suppressions, summary: Summary) -> None:
    summary.tally.update(batch.tally)
    for result in batch.results:
        judged = suppressions.apply(result)
        if judged is not result:
            summary.tally[result.tier] -= 1
            summary.tally[judged.tier] += 1
            summary.tally += type(summary.tally)()  # drop the tiers that have become empty
            summary.suppressed += sum(located.suppressed is not None for located in judged.findings)
        reporter.add(judged)


def _read_record(path: Path) -> Record | None:
    text = read_bytes(path)
    if text is None:
        return None
    try:
        return record_from_json(parse(text))
    except (JsonInvalid, Refused) as error:
        complain(f"{path} is no record: {error}")
        return None
