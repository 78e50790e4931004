"""Policies at the console: what waits for a second administrator, what it would change, and what was in force.

A page shows exactly what is agreed to: the hash goes with the form, and another one is refused where it is kept.
"""

import re

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.surfaces.approving import Say
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.signing import assertion
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.policies import PolicyDesk
from memory.canonical import canonical
from memory.errors import InvalidInput
from memory.model.approval import Assurance
from memory.model.people import Role, Surface
from memory.model.value import Identifier
from tools.policy.simulating import Simulation

ROOM = "/console/policies"
LONGEST_REASON = 1000

_HASH = re.compile("[0-9a-f]{64}")


class PolicyRoom:
    """Shows proposals with their difference and simulation; agrees, refuses, and goes back."""

    def __init__(self, desk: PolicyDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/policies")(self.room)
        router.get("/policies/{proposal}")(self.show)
        router.post("/policies/rollback")(self.rollback)
        router.post("/policies/{proposal}/agree")(self.agree)
        router.post("/policies/{proposal}/refuse")(self.refuse)
        router.post("/policies/{proposal}/ask")(self.ask)
        router.post("/policies/{proposal}/cast")(self.cast)

    async def room(self, request: Request) -> Response:
        """Show what waits, and what was in force."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        return self._pages.response(
            "policies.html",
            visitor=visitor,
            place="policies",
            thread="",
            proposals=await self._desk.proposals(who),
            history=await self._desk.history(who),
            admin=_administers(visitor),
        )

    async def show(self, request: Request, proposal: Identifier) -> Response:
        """Show one proposal: what changes in the text, and which answers would."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        found = await self._desk.proposal(who, proposal)
        return self._pages.response(
            "policy.html",
            visitor=visitor,
            place="policies",
            thread="",
            proposal=found,
            difference=await self._desk.difference(who, proposal),
            simulation=Simulation.model_validate(found.simulation),
            own=found.by == visitor.principal.id,
            admin=_administers(visitor),
        )

    async def agree(self, request: Request, proposal: Identifier) -> Response:
        """Put a proposal in force by a click."""
        visitor, fields = await self._reception.form(request)
        who, asked = visitor.require(Scope.ADMIN), _hash(fields.get("policy_hash", ""))
        event = canonical({"path": str(request.url.path), "policy_hash": asked})
        await self._desk.agree(who, proposal, asked, surface=Surface.CONSOLE, event=event)
        return RedirectResponse(ROOM, 303)

    async def refuse(self, request: Request, proposal: Identifier) -> Response:
        """Say no to a proposal, or take one's own back."""
        visitor, fields = await self._reception.form(request)
        why = _reason(fields.get("reason", ""))
        await self._desk.refuse(visitor.require(Scope.ADMIN), proposal, why, surface=Surface.CONSOLE)
        return RedirectResponse(ROOM, 303)

    async def ask(self, request: Request, proposal: Identifier) -> Response:
        """Return what is to be signed, and what the browser asks the authenticator for."""
        visitor, _ = await self._reception.form(request)
        say = Say(surface=Surface.CONSOLE, assurance=Assurance.PASSKEY)
        asked = await self._desk.ask_passkey(visitor.require(Scope.ADMIN), proposal, say)
        return JSONResponse({"payload": asked.challenge.content, "options": asked.options})

    async def cast(self, request: Request, proposal: Identifier) -> Response:
        """Take what the passkey signed."""
        visitor, fields = await self._reception.form(request)
        who, answer = visitor.require(Scope.ADMIN), assertion(fields.get("answer", ""))
        await self._desk.cast_passkey(who, proposal, fields.get("payload", "").encode(), answer)
        return JSONResponse({"next": ROOM})

    async def rollback(self, request: Request) -> Response:
        """Put an earlier policy in force again."""
        visitor, fields = await self._reception.form(request)
        who, asked = visitor.require(Scope.ADMIN), _hash(fields.get("policy_hash", ""))
        await self._desk.rollback(who, asked, _reason(fields.get("reason", "")))
        return RedirectResponse(ROOM, 303)


def _administers(visitor: Visitor) -> bool:
    return Role.ADMIN in visitor.principal.roles and visitor.may(Scope.ADMIN)


def _hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise InvalidInput("expected the hash on the page, found another text")
    return text


def _reason(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_REASON:
        raise InvalidInput(f"expected a reason of 1 to {LONGEST_REASON} characters, found {len(text.strip())}")
    return text.strip()
