"""Feeds as dask bags, computed in this process and on a cluster."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from importlib import import_module

import dask.bag
import pytest
from distributed import Client, LocalCluster

from hopdrive_appointments import ArgumentTypeError, Code, MissingExtra, Operation
from hopdrive_appointments._record_json import record_from_json
from hopdrive_appointments.integrations.dask import Result, check_bag, summarise
from tests.case_space import example

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINES = ["{}", '{"vehicle_year": 1}\n', b"{}\r\n", " ", b"\xff", '"\ud800"', '{"vehicle_vin": "x"}']


def make_bag(partitions: int = 2) -> dask.bag.Bag:
    return dask.bag.from_sequence(LINES, npartitions=partitions)


def compute(results: dask.bag.Bag) -> list[Result]:
    """Compute a bag in this process."""
    return list(results.compute(scheduler="synchronous"))


class TestCheckBag:
    """The results of a bag of lines."""

    def test_line_results(self) -> None:
        """Each line that is not blank has a result, for text and for bytes."""
        results = compute(check_bag(make_bag(1), Operation.PATCH, now=NOW))
        assert [(result.source, result.line) for result in results] == [("partition 0", n) for n in (1, 2, 3, 5, 6, 7)]
        assert [result.accepted for result in results] == [True, False, True, False, False, True]

    def test_partition_sources(self) -> None:
        """The partition is the source of a result, and does not change its findings."""
        one, three = (compute(check_bag(make_bag(count), Operation.PATCH, now=NOW)) for count in (1, 3))
        assert {result.source for result in three} == {"partition 0", "partition 1", "partition 2"}
        assert [result.line for result in three] == [1, 2, 3, 2, 3, 1]
        assert [result.findings[0].finding for result in three if result.findings] == [
            result.findings[0].finding for result in one if result.findings
        ]

    def test_shared_record(self) -> None:
        """Every line is checked against the same record."""
        lines = dask.bag.from_sequence(['{"vehicle_color": "red"}'] * 2, npartitions=2)
        results = compute(check_bag(lines, Operation.PATCH, now=NOW, record=record_from_json(example("ready"))))
        findings = [(result.source, located.finding.code) for result in results for located in result.findings]
        assert findings == [("partition 0", Code.FIELD_FROZEN), ("partition 1", Code.FIELD_FROZEN)]

    def test_default_operation(self) -> None:
        """Without an operation, the lines are bodies of a POST."""
        (result,) = compute(check_bag(dask.bag.from_sequence(["{}"]), now=NOW))
        assert result.operation is Operation.CREATE

    def test_naive_time(self) -> None:
        """A time without a time zone raises ArgumentTypeError before anything is computed."""
        with pytest.raises(ArgumentTypeError, match="time zone"):
            check_bag(make_bag(), now=datetime(2026, 3, 1))


class TestSummarise:
    """The number of results by tier."""

    @pytest.mark.parametrize("partitions", [1, 2, 7])
    def test_tier_counts(self, partitions: int) -> None:
        """The counts of all partitions are added."""
        results = check_bag(make_bag(partitions), Operation.PATCH, now=NOW)
        tally = summarise(results).compute(scheduler="synchronous")
        assert tally == Counter(result.tier for result in compute(results))
        assert tally == {"accepted": 2, "refused": 3, "flagged": 1}

    @pytest.mark.parametrize("lines", [[], [" ", ""]])
    def test_no_results(self, lines: list[str]) -> None:
        """A bag without results has an empty Counter."""
        results = check_bag(dask.bag.from_sequence(lines, npartitions=1), now=NOW)
        assert summarise(results).compute(scheduler="synchronous") == Counter()

    def test_many_partitions(self) -> None:
        """The counts of more partitions than dask adds at once are complete."""
        results = check_bag(dask.bag.from_sequence(["{}", " ", "5"] * 33, npartitions=99), Operation.PATCH, now=NOW)
        assert summarise(results).compute(scheduler="synchronous") == {"accepted": 33, "refused": 33}


def test_cluster_results() -> None:
    """The workers of a cluster compute the same results as this process."""
    results = check_bag(make_bag(), Operation.PATCH, now=NOW)
    expected = compute(results)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        Client(cluster),
    ):
        assert list(results.compute()) == expected
        assert summarise(results).compute() == Counter(result.tier for result in expected)


@pytest.mark.parametrize("missing", ["dask", "dask.bag"])
def test_missing_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dask, importing the module raises MissingExtra with the name of the extra."""
    name = "hopdrive_appointments.integrations.dask"
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[dask\]") as raised:
        import_module(name)
    assert raised.value.extra == "dask"
