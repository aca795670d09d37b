"""Which findings can be reported together: the published table, as an assertion about the findings of one answer."""

from __future__ import annotations

from collections.abc import Iterable

from hopdrive_appointments import Finding
from hopdrive_appointments.rules import Operation, Severity
from hopdrive_appointments.rules.procedure import STAGES, Stage


def stage_of(finding: Finding) -> Stage:
    """Return the stage of a finding that refuses: the one with its code and, if there are several, with its rule."""
    stages = [stage for stage in STAGES.values() if finding.code in stage.codes]
    if len(stages) > 1:
        stages = [stage for stage in stages if finding.rule in stage.rules]
    (stage,) = stages
    return stage


def assert_together(findings: Iterable[Finding], operation: Operation | None) -> None:
    """Assert that the refusals among the findings of one answer can be reported together.

    The operation is None where the request could not be understood.
    """
    refusals = [finding for finding in findings if finding.severity is Severity.REFUSED]
    stages = [stage_of(finding) for finding in refusals]
    for number, (finding, stage) in enumerate(zip(refusals, stages, strict=True)):
        assert operation is None or operation in stage.operations, finding
        assert (finding.field is not None) is stage.has_field, finding
        assert finding.rule in stage.rules, finding
        others = stages[:number] + stages[number + 1 :]
        assert {other.name for other in others} <= set(stage.together_with), finding
    fields = [finding.field for finding in refusals if finding.field is not None]
    assert len(set(fields)) == len(fields)
