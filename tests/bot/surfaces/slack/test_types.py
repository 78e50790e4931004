"""What we show is what npm's @slack/types calls blocks and views, as TypeScript's own compiler checks it."""

import asyncio
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.surfaces.background import Background
from bot.surfaces.controls import SwitchState
from bot.surfaces.desk import Part, Readiness
from bot.surfaces.slack import incident_modals, modals
from bot.surfaces.slack.blocks import feedback, note
from bot.surfaces.slack.cards import card_blocks, choices
from bot.surfaces.slack.gathering import gathered
from bot.surfaces.slack.home import Facts, home
from bot.surfaces.slack.incident_cards import incident_post
from bot.surfaces.slack.notices import notice_posts
from bot.surfaces.slack.offering import open_to_all
from bot.surfaces.slack.presses import Subject
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.slack.rich import Block, person, quote, rich, section, verbatim
from bot.surfaces.venues import Notice, Source
from memory.model.alert import Link
from memory.model.approval import Assurance
from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.limits import Stop
from memory.model.people import Surface
from memory.model.standing import CallPattern, StandingApproval
from memory.model.talk import Button, ButtonAction, Chart, Message
from runbooks.format import Input
from tests.bot.surfaces.shown import CARD, reply
from tests.bot.surfaces.slack.test_rendering import PLACES
from tests.fakes import scenes
from tests.fakes.people import ALICE, TENANT
from tests.fakes.time import MIDNIGHT
from tests.memory.slack_samples import success

pytestmark = pytest.mark.timeout(300)

PACKAGES = ("typescript@5.9", "@slack/types@3.2")
HEAD = 'import type { AnyBlock, HomeView, ModalView } from "@slack/types";\n'
STRICT = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext")
MESSAGE = Message(
    id="m1",
    tenant=TENANT,
    thread="t1",
    sender="alice",
    surface=Surface.SLACK,
    text="roll it back",
    at=MIDNIGHT,
)
RUN = scenes.waiting_run("run_1", MESSAGE, ALICE, MIDNIGHT)

INCIDENT = Incident(
    id="inc_1",
    tenant=TENANT,
    number=1,
    title="checkout is failing",
    severity=2,
    services=("checkout",),
    duties={Duty.COMMANDER: "alice"},
    declared_by="alice",
    started_at=MIDNIGHT,
    detected_at=MIDNIGHT,
)
NOTICE = Notice(
    title="What you missed",
    text="checkout was rolled back [1].\n\n- and it helped",
    sources=(Source(label="02:41", link="https://elsewhere.test/"),),
    links=(Link(rel="runbook", href="https://elsewhere.test/"),),
    charts=(
        Chart(id="c1", title="Errors", alt="They rise.", spec={}),
        Chart(id="c2", title="x", alt="y", spec={}),
    ),
    buttons=(Button(label="How are things?", action=ButtonAction.SAY),),
)


def messages() -> list[list[Block]]:
    """Return the blocks of every kind of message."""
    charts = (Chart(id="c1", title="Errors", alt="They rise.", spec={}),)
    pressed = (Button(label="Roll it back", action=ButtonAction.SAY, value="roll it back", primary=True),)
    answer = reply(charts=charts, buttons=pressed, missing=("alertmanager",), note="The model is away.")
    signed = CARD.model_copy(update={"assurance": Assurance.PASSKEY, "buttons": ()})
    background = Background({"checkout": "shop"}, scenes.evidence("m1", MIDNIGHT))
    cards = [open_to_all(CARD.model_copy(update={"status": each, "buttons": ()})) for each in STATUSES]
    return [
        *[[*post.blocks] for post in reply_posts(answer, PLACES, {"c1": "F1"})],
        *[card_blocks(each, PLACES, background) for each in (CARD, open_to_all(signed), *cards)],
        choices(CARD, PLACES),
        [*incident_post(INCIDENT, PLACES, "https://app.slack.com/client/T1/C1").blocks],
        *[[*post.blocks] for post in notice_posts(NOTICE, PLACES, users=["U1"], pictures={"c1": "F1"})],
        [*gathered([success()], PLACES).blocks],
        [feedback("reply_1"), *note("Thank you.").blocks],
        [rich(section([person("U1")]), quote("why?"), verbatim("a  b"))],
    ]


STATUSES = ("waiting", "running", "undoing", "held", "pausing", "succeeded", "failed", "denied")


def windows() -> list[Block]:
    """Return every window."""
    about = Subject("run_1", "ab" * 32, "C1", "1.2")
    inputs = {
        "service": Input.model_validate({"type": "service", "says": "Which service?"}),
        "kind": Input.model_validate({"type": "choice", "says": "How?", "choices": ["fast", "slow"]}),
    }
    return [
        modals.deny(about),
        modals.ask(about),
        modals.break_glass(about),
        modals.edit(RUN, about),
        modals.runbook("restart@1.0.0", inputs, {"service": "checkout"}, about),
        incident_modals.declare(about, "checkout is failing", ["checkout"]),
        incident_modals.note(about),
        incident_modals.severity(about, 2),
        incident_modals.status(about, IncidentStatus.OPEN),
    ]


def homes() -> list[Block]:
    """Return a home with everything in it, and one with nothing."""
    standing = StandingApproval(
        id="standing_1",
        tenant=TENANT,
        approver="bob",
        calls=(CallPattern(tool="deploy.rollback", arguments={"service": "checkout"}),),
        run="run_1",
        approval="approval_1",
        surface=Surface.SLACK,
        policy_hash="ab" * 32,
        given_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=30),
        most_uses=5,
    )
    stop = Stop(id="stop_1", tenant=TENANT, by="ada", at=MIDNIGHT, reason="bad")
    parts = Readiness(parts=(Part(name="store", ok=True), Part(name="prometheus", ok=False, detail="away")))
    full = Facts((RUN,), (RUN,) * 12, (standing,), parts, SwitchState(stopped=stop, name="Ada"), (INCIDENT,), 3)
    return [home(full, PLACES), home(Facts((), (), (), Readiness(parts=()), SwitchState(), (), 0), PLACES)]


def source() -> str:
    """Return a TypeScript file that says what each of them is."""
    told: list[tuple[str, Any]] = [("AnyBlock[]", each) for each in messages()]
    told += [("ModalView", each) for each in windows()] + [("HomeView", each) for each in homes()]
    lines = [f"export const x{number}: {kind} = {_ts(each)};" for number, (kind, each) in enumerate(told)]
    return HEAD + "\n".join(lines)


def _ts(value: Any) -> str:
    return json.dumps(value, indent=1)


async def _run(folder: Path, *command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.fixture
async def packages(tmp_path: Path) -> Path:
    """A folder with TypeScript and Slack's types in it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: TypeScript cannot check what we show")
    (tmp_path / "package.json").write_text('{"name": "shown", "type": "module", "private": true}')
    quiet = ("--no-audit", "--no-fund", "--loglevel", "error", "--ignore-scripts")
    code, output = await _run(tmp_path, npm, "install", *quiet, *PACKAGES)
    if code:
        pytest.skip(f"npm cannot reach its registry: {output[-200:]}")
    return tmp_path


async def test_the_compiler_takes_everything_we_show_and_refuses_what_slack_would(packages: Path) -> None:
    compiler = str(packages / "node_modules" / ".bin" / "tsc")
    (packages / "shown.ts").write_text(source())
    assert await _run(packages, compiler, *STRICT, "shown.ts") == (0, "")
    wrong = [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, {"type": "headline"}]
    (packages / "wrong.ts").write_text(f"{HEAD}export const x: AnyBlock[] = {_ts(wrong)};")
    code, output = await _run(packages, compiler, *STRICT, "wrong.ts")
    assert code
    assert "TS2322" in output
