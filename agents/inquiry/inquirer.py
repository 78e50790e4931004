"""The loop: the model asks for looks, gets what they bring, and concludes. It ends within its bounds, always.

The looks go through the same observer as everybody's: policy decides on each, and each is in the log.
"""

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass, field

from agents.answer import Answer
from agents.case import Case
from agents.inquiry.claims import FINISH, Checked, Checking, Conclusion, checked, concluded
from agents.inquiry.facts import Facts
from agents.inquiry.offers import offered, readable
from agents.inquiry.port import Inquired
from agents.inquiry.telling import broken_off, found, grown
from agents.interpreter.focus import Focus
from agents.model.completion import Attempt, Begins, Completion, Item, ToolRequest
from agents.model.exchanges import answered, failed
from agents.model.purposed import INVESTIGATION
from agents.model.question import OfferedTool, Question, Said, Speaker, asker
from agents.model.router import Router
from agents.ports import Understanding
from agents.prompts import body, prompt
from agents.quarantine import spotlighted
from agents.reading import ModelExchange
from agents.untrusted import MATERIAL, marked, stripped
from agents.waiting import waiting
from memory.errors import InvalidInput, ModelStopped, ModelTimedOut, ModelUnavailable
from memory.model.intent import Intent, IntentKind, Provenance
from memory.model.plan import Call, Effect
from tools.contract import Capability
from tools.registry import validated

LONGEST_QUESTION = 4000  # characters of a message that the model is shown
LONGEST_PROPOSAL = 200
_ENDS_EARLY_S = 0.5  # before the turn's end, so that the answer still goes out in time


@dataclass(frozen=True)
class Bounds:
    """How far one inquiry goes at most."""

    exchanges: int = 6  # with the model
    looks: int = 10
    tokens: int = 40_000
    seconds: float = 15.0


@dataclass
class _Course:
    """One inquiry under way."""

    case: Case
    first: Answer
    facts: Facts
    tools: dict[str, Capability]
    lines: list[Said]
    until: float
    looks: int = 0
    tokens: int = 0
    seen: dict[str, str] = field(default_factory=dict)  # what each look brought, by what was asked
    again: int = 0
    exchanges: list[ModelExchange] = field(default_factory=list)
    model: str = ""
    stands: Checked = field(default_factory=Checked)  # of what is being said, sentence by sentence


class ModelInquiry:
    """Looks into a question with whichever model the router finds fit. `reader` reads what it proposes."""

    def __init__(self, router: Router, reader: Understanding, bounds: Bounds | None = None) -> None:
        self._router = router
        self._reader = reader
        self._bounds = bounds or Bounds()

    async def inquire(self, case: Case, first: Answer) -> Inquired:
        """Return our own answer with what a model adds to it; where it adds nothing, ours, and why."""
        course = self._begun(case, first)
        waiting().tell(first.text)
        try:
            async with waiting().stop.heeded(), asyncio.timeout_at(course.until):
                conclusion = await self._concluded(course)
        except TimeoutError:
            return self._broken_off(course, "took longer than it had")
        except ModelUnavailable as error:
            return self._broken_off(course, error.message)
        stands = checked(conclusion, course.facts, case.catalogue)
        offer = None if first.suggestion else await self._offer(case, conclusion.proposal)
        return found(first, stands, offer, case, course.model, tuple(course.exchanges))

    def _broken_off(self, course: _Course, why: str) -> Inquired:
        model = course.model or self._router.name
        return broken_off(course.first, course.stands, course.case, model, why, tuple(course.exchanges))

    def _begun(self, case: Case, first: Answer) -> _Course:
        facts = Facts(first.evidence)
        tools = readable(case.capabilities.values(), case.observer.permitted(case.turn))
        system = body(INVESTIGATION.prompt).format(
            now=case.now.strftime("%Y-%m-%dT%H:%MZ"),
            services=", ".join(case.catalogue.names()),
            seen=f"{facts.told()}\n\nWhat our own rules make of it:\n{marked(first.text)}",
        )
        lines = [
            Said(speaker=Speaker.SYSTEM, text=f"{system}\n{MATERIAL}"),
            Said(speaker=Speaker.PERSON, text=spotlighted(case.turn.message.text[:LONGEST_QUESTION])),
        ]
        until = asyncio.get_running_loop().time() + self._bounds.seconds
        who = asker()
        if who is not None and who.until is not None:
            until = min(until, who.until - _ENDS_EARLY_S)
        return _Course(case, first, facts, tools, lines, until)

    async def _concluded(self, course: _Course) -> Conclusion:
        """Return what the model concludes; the last time it is asked, it can do nothing else."""
        tools, mended = offered(course.tools), False
        for number in range(1, self._bounds.exchanges + 1):
            over = number == self._bounds.exchanges or course.looks >= self._bounds.looks
            over = over or course.again > 1 or course.tokens >= self._bounds.tokens
            said = await self._asked(course, tools[-1:] if over else tools, over=over)
            finish = next((each for each in said.requests if each.name == FINISH), None)
            if finish is not None:
                try:
                    return concluded(finish)
                except ModelUnavailable:
                    if mended:
                        raise
                    mended = True
            course.lines.append(Said(speaker=Speaker.MODEL, text=said.text, requests=said.requests))
            course.lines += await self._looked(course, said.requests)
            if not said.requests:
                course.lines.append(Said(speaker=Speaker.PERSON, text=f"Call `{FINISH}` with your answer."))
        raise ModelUnavailable("did not come to a conclusion")

    async def _asked(self, course: _Course, tools: tuple[OfferedTool, ...], *, over: bool) -> Completion:
        template = prompt(INVESTIGATION.prompt)
        question = Question(
            purpose=INVESTIGATION.name,
            need=INVESTIGATION.need,
            data=INVESTIGATION.data,
            prompt=template,
            lines=tuple(course.lines),
            tools=tools,
            choice=FINISH if over else "auto",
        )
        try:
            said = await (self._heard(course, question) if waiting().listens else self._router.ask(question))
        except ModelUnavailable as error:
            course.exchanges += failed(INVESTIGATION.name, template, question.shown(), error.tried or ())
            raise
        except asyncio.CancelledError:  # what was sent is told, though nobody waits for an answer to it
            left = (_left(course.model or self._router.name),)
            course.exchanges += failed(INVESTIGATION.name, template, question.shown(), left)
            raise
        course.exchanges += answered(INVESTIGATION.name, template, question.shown(), said, self._router.name)
        course.tokens += said.tokens()
        course.model = said.model or self._router.name
        return said

    async def _heard(self, course: _Course, question: Question) -> Completion:
        """Return what a model says, and tell each sentence that stands as soon as it is whole."""
        checking = Checking(course.facts, course.case.catalogue)
        async with aclosing(self._router.stream(question)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Completion):
                    return piece
                if isinstance(piece, Begins):
                    checking, course.stands = Checking(course.facts, course.case.catalogue), Checked()
                    course.model = piece.model
                elif isinstance(piece, Item) and piece.tool == FINISH and checking.take(piece.value):
                    course.stands = checking.stands()
                    waiting().tell(grown(course.first, course.stands, course.model))
        raise ModelUnavailable("ended without an answer")

    async def _looked(self, course: _Course, requests: tuple[ToolRequest, ...]) -> list[Said]:
        return [
            Said(speaker=Speaker.TOOL, to=request.id, text=await self._look(course, request))
            for request in requests
        ]

    async def _look(self, course: _Course, request: ToolRequest) -> str:
        """Return what a look brings, as the model is shown it. What is no tool that reads is never looked with."""
        capability = course.tools.get(request.name)
        if capability is None:
            return f"There is no tool {stripped(request.name, 60)}, or this is not the time for it."
        if course.looks >= self._bounds.looks:
            return "There are no looks left."
        try:
            arguments = validated(capability, request.arguments).model_dump(mode="json", exclude_none=True)
        except InvalidInput as error:
            return f"These arguments do not fit: {stripped(error.message, 300)}"
        asked = f"{capability.name} {json.dumps(arguments, sort_keys=True)}"
        if asked in course.seen:
            course.again += 1
            return f"You have looked there already. {course.seen[asked]}"
        course.looks += 1
        call = Call(
            tool=capability.name, arguments=arguments, provenance=dict.fromkeys(arguments, Provenance.MODEL)
        )
        brought = course.facts.seen(await course.case.observer.observe(call, course.case.turn))
        course.seen[asked] = brought
        return brought

    async def _offer(self, case: Case, proposal: str) -> Call | None:
        """Return the change that a proposal's words mean to the embedded interpreter, None where they mean none.

        Every argument counts as the model's own choice, whatever the words were.
        """
        words = stripped(proposal, LONGEST_PROPOSAL)
        if not words:
            return None
        try:
            intent: Intent = (await self._reader.interpret(words, Focus())).intent
        except InvalidInput:
            return None
        capability = case.capabilities.get(intent.tool)
        if intent.kind is not IntentKind.TOOL or capability is None or capability.effect is Effect.READ:
            return None
        try:
            validated(capability, intent.values())
        except InvalidInput:
            return None
        values = intent.values()
        return Call(tool=intent.tool, arguments=values, provenance=dict.fromkeys(values, Provenance.MODEL))


def _left(name: str) -> Attempt:
    """Return the attempt that was under way when the time was over, or whoever waited stopped it."""
    if waiting().stop.pressed:
        return Attempt(model=name, provider="", code=ModelStopped.code, why="was stopped")
    return Attempt(
        model=name, provider="", code=ModelTimedOut.code, why="was still thinking when the time was over"
    )
