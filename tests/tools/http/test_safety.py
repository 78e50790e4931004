"""What never leaves: credentials, requests to elsewhere, words in plain over what was to be secure."""

import asyncio
import logging

import pytest
from pydantic import SecretStr

from memory.errors import (
    ConnectorRejected,
    ConnectorUnreachable,
    InvalidInput,
    InvalidSettings,
)
from tests.fakes.http import (
    FaultyServer,
    answer,
    hanging_up,
)
from tests.servers import free_port
from tools.http import HttpClient

SECRET = "s3cr3t-token"
OK = answer(200, b'{"ok": true}')


def client(server: FaultyServer, **settings: object) -> HttpClient:
    return HttpClient(server.url, source="somewhere", **settings)  # type: ignore[arg-type]  # each test's own


async def test_a_redirect_is_refused_and_not_followed() -> None:
    async with FaultyServer(OK) as elsewhere, FaultyServer(answer(302, location=elsewhere.url)) as server:
        with pytest.raises(ConnectorRejected, match="302 Found; redirects are not followed"):
            await client(server, headers={"authorization": SecretStr(SECRET)}).get("/a")
    assert elsewhere.requests == []


async def test_an_https_address_that_speaks_no_tls_is_refused_and_told_nothing() -> None:
    told = bytearray()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.extend(await reader.read(65_536))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    asking = HttpClient(url, source="somewhere", attempts=1, headers={"x-key": SecretStr(SECRET)})
    with pytest.raises(ConnectorUnreachable, match="no secure connection could be made"):
        await asking.get("/a")
    server.close()
    assert told
    assert SECRET.encode() not in told


async def test_credentials_are_sent_and_appear_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FaultyServer(answer(401), hanging_up()) as server:
        asking = client(server, headers={"Authorization": SecretStr(SECRET)}, attempts=2)
        with pytest.raises(ConnectorRejected) as refused:
            await asking.get("/a")
        with pytest.raises(ConnectorUnreachable) as lost:
            await asking.get("/a")
    assert server.requests[0].headers["authorization"] == SECRET
    told = [repr(asking), repr(refused.value), repr(lost.value), lost.value.hint, caplog.text]
    assert not [text for text in told if SECRET in text]


@pytest.mark.parametrize("value", [f"{SECRET}\r\nx: y", f"{SECRET}é"])
def test_a_credential_that_http_cannot_carry_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(InvalidSettings, match="header Authorization for x") as raised:
        HttpClient("http://x", source="x", headers={"Authorization": SecretStr(value)})
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("url", ["", "localhost:9090", "ftp://x", "http://", "http://user:pw@x", "http://[::"])
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(InvalidSettings, match="for somewhere") as raised:
        HttpClient(url, source="somewhere")
    assert "pw" not in f"{raised.value} {raised.value.hint}".replace("password", "")


@pytest.mark.parametrize("path", ["a", "//evil/a", "http://evil/a", "/a/../b", "/./a"])
async def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="expected a path"):
        await HttpClient("http://127.0.0.1", source="x").get(path)


async def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    async with FaultyServer(OK) as server:
        assert await client(server).get("/a") == {"ok": True}
