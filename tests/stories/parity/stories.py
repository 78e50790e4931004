"""The stories. Each is told to a chat it knows nothing else of, so that all chats tell the same ones."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from memory.model.approval import Assurance, Verdict
from memory.model.bodies import EntryKind
from memory.model.people import Surface
from memory.model.record import LogFilter
from memory.model.run import RunStatus
from tests.bot.surfaces.behind import Deaf
from tests.fakes.estate import Fault
from tests.fakes.people import TENANT, glass
from tests.stories.parity.chat import PAYMENTS, Stage
from tools.approvals import Requirement

Story: TypeAlias = Callable[[Stage], Awaitable[None]]
STORIES: dict[str, Story] = {}
HOSTILE = "<!channel> <at>all</at> **bold** <https://evil.test|docs> [docs](https://evil.test) \u202egnp"


def story(title: str) -> Callable[[Story], Story]:
    """Count a story under its title, a line of the table."""

    def counted(told: Story) -> Story:
        STORIES[title] = told
        return told

    return counted


@story("A question is answered in its thread, with numbered evidence and a picture of the chart")
async def asked(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.say("alice", "what is wrong with checkout?")
        await chat.until(lambda: chat.said() and chat.pictures())
        assert "31 % of its requests [1]" in chat.said()[0]
        assert chat.pictures() == 1


async def to_the_receipt(stage: Stage, how: str, **delivered: int) -> None:
    times = delivered.get("times", 1)
    async with stage.chat() as chat:
        chat.house.bus.how = how
        await chat.say("alice", "what is wrong with checkout?", **delivered)
        await chat.until(chat.said)
        await chat.say("alice", PAYMENTS, **delivered)
        await chat.until(chat.cards)
        card = await chat.shows("Needs: 2 approvals, not from Alice")
        assert "version: 3.0.1 → 3.0.0" in card
        assert "owned by money (payments)" in card
        await chat.press("bob", "Approve", times=times)
        await chat.shows("Approved by Bob at ")
        await chat.press("cara", "Approve", times=times)
        done = await chat.shows("Done and verified")
        assert "Approved by Cara at " in done
        assert "Measured: checkout's error rate" in done or "Measured: payments' error rate" in done
        assert set(await chat.offered("bob")) == {"Why?", "Receipts"}
        assert chat.house.estate.versions["payments"] == "3.0.0"
        assert sum(chat.house.estate.effects.values()) == 1
        assert len(chat.cards()) == 1
        assert len([each for each in chat.said() if each.strip()]) == 3
        assert (await chat.house.told()).count("approval") == 2


@story("From the question to the receipt in one thread: two approvals by two people, one card, no flood")
async def heard(stage: Stage) -> None:
    await to_the_receipt(stage, "heard")


@story("The same where everything comes twice and more")
async def doubled(stage: Stage) -> None:
    await to_the_receipt(stage, "twice", times=3)


@story("The same where what happens is told to nobody, and deliveries are lost")
async def lost(stage: Stage) -> None:
    await to_the_receipt(stage, "lost", lost=2)


@story("The same where everything comes late")
async def late(stage: Stage) -> None:
    await to_the_receipt(stage, "late", lost=1, times=2)


@story("Of two clicks at once by one person one counts")
async def twice_by_one(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan(PAYMENTS)
        await asyncio.gather(*(chat.press("bob", "Approve") for _ in range(2)))
        await chat.shows("Approved by Bob at ")
        await chat.until(chat.settled)
        run = await chat.run()
        assert ([each.approver for each in run.approvals], run.status) == (["bob"], RunStatus.WAITING)


@story("Of two people who click at once both count, and it runs once")
async def two_at_once(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan(PAYMENTS)
        await asyncio.gather(*(chat.press(each, "Approve") for each in ("bob", "cara")))
        await chat.shows("Done and verified")
        assert sum(chat.house.estate.effects.values()) == 1


@story("A click by somebody who may not is told to them alone, and stands in the log")
async def who_may_not(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        before = len(chat.said())
        await chat.press("alice", "Approve")
        await chat.heard("alice", "somebody other than")
        await chat.press("vic", "Approve")
        await chat.heard("vic", "vic")
        assert (await chat.house.told()).count("denial") == 2
        assert (await chat.run()).approvals == ()
        assert len(chat.said()) == before


@story("Guests have no rights: no answer, no plan, no decision")
async def guests(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        answered = chat.house.thinking.answered
        await chat.press("gus", "Approve")
        await chat.say("gus", "what is wrong with checkout?")
        await chat.until(chat.settled)
        assert (await chat.run()).approvals == ()
        assert chat.house.thinking.answered == answered


@story("A card of another plan than was seen decides nothing")
async def stale(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("bob", "Approve", digest="0" * 64)
        await chat.heard("bob", "digest")
        assert (await chat.run()).approvals == ()
        assert "Waiting for approval" in chat.cards()[0]


@story("A no gives a reason, which everybody sees")
async def denied(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("bob", "Deny", reason="payday is not the day for it")
        card = await chat.shows("Denied by Bob at ")
        assert "payday is not the day for it" in card
        assert set(await chat.offered("bob")) == {"Why?", "Receipts"}


@story("A question to whoever asked for the plan calls them by name, and the plan waits")
async def asked_for_more(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        before = len(chat.said())
        await chat.press("bob", "Ask for more", reason="Is <!channel> 1.4.1 tested?")
        await chat.until(lambda: len(chat.said()) > before)
        assert "Is <!channel> 1.4.1 tested?" in chat.said()[-1]
        assert chat.calls(-1, "alice")
        assert (await chat.run()).status is RunStatus.WAITING


@story("An edit makes another plan and voids the old one, with what was said to it")
async def edited(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan(PAYMENTS)
        await chat.press("bob", "Approve")
        await chat.shows("Approved by Bob at ")
        await chat.press("alice", "Edit", service="payments", environment="production", version="2.9.9")
        new = await chat.shows("version: 3.0.1 → 2.9.9")
        await chat.shows("Withdrawn")
        assert "Approved" not in new
        waits, over = await chat.house.runs()
        assert (waits.status, over.status) == (RunStatus.WAITING, RunStatus.CANCELLED)
        assert waits.approvals == ()


@story("Who may neither withdraw nor deny a plan may not edit it")
async def may_not_edit(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("vic", "Edit")
        await chat.heard("vic", "Ask for more instead.")


@story("Who asked for a plan withdraws it")
async def withdrawn(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("alice", "Withdraw")
        await chat.shows("Withdrawn")


@story("Breaking the glass takes a reason and is shown to all")
async def broken(stage: Stage) -> None:
    async with stage.chat(rules=glass()) as chat:
        await chat.plan()
        await chat.press("alice", "Break glass", reason="everybody else is asleep")
        done = await chat.shows("Done and verified")
        assert "BREAK-GLASS by Alice" in done
        assert "everybody else is asleep" in done


@story("Who approved may approve the same for a while")
async def same_again(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan(PAYMENTS)
        await chat.press("bob", "Approve")
        await chat.shows("Approved by Bob at ")
        await chat.press("bob", "Approve the same for 30 minutes")
        await chat.heard("bob", "The same is approved until")
        (given,) = await chat.house.store.standing.of(TENANT)
        assert given.approver == "bob"


@story("Why a plan is decided so is told to who asks")
async def why(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("vic", "Why?")
        await chat.heard("vic", "Policy: ")


@story("A run that is under way is paused and goes on by buttons, for who may")
async def paused(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        chat.house.estate.hold = asyncio.Event()
        await chat.press("bob", "Approve")
        await chat.shows("Running")
        await chat.press("bob", "Pause")
        await chat.shows("Paused by Bob at ")
        await chat.press("alice", "Resume")
        chat.house.estate.hold.set()
        await chat.shows("Done and verified")


@story("Where policy asks for a passkey the button opens its page, and no click approves")
async def passkey(stage: Stage) -> None:
    async with stage.chat(Requirement(assurance=Assurance.PASSKEY)) as chat:
        await chat.plan()
        assert "Approve with a passkey" in await chat.offered("bob")
        assert "Approve" not in await chat.offered("bob")


@story("What did not end well calls who asked, once")
async def called(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        before = len(chat.said())
        chat.house.estate.faults = [Fault.REFUSED]
        await chat.press("bob", "Approve")
        await chat.shows("Failed")
        await chat.until(lambda: len(chat.said()) == before + 1)
        assert chat.calls(-1, "alice")


@story("What was verified is kept beside the approval")
async def attested(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.press("bob", "Approve")
        await chat.shows("Approved by Bob at ")
        (page,) = await chat.house.store.ledger.matching(TENANT, LogFilter(kinds=(EntryKind.APPROVAL,)), 0, 9)
        kept = (await chat.house.kept(page.entry)).decode()
        assert f'"surface":"{stage.surface.name.lower()}"' in kept
        assert "approve" in kept


@story("A restart between the request and the approval loses nothing")
async def restarted(stage: Stage) -> None:
    async with stage.chat() as first:
        await first.plan()
    async with stage.chat() as second:
        await second.press("bob", "Approve")
        await second.shows("Done and verified")
        assert len(second.cards()) == 1


@story("A restart between the acknowledgement and the answer loses nothing")
async def restarted_before_the_answer(stage: Stage) -> None:
    async with stage.chat() as first:
        first.house.thinking.delay_s = 3_600.0
        await first.say("alice", "what is wrong with checkout?")
        await first.until(lambda: not first.settled())
    async with stage.chat() as second:
        await second.until(second.said)
        assert len(second.said()) == 1


@story("A plan decided while nobody was there is shown as it stands after the start")
async def decided_meanwhile(stage: Stage) -> None:
    async with stage.chat(bus=Deaf()) as first:
        await first.plan()
    async with stage.chat() as second:
        run = await second.run()
        await second.house.desk.cancel(second.house.person("alice"), run.id, "changed my mind")
        await second.shows("Withdrawn")


@story("A decision made elsewhere is shown here")
async def decided_elsewhere(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.plan()
        await chat.house.decide("bob", Verdict.APPROVE, Surface.CONSOLE)
        await chat.shows("Done and verified")


@story("Two processes show a plan once and bring it up to date together")
async def two_nodes(stage: Stage) -> None:
    deaf = Deaf()
    async with stage.chat(bus=deaf) as first, stage.chat() as second:
        await asyncio.gather(first.say("alice", PAYMENTS, times=3))
        await first.until(first.cards)
        deaf.how = "lost"
        await second.press("bob", "Approve")
        await first.press("cara", "Approve")
        done = await second.shows("Done and verified")
        assert "Approved by Bob at " in done
        assert "Approved by Cara at " in done
        assert len(first.cards()) == 1
        assert sum((first.house.estate.effects + second.house.estate.effects).values()) == 1


@story("What tools say calls nobody, forges no link and hides no letter")
async def hostile(stage: Stage) -> None:
    async with stage.chat() as chat:
        chat.house.thinking.says = HOSTILE
        await chat.say("alice", "hello")
        await chat.until(chat.said)
        assert HOSTILE.replace("\u202e", "⟨U+202E⟩") in chat.said()[0]
        assert not chat.calls(0, "alice")


@story("What goes wrong is said, with what to do about it")
async def said(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.say("alice", "crash")
        await chat.until(chat.said)
        assert "expected sense, found none" in chat.said()[0]


@story("In a chat with us alone questions are answered too")
async def alone(stage: Stage) -> None:
    async with stage.chat() as chat:
        assert "You said: hello" in await chat.alone("bob", "hello")


@story("An incident is declared in the chat, and has one card there that says how it stands")
async def incident(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.declare("alice", "sev2 checkout is failing")
        await chat.until(chat.incidents)
        page = await chat.house.care.room.incidents(chat.house.person("alice"), (), None, 9)
        (found,) = page.items
        assert (found.title, found.severity, found.declared_by) == ("checkout is failing", 2, "alice")
        await chat.take_command("alice")
        await chat.until(lambda: "alice" in chat.incidents()[0].lower().partition("declared by")[0])
        assert len(chat.incidents()) == 1


@story("Who may not change an incident does not")
async def incident_of_others(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.declare("alice", "sev2 checkout is failing")
        await chat.until(chat.incidents)
        await chat.take_command("vic")
        await chat.until(lambda: chat.told("vic"))
        page = await chat.house.care.room.incidents(chat.house.person("alice"), (), None, 9)
        assert page.items[0].duties == {}


@story("What somebody missed of an incident is told to them alone")
async def incident_missed(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.declare("alice", "sev2 checkout is failing")
        await chat.until(chat.incidents)
        before = len(chat.said())
        assert "checkout is failing" in await chat.catch_up("bob")
        assert len(chat.said()) == before
