"""Blocks checked on a cluster, including workers that are killed and clusters that cannot be reached."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any, cast

import pytest
from distributed import Client, KilledWorker, LocalCluster, default_client

from hopdrive_appointments import MissingExtra, Operation
from hopdrive_appointments._batch import cluster as module
from hopdrive_appointments._batch.blocks import Block, Unreadable
from hopdrive_appointments._batch.checker import Batch, Settings, check_block
from hopdrive_appointments._batch.cluster import ClusterError, ClusterLost, check_on_cluster

CHECK = partial(check_block, settings=Settings(Operation.PATCH, datetime(2026, 3, 1, 12, tzinfo=UTC)))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Run a cluster of two worker processes on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as running:
        yield running


def make_input(count: int) -> list[Block | Unreadable]:
    """Return blocks of several lines, with an unreadable source in the middle."""
    blocks = [Block("a.jsonl", True, 1 + 3 * number, b'{}\n{"vehicle_year": 1}\n{\n') for number in range(count)]
    return [*blocks[: count // 2], Unreadable("b.json", "broken"), *blocks[count // 2 :]]


def expected_output(given: list[Block | Unreadable]) -> list[Batch | Unreadable]:
    """Return the output for an input, computed in this process."""
    return [each if isinstance(each, Unreadable) else CHECK(each) for each in given]


def test_block_order(cluster: LocalCluster) -> None:
    """The batches come in the order of the blocks, and are the same as in this process."""
    given = make_input(20)
    assert list(check_on_cluster(given, CHECK, cluster.scheduler_address)) == expected_output(given)


def test_lost_worker(cluster: LocalCluster) -> None:
    """If one of two workers is killed during a check, the output is complete and in order."""
    given = make_input(60)
    with Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
    assert len(set(pids)) == 2

    def killing() -> Iterator[Block | Unreadable]:
        for number, each in enumerate(given):
            if number == len(given) // 2:
                os.kill(pids[0], signal.SIGKILL)
            yield each

    assert list(check_on_cluster(killing(), CHECK, cluster.scheduler_address)) == expected_output(given)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://127.0.0.1:x", "tls://127.0.0.1:1", "nonsense://x", ""]
)
def test_no_cluster(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no cluster can be reached, ClusterError with the address is raised immediately."""
    monkeypatch.setattr(module, "_CONNECT_SECONDS", 0.3)
    with pytest.raises(ClusterError, match=repr(address)):
        check_on_cluster([], CHECK, address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "nonsense://x"])
def test_no_open_client(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that cannot be reached leaves no open client: collected in a client's thread, it would block that."""
    monkeypatch.setattr(module, "_CONNECT_SECONDS", 0.3)
    with pytest.raises(ClusterError):
        check_on_cluster([], CHECK, address)
    assert {each.status for each in gc.get_objects() if issubclass(type(each), Client)} <= {"closed"}


def test_not_default_client(cluster: LocalCluster) -> None:
    """The client of a check does not become the client that dask uses for everything else."""
    outcomes = check_on_cluster(make_input(2), CHECK, cluster.scheduler_address)
    with pytest.raises(ValueError, match="No clients found"):
        default_client()
    assert list(outcomes) == expected_output(make_input(2))


class TestLostScheduler:
    """A scheduler that ends, or does not answer any more."""

    @pytest.fixture
    def scheduler(self) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        """Run a scheduler without workers, and return its process and its address."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        line = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen([*line, "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield process, f"tcp://127.0.0.1:{port}"
        process.kill()
        process.wait()

    @pytest.mark.parametrize(
        ("number", "is_begun"),
        [
            (signal.SIGKILL, False),
            (signal.SIGSTOP, True),
            pytest.param(signal.SIGKILL, True, marks=pytest.mark.slow),
            pytest.param(signal.SIGSTOP, False, marks=pytest.mark.slow),
        ],
    )
    def test_reported(
        self,
        scheduler: tuple[subprocess.Popen[bytes], str],
        monkeypatch: pytest.MonkeyPatch,
        number: signal.Signals,
        is_begun: bool,
    ) -> None:
        """The check ends with ClusterLost soon, before or after blocks are sent."""
        process, address = scheduler
        monkeypatch.setattr(module, "_CONNECT_SECONDS", 60)
        monkeypatch.setattr(module, "_ANSWER_SECONDS", 0.5)
        monkeypatch.setattr(module, "_CLOSE_SECONDS", 0.5)
        outcomes = check_on_cluster(self.blocks(process, number) if is_begun else make_input(2), CHECK, address)
        if not is_begun:
            process.send_signal(number)
        with pytest.raises(ClusterLost, match=address):
            list(outcomes)

    @staticmethod
    def blocks(process: subprocess.Popen[bytes], number: signal.Signals) -> Iterator[Block | Unreadable]:
        """Yield a block, and send a signal to the scheduler after it is sent."""
        yield from make_input(1)[1:]
        process.send_signal(number)


def test_killed_workers(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that kills every worker that checks it ends the check with ClusterLost."""

    def kill(*_: object) -> None:
        raise KilledWorker("block", last_worker=cast(Any, None), allowed_failures=3)

    monkeypatch.setattr(module, "in_order", kill)
    with pytest.raises(ClusterLost, match="were killed"):
        list(check_on_cluster([], CHECK, cluster.scheduler_address))


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without distributed, importing the module raises MissingExtra with the name of the extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, module.__name__)
    with pytest.raises(MissingExtra, match=r"hopdrive-appointments\[dask\]") as raised:
        import_module(module.__name__)
    assert raised.value.extra == "dask"
