"""What a turn with a language model costs beyond the model, beside a bare `create_agent` with three tools.

The model takes no time, so that all that is measured is overhead: ours validates, checks, counts and cites.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from langchain.agents import create_agent
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console

from agents.graph import Thinker
from agents.inquiry import ModelInquiry
from agents.model.chat import OpenAIChat
from agents.model.counting import Counter
from agents.model.fleet import Fleet, Model, Need, Provider
from agents.model.meter import BoundedMeter
from agents.model.purposed import INTERPRETATION, Purposed
from agents.model.question import Question, Said, Speaker
from agents.model.router import Router, Terms
from agents.model.understanding import ModelUnderstanding
from agents.prompts import prompt
from agents.understanding import EmbeddedUnderstanding
from agents.waiting import Waiting, waited_for
from memory.clock import SystemClock
from memory.embedding import Embedder, MiniLmEmbedder
from memory.ids import RandomIds
from tests.agents.talking import CATALOGUE, turn
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import alternately
from tests.fakes.journal import FakeJournal
from tests.fakes.observer import FakeObserver
from tests.fakes.proposer import FakeProposer
from tools.capabilities import EVERY
from tools.http import Circuit

NAME = "part10"
WARM, COUNT = 20, 200
ASKS = "what is wrong with checkout?"
LOOKS = "list the alerts of checkout"
FLOORS = """
The model is a process that answers at once. Overhead is the median of a whole turn less the bare HTTP exchanges it
makes, with the same client library (`httpx`) and a kept connection; what is held against each other is measured in
turns: the exchange, the floor and the turns with one look together, then the rest. The floor of a
turn is LangChain's own agent loop (`create_agent`) with three tools that return at once, over the same client and
model: two exchanges and one tool call, and it checks, records and cites nothing. "The turn without" is ours with
the embedded interpreter alone: what it takes is no overhead of a model, and is there when every model is away.
A turn says what was said before, as the floor's does, so that its words were embedded lately; where a line says
"in new words", nothing that was embedded is kept.
"""


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """Start the model and yield its address."""
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-m", "tests.bench.model_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port = (await asyncio.to_thread(process.stdout.readline)).strip()
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.stdin.close()
        process.stdout.close()
        await asyncio.to_thread(process.wait)


def _router(base_url: str) -> tuple[Router, OpenAIChat]:
    provider = Provider(name="bench", base_url=base_url, timeout_s=30)
    model = Model(name="instant", provider="bench", context=10**6)
    chat = OpenAIChat(provider, model)
    counter = Counter(BoundedMeter(), SystemClock(), RandomIds())
    breakers = {"bench": Circuit("bench")}
    return Router(
        Fleet(providers=(provider,), models=(model,)), {"instant": chat}, breakers, counter, Terms(tenant="acme")
    ), chat


def _embedded(embedder: Embedder) -> EmbeddedUnderstanding:
    return EmbeddedUnderstanding(EVERY, CATALOGUE, embedder, clock=SystemClock())


def _reader(router: Router, embedded: EmbeddedUnderstanding) -> ModelUnderstanding:
    return ModelUnderstanding(
        Purposed(router, INTERPRETATION),
        embedded,
        breaker=Circuit("bench"),
        clock=SystemClock(),
        catalogue=CATALOGUE,
        capabilities=EVERY,
    )


def _thinker(understanding: Any, inquiry: ModelInquiry | None) -> Thinker:
    proposer = FakeProposer()
    return Thinker(
        understanding=understanding,
        journal=FakeJournal(),
        observer=FakeObserver(),
        proposer=proposer,
        plans=proposer,
        clock=SystemClock(),
        catalogue=CATALOGUE,
        capabilities=EVERY,
        checkpointer=InMemorySaver(),
        inquiry=inquiry,
        models_s=60,
    )


def _taking(thinker: Thinker, asks: str = ASKS) -> Callable[[int], Awaitable[object]]:
    return lambda number: thinker.take(turn(asks, thread=f"t{number}", message=f"m{number}"))


def _heard(take: Callable[[int], Awaitable[object]]) -> Callable[[int], Awaitable[object]]:
    """Take turns for somebody who hears their answers grow, sentence by sentence."""

    async def taken(number: int) -> object:
        with waited_for(Waiting(listens=True)):
            return await take(number)

    return taken


def _bare(chat: Any) -> Callable[[int], Awaitable[object]]:
    @tool
    def deploys(service: str, window: str) -> str:
        """List deployments of a service."""
        return f"{service}: none in {window}"

    @tool
    def alerts(service: str, window: str) -> str:
        """List alerts of a service."""
        return f"{service}: none in {window}"

    @tool
    def signal(service: str, window: str) -> str:
        """Read a signal of a service."""
        return f"{service}: as usual in {window}"

    agent: Any = create_agent(chat, [deploys, alerts, signal])
    return lambda _: agent.ainvoke({"messages": [("human", ASKS)]})


def _raw(http: httpx.AsyncClient, base_url: str) -> Callable[[int], Awaitable[object]]:
    body = {"model": "instant", "messages": [{"role": "user", "content": ASKS}]}
    return lambda _: http.post(f"{base_url}/chat/completions", json=body)


async def measured() -> list[Figure]:
    """Return the figures."""
    async with served() as base_url:
        router, chat = _router(base_url)
        client = await chat.loaded()
        embedder = MiniLmEmbedder.from_packages()
        embedded = await asyncio.to_thread(_embedded, embedder)
        forgetful = await asyncio.to_thread(_embedded, embedder)
        forgetful.interpreter = forgetful.taught((), embedder)
        reader = _reader(router, embedded)
        inquiring = _taking(_thinker(embedded, ModelInquiry(router, embedded)))
        async with httpx.AsyncClient() as http:
            raw, asked, bare, alone, looked = await alternately(
                _raw(http, base_url),
                lambda _: router.ask(_question()),
                _bare(client),
                _taking(_thinker(embedded, None), LOOKS),
                _taking(_thinker(reader, None), LOOKS),
                warm=WARM,
                count=COUNT,
            )
            newly, new, without, reading, looking, growing = await alternately(
                _taking(_thinker(forgetful, None), LOOKS),
                _taking(_thinker(_reader(router, forgetful), None), LOOKS),
                _taking(_thinker(embedded, None)),
                _taking(_thinker(reader, None)),
                inquiring,
                _heard(inquiring),
                warm=WARM,
                count=COUNT,
            )
        await router.close()
    return [
        report.of_timing("an HTTP exchange with the model, bare", raw, None),
        report.of_timing("the router over it: one answer", asked, raw),
        report.of_timing("a bare create_agent: three tools, one call, two exchanges", bare, raw),
        report.of_timing("our whole turn with one look, no model", alone, raw),
        report.of_timing("our whole turn with one look, read by the model: one exchange", looked, bare),
        report.of_timing("our whole turn with one look, no model, in new words", newly, raw),
        report.of_timing("our whole turn with one look, read by the model, in new words", new, bare),
        report.of_timing("our whole diagnosis, no model", without, raw),
        report.of_timing("our whole diagnosis, read by the model: one exchange", reading, raw),
        report.of_timing("our whole diagnosis, investigated by the model: two exchanges, one look", looking, bare),
        report.of_timing("the same for somebody who hears it grow: two streams", growing, bare),
        Figure(
            name="overhead of the bare loop",
            unit="ms",
            value=round(bare.p50_ms - 2 * raw.p50_ms, 3),
        ),
        Figure(
            name="overhead of a whole turn with one look, read by the model",
            unit="ms",
            value=round(looked.p50_ms - raw.p50_ms, 3),
            floor=round(bare.p50_ms - 2 * raw.p50_ms, 3),
            aim="no more than the bare loop",
        ),
        Figure(
            name="overhead of a whole turn with one look, read by the model, in new words",
            unit="ms",
            value=round(new.p50_ms - raw.p50_ms, 3),
            floor=round(bare.p50_ms - 2 * raw.p50_ms, 3),
        ),
        Figure(
            name="overhead of reading by the model, over the turn without",
            unit="ms",
            value=round(looked.p50_ms - alone.p50_ms - raw.p50_ms, 3),
            floor=round(bare.p50_ms - 2 * raw.p50_ms, 3),
            aim="no more than the bare loop",
        ),
        Figure(
            name="overhead of investigating by the model, over the turn without",
            unit="ms",
            value=round(looking.p50_ms - without.p50_ms - 2 * raw.p50_ms, 3),
            floor=round(bare.p50_ms - 2 * raw.p50_ms, 3),
            aim="no more than the bare loop",
        ),
    ]


def _question() -> Question:
    return Question(
        purpose="bench",
        need=Need.CLASSIFY,
        prompt=prompt("interpret"),
        lines=(Said(speaker=Speaker.PERSON, text=ASKS),),
    )


def main() -> None:
    """Measure, print, write."""
    console = Console()
    with console.status("turns with a model that takes no time"):
        figures = asyncio.run(measured())
    console.print(report.table(figures))
    report.write(figures, Path(__file__).resolve().parents[2] / "docs" / "bench", NAME, FLOORS)


if __name__ == "__main__":
    Console().print(report.table(asyncio.run(measured())))
