"""DBOS as its own documentation shows it, to hold our engine against: a queue, and steps that do nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dbos import DBOS, DBOSPortableJSONSerializer

from runbooks.engine.port import Queue

POLL_S = 0.1  # as the engine polls
_WORKFLOW = "bare"


class BareDbos:
    """One DBOS in this process, which has no other while it runs."""

    def __init__(self, address: str, queue: Queue, steps: int) -> None:
        self._address = address
        self._queue = queue
        self._steps = steps
        self._queued: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._done = threading.Semaphore(0)

    @contextmanager
    def running(self) -> Iterator["BareDbos"]:
        """Launch it, and take it down at the end."""
        DBOS(
            config={
                "name": "bare",
                "system_database_url": self._address,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "ERROR",
                "max_executor_threads": self._queue.concurrency + 4,
            }
        )
        DBOS.workflow(name=_WORKFLOW)(self._workflow())
        DBOS.launch()
        DBOS.register_queue(
            self._queue.name,
            worker_concurrency=self._queue.concurrency,
            partition_worker_concurrency=self._queue.per_tenant,
            polling_interval_sec=POLL_S,
        )
        try:
            yield self
        finally:
            DBOS.destroy(destroy_registry=True)

    def enqueue(self, run: str, tenant: str) -> None:
        """Queue one workflow."""
        self._queued[run] = time.perf_counter()
        DBOS.enqueue_workflow_with_options(
            {
                "workflow_name": _WORKFLOW,
                "queue_name": self._queue.name,
                "workflow_id": run,
                "priority": 100,
                "queue_partition_key": tenant,
            },
            run,
        )

    def wait_for(self, count: int) -> None:
        """Return once so many are over."""
        for _ in range(count):
            self._done.acquire()

    def waits(self) -> list[float]:
        """Return how long each waited from when it was queued, in seconds."""
        return [begun - self._queued[run] for run, begun in self._begun.items()]

    def _workflow(self) -> Callable[[str], None]:
        def carried(run: str) -> None:
            self._begun[run] = time.perf_counter()
            for number in range(self._steps):
                DBOS.run_step({"name": f"step {number}"}, _nothing)
            self._done.release()

        return carried


def _nothing() -> None:
    """Do nothing, durably."""
