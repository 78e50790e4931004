"""People at one application, without a server: over REST with a key, and at the console with a session."""

import re

import httpx
from fastapi import FastAPI

from tests.bot.surfaces.origin import ORIGIN


def client(app: FastAPI, name: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer qd_{name}", "Origin": ORIGIN}
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


async def at_console(app: FastAPI, name: str) -> httpx.AsyncClient:
    visitor = client(app, name)
    assert (await visitor.post("/console/sign-in", data={"key": f"qd_{name}"})).status_code == 303
    return visitor


async def filled_in(client: httpx.AsyncClient, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form as the page that has it does, with the token that stands in it."""
    sent = {"form_token": token((await client.get(page)).text), **fields}
    return await client.post(path, data=sent, headers={"Origin": ORIGIN})


def token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]
