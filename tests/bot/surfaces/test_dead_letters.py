"""Dead letters and the queue over HTTP, at the console and on the command line, over a runner that keeps them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from bot.queueing import QueueBook
from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from memory.store import Store
from tests.bot.surfaces.origin import ORIGIN
from tests.bot.surfaces.visitors import at_console, client, token
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.people import BOB, EVERYBODY, TENANT
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.conftest import ballot
from tests.runbooks.deadletters.conftest import Morgue
from tests.runbooks.deadletters.test_origins import gone
from tools.capabilities import EVERY


@pytest.fixture
async def morgue(tmp_path: Path) -> AsyncIterator[Morgue]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    made = Morgue(store)
    yield made
    await made.runner.close()
    await store.close()


@pytest.fixture
def app(morgue: Morgue, desk: FakeDesk, sessions: Sessions) -> FastAPI:
    ports = Ports(
        desk=desk,
        log=FakeSignedLog(),
        doorkeeper=FakeDoorkeeper(EVERYBODY),
        clock=morgue.clock,
        ids=morgue.ids,
        dead_letters=morgue.desk,
        queue=QueueBook(morgue.store, morgue.engine, morgue.lanes, 5),
    )
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    return create_app(ports, FakeReplays(), sessions, capabilities=EVERY, console=console)


async def test_a_letter_is_listed_shown_with_its_way_back_and_replayed(
    app: FastAPI, morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        run = await gone(morgue, patch)
    alice = client(app, "alice")
    (letter,) = (await alice.get("/v1/dead-letters", params={"status": "open"})).json()["items"]
    assert letter["origin"]["message"] == "m1"
    shown = (await alice.get(f"/v1/dead-letters/{letter['id']}")).json()
    assert shown["missing"] == []
    assert shown["run"]["id"] == run.id
    replayed = await alice.post(f"/v1/dead-letters/{letter['id']}/replay", json={"reason": "it is back"})
    assert replayed.json()["run"]["status"] == "waiting"
    assert (await alice.get("/v1/dead-letters", params={"status": "open"})).json()["items"] == []


async def test_viewers_look_and_nobody_of_another_tenant_does(
    app: FastAPI, morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = (await morgue.letter(await gone(morgue, monkeypatch))).id
    vic, mallory = client(app, "vic"), client(app, "mallory")
    assert (await vic.get(f"/v1/dead-letters/{letter}")).status_code == 200
    assert (await vic.post(f"/v1/dead-letters/{letter}/replay", json={})).status_code == 403
    assert (await vic.post(f"/v1/dead-letters/{letter}/drop", json={"reason": "no"})).status_code == 403
    assert (await mallory.get(f"/v1/dead-letters/{letter}")).status_code in {401, 404}


async def test_a_drop_without_a_reason_is_refused(
    app: FastAPI, morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = (await morgue.letter(await gone(morgue, monkeypatch))).id
    alice = client(app, "alice")
    assert (await alice.post(f"/v1/dead-letters/{letter}/drop", json={})).status_code == 422
    dropped = await alice.post(f"/v1/dead-letters/{letter}/drop", json={"reason": "taken down"})
    assert dropped.json()["status"] == "dropped"
    again = await alice.post(f"/v1/dead-letters/{letter}/replay", json={})
    assert again.json()["code"] == "resource.conflict"


async def test_the_console_shows_the_way_back_to_the_message_and_a_button(
    app: FastAPI, morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await at_console(app, "alice")
    assert "There are none" in (await alice.get("/console/dead-letters")).text
    with monkeypatch.context() as patch:
        letter = (await morgue.letter(await gone(morgue, patch))).id
    assert letter in (await alice.get("/console/dead-letters")).text
    page = (await alice.get(f"/console/dead-letters/{letter}")).text
    assert 'data-testid="origin-message">m1</a>' in page
    assert 'data-testid="replay-send"' in page
    form = {"form_token": token(page), "begins": "start", "reason": "it is back"}
    sent = await alice.post(f"/console/dead-letters/{letter}/replay", data=form)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/console/plans/run_")
    dropped = await alice.post(
        f"/console/dead-letters/{letter}/drop", data={"form_token": token(page), "reason": "enough"}
    )
    assert dropped.status_code == 303
    assert "Dropped by alice: enough" in (await alice.get(f"/console/dead-letters/{letter}")).text


async def test_who_waits_is_told_how_many_are_before_and_is_told_anew(
    app: FastAPI, morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [await morgue.propose(message=f"m{number}") for number in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(morgue.engine, "_fits", lambda *_: False)
        for run in runs:
            await morgue.runner.decide(TENANT, run.id, ballot(BOB, run))
        vic = await at_console(app, "vic")
        last = (await vic.get(f"/v1/runs/{runs[2].id}/queue")).json()
        assert (last["place"]["before"], last["says"]) == (2, "queued, 2 before you")
        assert "Queued, 2 before you." in (await vic.get(f"/console/plans/{runs[2].id}/queue")).text
        interactive = (await vic.get("/v1/queue")).json()["items"][1]
        assert (interactive["run_class"], interactive["queued"], interactive["most"]) == ("interactive", 3, 10)
        await morgue.engine.cancel(morgue.runner.work(runs[0]))
        assert (await vic.get(f"/v1/runs/{runs[2].id}/queue")).json()["place"]["before"] == 1
    morgue.engine._fill()
    for run in runs[1:]:
        await morgue.runner.finished(TENANT, run.id)
    assert (await vic.get(f"/v1/runs/{runs[2].id}/queue")).json() == {"place": None, "says": ""}
    assert (await vic.get(f"/console/plans/{runs[2].id}/queue")).status_code == 286
