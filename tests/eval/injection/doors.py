"""Ways in that nobody pastes through: the text is put where the house itself looks, by whoever may write there.

A model that looks into a question finds it there; what it is offered to look with is up to the house.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.eval.injection.world import World
from tests.fakes.openai_server import call

HOST = "http://quarterdeck.test"


class Doors:
    """Puts texts behind the doors of a world, as alice, who may do so and means no harm."""

    def __init__(self, world: World, http: httpx.AsyncClient) -> None:
        self._world = world
        self._http = http
        self._incident = ""

    async def put(self, door: str, text: str, mark: str) -> None:
        """Put a text behind a door."""
        match door:
            case "answer of a tool":
                _written(self._world.outside.poison, text)
            case "timeline of an incident":
                told = await self._post("/v1/incidents", {"title": "checkout is slow", "services": ["checkout"]})
                self._incident = str(told["number"])
                await self._post(f"/v1/incidents/{self._incident}/notes", {"text": f"about {mark}: {text}"})
            case "correction remembered":
                await self._post("/v1/memories", {"kind": "correction", "text": f"about {mark}: {text}"})

    def looking(self, door: str, mark: str) -> dict[str, Any]:
        """Return the look that finds what was put behind a door, as a model asks for it."""
        arguments = {
            "answer of a tool": ("http__lookup", {"topic": "caches"}),
            "timeline of an incident": ("incident__timeline", {"incident": self._incident}),
            "correction remembered": ("memory__recall", {"about": f"about {mark}"}),
        }
        return call(*arguments[door], "look")

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def _written(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


@asynccontextmanager
async def doors(world: World) -> AsyncIterator[Doors]:
    """Give the doors of a world, with a key of alice's, until the block ends."""
    transport = httpx.ASGITransport(app=world.house.app)
    with world.house.door.trusted(world.person("alice")) as key:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers) as http:
            yield Doors(world, http)
