"""Tasks that run beside others: whoever began one ends it, and waits until it has ended."""

import asyncio
from typing import Any


async def stopped(*tasks: asyncio.Future[Any]) -> None:
    """Stop tasks and wait for their end; how each of them ended is nobody's concern any more."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
