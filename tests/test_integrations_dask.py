"""Feeds on a cluster: bags, blocks, workers that die, and clusters that are not there."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module

import dask.bag
import pytest
from distributed import Client, LocalCluster

from hopdrive_appointments import ArgumentTypeError, MissingExtra, Operation
from hopdrive_appointments.batch import Batch, Block, Result, Settings, Unreadable, check_block
from hopdrive_appointments.integrations import dask as on_dask
from hopdrive_appointments.integrations.dask import ClusterError, check_bag, check_on_cluster, summarise
from hopdrive_appointments.snapshots import record_from_json
from tests.case_space import example

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = Settings(Operation.PATCH, NOW)
LINES = ["{}", '{"vehicle_year": 1}\n', b"{}\r\n", " ", b"\xff", '"\ud800"', '{"vehicle_vin": "x"}']


def bag(partitions: int = 2) -> dask.bag.Bag:
    return dask.bag.from_sequence(LINES, npartitions=partitions)


def computed(results: dask.bag.Bag) -> list[Result]:
    """Compute a bag in this process."""
    return list(results.compute(scheduler="synchronous"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Run a cluster of two worker processes on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as running:
        yield running


def blocks(count: int) -> list[Block | Unreadable]:
    """Return blocks of several lines, and among them a source that could not be read."""
    each = [Block("a.jsonl", True, 1 + 3 * number, b'{}\n{"vehicle_year": 1}\n{\n') for number in range(count)]
    return [*each[: count // 2], Unreadable("b.json", "broken"), *each[count // 2 :]]


def expected(given: list[Block | Unreadable]) -> list[Batch | Unreadable]:
    return [each if isinstance(each, Unreadable) else check_block(each, SETTINGS) for each in given]


def test_a_bag_of_lines_is_a_bag_of_results() -> None:
    """Every line that is not blank, text or bytes, has a result with its line in its partition."""
    results = computed(check_bag(bag(1), Operation.PATCH, now=NOW))
    assert [(result.source, result.line) for result in results] == [("partition 0", n) for n in (1, 2, 3, 5, 6, 7)]
    assert [result.accepted for result in results] == [True, False, True, False, False, True]
    apart = computed(check_bag(bag(3), Operation.PATCH, now=NOW))
    assert {result.source for result in apart} == {"partition 0", "partition 1", "partition 2"}
    assert [result.tier for result in apart] == [result.tier for result in results]


def test_a_bag_is_checked_against_a_record() -> None:
    """The record decides about every line, and a bag of bodies to create is the default."""
    record = record_from_json(example("ready"))
    lines = dask.bag.from_sequence(['{"vehicle_color": "red"}'], npartitions=1)
    (result,) = computed(check_bag(lines, Operation.PATCH, now=NOW, record=record))
    assert [located.finding.code for located in result.findings] == ["field_frozen"]
    (result,) = computed(check_bag(lines, now=NOW))
    assert result.operation is Operation.CREATE


def test_the_time_of_a_bag_needs_a_zone() -> None:
    """A time without a zone is refused at once, before anything is computed."""
    with pytest.raises(ArgumentTypeError, match="time zone"):
        check_bag(bag(), now=datetime(2026, 3, 1))


@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_a_summary_counts_the_tiers(partitions: int) -> None:
    """The summary of a bag is how many results there are of each tier."""
    results = check_bag(bag(partitions), Operation.PATCH, now=NOW)
    tally = Counter(result.tier for result in computed(results))
    assert summarise(results).compute(scheduler="synchronous") == tally
    assert tally.total() == 6


def test_a_bag_is_computed_on_a_cluster(cluster: LocalCluster) -> None:
    """On a cluster a bag has the results that it has in this process."""
    results = check_bag(bag(), Operation.PATCH, now=NOW)
    here = computed(results)
    with Client(cluster):
        assert list(results.compute()) == here
        assert summarise(results).compute() == Counter(result.tier for result in here)


def test_blocks_are_checked_on_a_cluster_in_order(cluster: LocalCluster) -> None:
    """The batches of a cluster are those of this process, in the order of the blocks."""
    given = blocks(20)
    assert list(check_on_cluster(given, SETTINGS, cluster.scheduler_address)) == expected(given)


def test_a_worker_that_dies_costs_no_result(cluster: LocalCluster) -> None:
    """With one of two workers killed half-way, the result is complete and in order."""
    given = blocks(60)
    with Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
    assert len(set(pids)) == 2

    def deadly() -> Iterator[Block | Unreadable]:
        for number, each in enumerate(given):
            if number == len(given) // 2:
                os.kill(pids[0], signal.SIGKILL)
            yield each

    assert list(check_on_cluster(deadly(), SETTINGS, cluster.scheduler_address)) == expected(given)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://127.0.0.1"])
def test_a_cluster_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Where no cluster can be reached, ClusterError is raised at once and names the address."""
    monkeypatch.setattr(on_dask, "_CONNECT_SECONDS", 0.3)
    with pytest.raises(ClusterError, match=address):
        check_on_cluster([], SETTINGS, address)


def test_without_dask_the_import_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where dask is not installed, importing the module is a MissingExtra that says what to install."""
    name = "hopdrive_appointments.integrations.dask"
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[dask\]") as raised:
        import_module(name)
    assert raised.value.extra == "dask"
