"""The way from an engine's threads to the one event loop that everything else belongs to, and back."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from memory.tasks import stopped

T = TypeVar("T")


class LetGo(BaseException):
    """A thread is to stop at once, and to record nothing: somebody else carries on from where things stand.

    It is no `Exception`, so that DBOS does not take it for what came of the work.
    """


class Bridge:
    """Runs coroutines on the loop it was made on, for threads that wait for them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()  # nothing of a thread's own may leak into the loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what the coroutine returns, or raise what it raises; `LetGo` where it was cancelled.

        Never call it on the loop's own thread: it would wait for itself.
        """
        answer: Future[T] = Future()

        async def done() -> None:
            try:
                result = await work()
            except asyncio.CancelledError:
                answer.set_exception(LetGo())
                raise
            except BaseException as error:  # noqa: BLE001 - the thread is to meet it, whatever it is
                answer.set_exception(error)
            else:
                answer.set_result(result)

        def begin() -> None:
            if self._closed:
                answer.set_exception(LetGo())
                return
            task = self._loop.create_task(done(), context=self._context.copy())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        try:
            self._loop.call_soon_threadsafe(begin)
        except RuntimeError as error:  # the loop is closed
            raise LetGo from error
        return answer.result()

    async def close(self) -> None:
        """Cancel what runs, and let nothing begin any more."""
        self._closed = True
        tasks = list(self._tasks)
        await stopped(*tasks)
