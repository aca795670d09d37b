"""The command `check`: check the inputs, and write a report."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from .._batch.blocks import Unreadable, blocks_of
from .._batch.checker import Settings
from .._batch.engine import WorkerLost, WorkersUnavailable, check_here
from .._batch.inputs import Input, find_inputs
from .._batch.reporting import BlockReporter, Part
from .._batch.results import reaches
from .._batch.suppressions import Suppressions
from ..rules import Operation, Severity
from . import exits, interrupts
from .configured import configuration_of, links_to
from .formats import FORMATS, Format, Summary
from .messages import complain
from .progress import Progress
from .record_file import read_record_file
from .report import Report
from .rule_links import RuleLinks
from .streams import Unusable, is_in_colour

Parts: TypeAlias = Generator[Part | Unreadable, None, None]


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
    documentation_url: str | None


def check_paths(options: Options) -> int:
    """Check all paths, write the report, and return the exit code. Raises Unusable before the report begins."""
    format = _format(options, RuleLinks())
    try:
        with interrupts.allowed():
            configuration = configuration_of(options.configuration)
            format = _format(options, links_to(options.documentation_url or configuration.documentation_url))
            reporter = _reporter(options, format, configuration.suppressions)
            parts = _parts(find_inputs(options.paths, options.is_feed), reporter, options)
    except KeyboardInterrupt:
        nothing: Parts = (part for part in tuple[Part, ...]())
        return _write(Report(format), nothing, Summary(interrupted=True), options.fail_on)
    summary = Summary(unused=dict.fromkeys(reporter.suppressions.all))
    return _write(Report(format), parts, summary, options.fail_on)


def _format(options: Options, links: RuleLinks) -> Format:
    return FORMATS[options.format](options.fail_on, is_in_colour(), links)


def _reporter(options: Options, format: Format, suppressions: Suppressions) -> BlockReporter:
    record = None if options.record is None else read_record_file(options.record)
    return BlockReporter(Settings(options.operation, options.now, record, format.wants_clean), format, suppressions)


def _parts(inputs: Iterable[Input], reporter: BlockReporter, options: Options) -> Parts:
    """Check all inputs in this process, in several processes or on a cluster, and yield the parts of the report."""
    try:
        if options.dask is not None:
            from .._batch.cluster import check_on_cluster

            logging.disable()  # distributed logs every problem, which the command reports in one line
            return check_on_cluster(blocks_of(inputs), reporter, options.dask)
        if options.jobs == 1:
            return check_here(blocks_of(inputs), reporter.parts)
        # Imported only here, because importing them takes a tenth of the time of a small check.
        from .._batch.file_ranges import pieces_of
        from .._batch.workers import check_in_processes

        return check_in_processes(pieces_of(inputs), reporter, options.jobs)
    except (ConnectionError, WorkersUnavailable) as error:
        raise Unusable(str(error)) from error


def _write(report: Report, parts: Parts, summary: Summary, fail_on: Severity) -> int:
    """Write the report, and return the exit code. An early end of the check still gives a complete report."""
    with report, contextlib.closing(parts):
        report.start()
        is_lost = not _write_parts(report, parts, summary)
        if summary.interrupted or summary.unreadable:
            summary.unused.clear()  # what was not checked might need a suppression
        report.finish(summary)
    if is_lost:
        return exits.INTERNAL
    if summary.interrupted:
        return exits.INTERRUPTED
    if summary.unreadable:
        return exits.UNUSABLE
    return exits.FINDINGS if any(reaches(tier, fail_on) for tier in summary.tally) else exits.CLEAN


def _write_parts(report: Report, parts: Iterator[Part | Unreadable], summary: Summary) -> bool:
    """Write the parts, and return False if the workers are lost."""
    with Progress() as progress:
        try:
            while not summary.interrupted and (part := _next(parts)):
                _add(part, report, summary)
                progress.advance(0 if isinstance(part, Unreadable) else part.bytes, summary.checked)
        except KeyboardInterrupt:
            summary.interrupted = True
        except WorkerLost as error:
            complain(str(error))
            summary.interrupted = True
            return False
    return True


def _next(parts: Iterator[Part | Unreadable]) -> Part | Unreadable | None:
    with interrupts.allowed():
        return next(parts, None)


def _add(part: Part | Unreadable, report: Report, summary: Summary) -> None:
    if isinstance(part, Unreadable):
        complain(f"{part.source}: {part.message}")
        report.add_unreadable(part)
        summary.unreadable.append(part)
    else:
        report.add(part.text)
        summary.add(part)
