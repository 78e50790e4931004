"""What is begun beside is over when it was stopped."""

import asyncio

from memory.tasks import stopped


async def test_stopped_tasks_have_ended_and_their_failures_are_nobodys_concern() -> None:
    tidied = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.append("endless")

    async def failing() -> None:
        raise ValueError("nobody asks")

    tasks = [asyncio.create_task(endless()), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    await stopped(*tasks)
    assert tidied == ["endless"]
    assert all(task.done() for task in tasks)


async def test_nothing_to_stop_is_no_mistake() -> None:
    await stopped()
