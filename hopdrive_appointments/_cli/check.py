"""The command `check`: check the inputs, and write a report."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen

from .._batch.blocks import Unreadable, blocks_of
from .._batch.checker import Batch, Settings
from .._batch.engine import WorkerLost, check_here
from .._batch.inputs import Input, find_inputs
from .._batch.results import reaches
from .._batch.suppressions import ConfigurationError, Suppressions, read_suppressions
from ..rules import Operation, Severity
from . import exits
from .formats import FORMATS, Reporter, Summary
from .output import complain
from .progress import Progress
from .record_file import read_record_file


@frozen
class Options:
    """The options and arguments of the command."""

    operation: Operation
    paths: tuple[str, ...]
    """Names of files and folders, or `-` for standard input."""
    record: str | None
    now: datetime
    is_feed: bool | None
    fail_on: Severity
    format: str
    jobs: int
    dask: str | None
    """The address of a dask cluster."""
    configuration: Path | None


def check_paths(options: Options) -> int:
    """Check all paths, write the report, and return the exit code."""
    try:
        suppressions = read_suppressions(options.configuration, Path.cwd())
    except ConfigurationError as error:
        complain(str(error))
        return exits.UNUSABLE
    record = None if options.record is None else read_record_file(options.record)
    if options.record is not None and record is None:
        return exits.UNUSABLE
    reporter = FORMATS[options.format](sys.stdout, options.fail_on)
    settings = Settings(options.operation, options.now, record, reporter.wants_clean)
    inputs = find_inputs(options.paths, options.is_feed)
    try:
        batches = _checked(inputs, settings, options)
    except ConnectionError as error:
        complain(str(error))
        return exits.UNUSABLE
    return _report(batches, reporter, suppressions, options.fail_on)


def _checked(inputs: Iterable[Input], settings: Settings, options: Options) -> Iterator[Batch | Unreadable]:
    """Check all inputs in this process, in several processes or on a cluster, and yield the batches."""
    if options.dask is not None:
        from .._batch.cluster import check_on_cluster

        return check_on_cluster(blocks_of(inputs), settings, options.dask)
    if options.jobs == 1:
        return check_here(blocks_of(inputs), settings)
    # Imported only here, because importing them takes a tenth of the time of a small check.
    from .._batch.file_ranges import pieces_of
    from .._batch.workers import check_in_processes

    return check_in_processes(pieces_of(inputs), settings, options.jobs)


def _report(
    batches: Iterator[Batch | Unreadable], reporter: Reporter, suppressions: Suppressions, fail_on: Severity
) -> int:
    summary, worker_lost = Summary(), False
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
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends the process immediately
            summary.interrupted = True
        except WorkerLost as error:
            complain(str(error))
            summary.interrupted = worker_lost = True
    if not summary.interrupted and not summary.unreadable:  # what was not checked might need a suppression
        summary.unused = suppressions.unused
    reporter.finish(summary)
    sys.stdout.flush()
    if worker_lost:
        return exits.INTERNAL
    if summary.interrupted:
        return exits.INTERRUPTED
    if summary.unreadable:
        return exits.UNUSABLE
    return exits.FINDINGS if any(reaches(tier, fail_on) for tier in summary.tally) else exits.CLEAN


def _add_batch(batch: Batch, reporter: Reporter, suppressions: Suppressions, summary: Summary) -> None:
    summary.tally.update(batch.tally)
    for result in batch.results:
        final = suppressions.apply(result)
        if final is not result:
            summary.tally[result.tier] -= 1
            summary.tally[final.tier] += 1
            summary.tally += type(summary.tally)()  # removes tiers with no bodies left
            summary.suppressed += sum(located.suppressed is not None for located in final.findings)
        reporter.add(final)
