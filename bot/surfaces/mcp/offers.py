"""The tools that Quarterdeck offers. None of them approves, decides or signs: that is for people, elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.surfaces.mcp.asking import Query, Rest, Told, segment
from memory.model.incident import IncidentStatus
from memory.model.run import RunStatus
from memory.model.value import Identifier, JsonValue

ALERTS = "Which alerts are firing?"


class Form(BaseModel):
    """What a tool is called with. Unknown arguments are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Form):
    """No arguments."""


class Words(Form):
    """Words, as a person would type them."""

    text: str = Field(min_length=1, max_length=4000, description="In plain words")
    thread: Identifier | None = Field(default=None, description="The conversation to go on with")


class Plans(Form):
    """Which plans are asked for."""

    status: tuple[RunStatus, ...] = Field(default=(), description="Only plans that stand so")
    limit: int = Field(default=20, ge=1, le=100)


class Incidents(Form):
    """Which incidents are asked for."""

    status: tuple[IncidentStatus, ...] = Field(default=(), description="Only incidents that stand so")
    limit: int = Field(default=20, ge=1, le=100)


class Happened(Form):
    """A part of an incident's timeline."""

    id: str = Field(min_length=1, max_length=120, description="The incident's number or id")
    limit: int = Field(default=100, ge=1, le=1000)
    newest_first: bool = False


class One(Form):
    """One thing by its id."""

    id: str = Field(min_length=1, max_length=120)


class Procedure(Form):
    """A runbook with values for its inputs."""

    runbook: str = Field(min_length=1, max_length=120, description="The runbook's id")
    inputs: dict[str, JsonValue] = Field(default_factory=dict)


Answer = Callable[[Rest, Any], Awaitable[Told]]


@dataclass(frozen=True)
class Offer:
    """One tool: its name, what it is for, its arguments, and whether calling it may begin something."""

    name: str
    says: str
    form: type[Form]
    answer: Answer
    begins: bool = False


async def _ask(rest: Rest, words: Words) -> Told:
    return await rest.post("/v1/messages", words.model_dump(mode="json", exclude_none=True))


async def _status(rest: Rest, _: Nothing) -> Told:
    return await rest.get("/v1/status")


async def _alerts(rest: Rest, _: Nothing) -> Told:
    return await rest.post("/v1/messages", {"text": ALERTS})


async def _incidents(rest: Rest, asked: Incidents) -> Told:
    query: Query = {"status": [each.value for each in asked.status], "limit": asked.limit}
    return await rest.get("/v1/incidents", query)


async def _incident(rest: Rest, asked: One) -> Told:
    return await rest.get(f"/v1/incidents/{segment(asked.id)}")


async def _timeline(rest: Rest, asked: Happened) -> Told:
    query: Query = {"limit": asked.limit, "newest_first": str(asked.newest_first).lower()}
    return await rest.get(f"/v1/incidents/{segment(asked.id)}/timeline", query)


async def _summary(rest: Rest, asked: One) -> Told:
    return await rest.get(f"/v1/incidents/{segment(asked.id)}/summary")


async def _runs(rest: Rest, asked: Plans) -> Told:
    return await rest.get("/v1/runs", {"status": [each.value for each in asked.status], "limit": asked.limit})


async def _run(rest: Rest, asked: One) -> Told:
    return await rest.get(f"/v1/runs/{segment(asked.id)}")


async def _plan(rest: Rest, asked: Procedure) -> Told:
    return await rest.post(f"/v1/runbooks/{segment(asked.runbook)}/simulations", {"inputs": asked.inputs})


async def _why(rest: Rest, asked: One) -> Told:
    return await rest.get(f"/v1/explanations/{segment(asked.id)}")


async def _entry(rest: Rest, asked: One) -> Told:
    return await rest.get(f"/v1/log/{segment(asked.id)}")


async def _proof(rest: Rest, asked: One) -> Told:
    return await rest.text(f"/v1/log/{segment(asked.id)}/receipt", "proof")


OFFERS = (
    Offer(
        "ask",
        "Ask about the systems in plain words: an answer with its evidence, a question back, or a plan.",
        Words,
        _ask,
        begins=True,
    ),
    Offer("status", "How things are: services, alerts, recent changes, what needs a person.", Nothing, _status),
    Offer("alerts", "Which alerts are firing now, worst first, with evidence.", Nothing, _alerts),
    Offer("incidents", "The incidents there are, newest first, and how each stands.", Incidents, _incidents),
    Offer("incident", "One incident by its number: severity, status, since when, who does what.", One, _incident),
    Offer(
        "timeline",
        "What happened in an incident. What is not trusted is a quotation.",
        Happened,
        _timeline,
    ),
    Offer("summary", "How an incident stands, each sentence with what it rests on.", One, _summary),
    Offer("runs", "The plans there are, newest first, and how each of them stands.", Plans, _runs),
    Offer("run", "One plan: its steps, its previews, its approvals, and how it stands.", One, _run),
    Offer("plan", "What a runbook would do: every step rehearsed, nothing submitted or done.", Procedure, _plan),
    Offer(
        "submit",
        "Say what shall be done. It becomes a plan that waits until people approve it, which nobody can here.",
        Words,
        _ask,
        begins=True,
    ),
    Offer(
        "why", "Why an answer or a decision is what it is, by the id of a run, message or correlation.", One, _why
    ),
    Offer("log_entry", "One entry of the signed log, by its index or leaf hash.", One, _entry),
    Offer("log_proof", "The proof that an entry is in the log, which anybody verifies offline.", One, _proof),
)
