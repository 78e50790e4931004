"""DBOS in this process, of which there is one only: started, asked and stopped, always from a thread.

This is the only module that knows DBOS. What it uses beyond DBOS's published names stands in `_Inner`, and a test
says when that is not there any more.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from memory.errors import EngineTaken, StoreUnavailable
from runbooks.engine.durable.bridge import LetGo
from runbooks.engine.durable.database import DatabaseError, Engine, understood
from runbooks.engine.port import FIRST, Queue, Report, Standing, Work

if TYPE_CHECKING:
    from dbos import DBOSConfig, WorkflowStatus

VERSION = "1"
"""Of what a work's recorded legs mean. Nodes of one number carry on each other's works, whatever else changed."""

RETENTION_S = 24 * 3600.0
_WORKFLOW = "quarterdeck.carry"
_STANDINGS = {"ENQUEUED": Standing.QUEUED, "DELAYED": Standing.QUEUED, "PENDING": Standing.RUNNING}
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_CHUNK = 500
_LONGEST_LOOK_S = 10.0  # into a queue, where the database hangs

_taken = threading.Lock()

Leg = Callable[[Work, str], Report]


class Active(NamedTuple):
    """A work that waits or runs."""

    id: str
    queue: str
    tenant: str
    running: bool
    place: tuple[int, int, str]  # who is taken up first is least


class DbosProcess:
    """DBOS between `start` and `stop`. Every method blocks."""

    def __init__(self, engine: Engine, application: str, node: str, queues: Sequence[Queue], leg: Leg) -> None:
        self._engine = engine
        self._application = application
        self._node = node
        self._queues = {queue.name: queue for queue in queues}
        self._leg = leg
        self._stopping = threading.Event()
        self._under_way: set[str] = set()
        self._orphans: frozenset[str] = frozenset()

    def start(self) -> None:
        """Begin to work; raises `EngineTaken` or `StoreUnavailable`."""
        if not _taken.acquire(blocking=False):
            raise EngineTaken("expected a process without a durable engine, found one that runs already")
        try:
            with understood():
                self._launch()
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        """Give back what is not finished, and end every thread of DBOS."""
        self.pause()
        try:
            _Inner.dequeued(self._queue(""))  # else one of them takes up again what is given back
            with understood():
                self.recover([self._node])
        except StoreUnavailable:
            pass  # others will find out that this node is gone
        finally:
            self._end()

    def pause(self) -> None:
        """Take up nothing more; what is under way ends at its next safe point."""
        self._stopping.set()
        _Inner.stop_dequeuing()

    @property
    def under_way(self) -> int:
        """How many works are carried out here now."""
        return len(self._under_way)

    def enqueue(self, work: Work) -> None:
        """Keep a work until it is carried out; one that is kept already stays as it is."""
        from dbos import DBOS

        with understood():
            DBOS.enqueue_workflow_with_options(
                {
                    "workflow_name": _WORKFLOW,
                    "queue_name": self._queue(work.lane.queue),
                    "workflow_id": work.id,
                    "app_version": VERSION,
                    "priority": work.lane.priority,
                    "queue_partition_key": work.tenant,
                },
                work.model_dump(mode="json"),
            )

    def standings(self, ids: Collection[str]) -> Mapping[str, Standing]:
        """Return where these works stand; those that are not known are left out."""
        asked = sorted(ids)
        found: dict[str, Standing] = {}
        for start in range(0, len(asked), _CHUNK):
            for each in self._list(workflow_ids=asked[start : start + _CHUNK]):
                found[each.workflow_id] = _STANDINGS.get(each.status, Standing.OVER)
        return found

    def active(self) -> "list[Active]":
        """Return what waits and what runs, on all nodes."""
        prefix = self._queue("")
        found = self._list(status=["ENQUEUED", "PENDING"])
        return [_active(each, prefix) for each in found if (each.queue_name or "").startswith(prefix)]

    def at_work(self) -> frozenset[str]:
        """Return the nodes that works are given to which are not over."""
        return frozenset(each.executor_id for each in self._list(status=["PENDING"]) if each.executor_id)

    def cancel(self, work_id: str) -> None:
        """Let no further leg begin."""
        from dbos import DBOS

        with understood():
            DBOS.cancel_workflow(work_id)

    def recover(self, nodes: Sequence[str]) -> int:
        """Queue again what these nodes were carrying out; return how many works that were."""
        with understood():
            return _Inner.recover(list(nodes))

    def mend(self) -> None:
        """Queue again what this node was given and does not work on: the database was away when it ended.

        It has to be so twice, as one that was just given may not have begun.
        """
        given = {each.workflow_id for each in self._list(status=["PENDING"], executor_id=self._node)}
        lost = frozenset(given - self._under_way)
        with understood():
            for each in sorted(lost & self._orphans):
                _Inner.requeue(each, self._node)
        self._orphans = lost

    def forget(self) -> int:
        """Forget what has been over for a day; return how many works that were."""
        from datetime import UTC, datetime, timedelta

        from dbos import DBOS

        before = (datetime.now(UTC) - timedelta(seconds=RETENTION_S)).isoformat()
        old = [each.workflow_id for each in self._list(status=_ENDED, completed_before=before, limit=_CHUNK)]
        with understood():
            if old:
                DBOS.delete_workflows(old)
        return len(old)

    def _launch(self) -> None:
        from dbos import DBOS

        logger = logging.getLogger("dbos")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())  # else it writes to the terminal by itself
        DBOS(config=self._config())
        DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(self._workflow())
        DBOS.launch()
        _Inner.raise_when_away()
        for queue in self._queues.values():
            DBOS.register_queue(
                self._queue(queue.name),
                worker_concurrency=queue.concurrency,
                partition_worker_concurrency=min(queue.per_tenant, queue.concurrency),
                polling_interval_sec=queue.look_s,
                on_conflict="always_update",
            )

    def _config(self) -> "DBOSConfig":
        from dbos import DBOSPortableJSONSerializer

        return {
            "name": self._application,
            "system_database_url": self._engine.url.render_as_string(hide_password=True),
            "system_database_engine": self._engine,
            "executor_id": self._node,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "log_level": "ERROR",
            "scheduler_polling_interval_sec": 3600.0,
            "notification_listener_polling_interval_sec": 0.5,
            "max_executor_threads": sum(queue.concurrency for queue in self._queues.values()) + 4,
        }

    def _workflow(self) -> Callable[[dict[str, Any]], str]:
        def carry(document: dict[str, Any]) -> str:
            work = Work.model_validate(document)
            self._under_way.add(work.id)
            try:
                return self._carry(work)
            finally:
                self._under_way.discard(work.id)

        return carry

    def _carry(self, work: Work) -> str:
        """Carry a work out, leg by leg: each is one step of DBOS, whose report it remembers."""
        from dbos import DBOS, error

        leg = FIRST
        while True:
            if self._stopping.is_set():
                raise LetGo
            try:
                told = DBOS.run_step({"name": leg}, self._step, work, leg)
            except (error.DBOSException, DatabaseError) as lost:  # another's by now, or not to be remembered
                raise LetGo from lost
            if told["next"] is None:
                return str(told["says"])
            self._stopping.wait(max(0.0, told["at"] - time.time()))
            leg = told["next"]

    def _step(self, work: Work, leg: str) -> dict[str, Any]:
        """Return the report of a leg, as it is remembered: with the moment at which the next one may begin."""
        try:
            report = self._leg(work, leg)
            return {"next": report.next, "at": time.time() + report.after_s, "says": report.says}
        except StoreUnavailable as error:
            raise LetGo from error

    def _queue(self, name: str) -> str:
        """Return DBOS's name of a queue: it is one of the whole database."""
        return f"{self._application}.{name}"

    def _list(self, **asked: Any) -> "list[WorkflowStatus]":
        from dbos import DBOS

        with understood():
            return DBOS.list_workflows(
                load_input=False, load_output=False, application_name=self._application, **asked
            )

    def _end(self) -> None:
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True)
        self._engine.dispose()
        _taken.release()


def _active(found: "WorkflowStatus", prefix: str) -> Active:
    name, tenant = (found.queue_name or "").removeprefix(prefix), found.queue_partition_key or ""
    place = (found.priority or 0, found.created_at or 0, found.workflow_id)
    return Active(found.workflow_id, name, tenant, found.status == "PENDING", place)


class _Inner:
    """What DBOS does not publish. `tests/runbooks/engine/test_durable.py` sees that it is still there."""

    @staticmethod
    def instance() -> Any:
        from dbos import _dbos

        return _dbos._get_dbos_instance()  # noqa: SLF001 - see the class

    @classmethod
    def stop_dequeuing(cls) -> None:
        for stop in cls.instance().background_thread_stop_events:
            stop.set()

    @staticmethod
    def dequeued(queues: str) -> None:
        """Return once nothing is taken up any more from queues whose names begin so.

        A thread that has yet to begin looks whether it is to stop before it looks into its queue.
        """
        for thread in threading.enumerate():
            if thread.name.startswith(f"queue-worker-{queues}") and thread.is_alive():
                thread.join(_LONGEST_LOOK_S)

    @classmethod
    def raise_when_away(cls) -> None:
        """Let a lost connection be an error: by itself, a thread would wait for it, and `stop` for the thread."""
        cls.instance()._sys_db._retry_connection_errors = False  # noqa: SLF001 - see the class

    @classmethod
    def recover(cls, nodes: list[str]) -> int:
        return len(cls.instance()._recover_pending_workflows(nodes))  # noqa: SLF001 - see the class

    @classmethod
    def requeue(cls, work_id: str, node: str) -> None:
        cls.instance()._sys_db.reenqueue_for_recovery(work_id, [node], work_id)  # noqa: SLF001 - see the class
