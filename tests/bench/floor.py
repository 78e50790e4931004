"""The least a FastAPI server can do: one endpoint that reads JSON and does nothing. Run as a program."""

import asyncio
import json

from fastapi import FastAPI
from pydantic import BaseModel

from bot.serving import listener, serving, until_told


class Said(BaseModel):
    """What is sent."""

    text: str


def application() -> FastAPI:
    """Return the application."""
    app = FastAPI()

    @app.post("/nothing")
    async def nothing(said: Said) -> Said:
        return said

    @app.get("/readyz")
    async def ready() -> None:
        return None

    return app


async def main() -> None:
    """Serve it until told to stop."""
    with listener("127.0.0.1", 0) as bound:
        async with serving(application(), bound, asyncio.Event()):
            print(json.dumps({"url": "http://{}:{}".format(*bound.getsockname())}), flush=True)  # noqa: T201  # the bench reads this
            await until_told()


if __name__ == "__main__":
    asyncio.run(main())
