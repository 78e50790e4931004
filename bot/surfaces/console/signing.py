"""Signing with a passkey: the page that shows exactly what is signed, and the page of one's keys and passkeys.

The browser is given a challenge and gives an answer back; what either is worth is settled elsewhere.
"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError

from bot.surfaces.approving import ApprovalDesk, Assertion, Say
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.plans import reason_of, verdict_of
from bot.surfaces.console.views import Views
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from memory.errors import InvalidInput
from memory.model.approval import Assurance
from memory.model.credential import Credential, CredentialForm, CredentialStanding
from memory.model.people import Role, Surface
from memory.model.talk import ButtonAction
from memory.model.value import Identifier

LONGEST_LABEL = 100
SIGNED_HERE = (ButtonAction.SIGN, ButtonAction.APPROVE, ButtonAction.BREAK_GLASS)


class _Response(BaseModel):
    signature: str
    authenticator_data: str = Field(alias="authenticatorData")
    client_data: str = Field(alias="clientDataJSON")


class _Answer(BaseModel):
    id: str
    response: _Response


class Signing:
    """Brings statements and passkeys between browsers and the desk for signed approvals."""

    def __init__(
        self, ports: Ports, approvals: ApprovalDesk, reception: Reception, views: Views, pages: Pages
    ) -> None:
        self._desk = ports.desk
        self._approvals = approvals
        self._reception = reception
        self._views = views
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/approve/{run}")(self.show)
        router.post("/approve/{run}/ask")(self.ask)
        router.post("/approve/{run}/cast")(self.cast)
        router.get("/passkeys")(self.passkeys)
        router.post("/passkeys/make")(self.make)
        router.post("/passkeys/keep")(self.keep)
        router.post("/passkeys/{credential}/confirm")(self.confirm)
        router.post("/passkeys/{credential}/revoke")(self.revoke)

    async def show(self, request: Request, run: Identifier) -> Response:
        """Show the exact plan, and ask for a passkey."""
        visitor = await self._reception.visitor(request)
        found = await self._desk.run(visitor.require(Scope.OBSERVE), run)
        view = self._views.card(visitor, found)
        mine = await self._approvals.credentials(visitor.principal)
        return self._pages.response(
            "approve.html",
            visitor=visitor,
            place="plans",
            thread="",
            run=found,
            card=view.without(*SIGNED_HERE),
            may_sign=view.offers(ButtonAction.SIGN) or view.offers(ButtonAction.APPROVE),
            may_go_alone=view.offers(ButtonAction.BREAK_GLASS),
            ready=any(_signs(each, visitor) for each in mine),
        )

    async def ask(self, request: Request, run: Identifier) -> Response:
        """Return what is to be signed, and what the browser asks the authenticator for."""
        visitor, fields = await self._reception.form(request)
        say = Say(
            verdict=verdict_of(fields.get("verdict", "")),
            reason=reason_of(fields.get("reason", "")),
            surface=Surface.CONSOLE,
            assurance=Assurance.PASSKEY,
            break_glass=bool(fields.get("break_glass")),
        )
        asked = await self._approvals.ask_passkey(visitor.require(Scope.APPROVE), run, say)
        return JSONResponse({"payload": asked.challenge.content, "options": asked.options})

    async def cast(self, request: Request, run: Identifier) -> Response:
        """Take what the passkey signed."""
        visitor, fields = await self._reception.form(request)
        who = visitor.require(Scope.APPROVE)
        answer = assertion(fields.get("answer", ""))
        decided = await self._approvals.cast_passkey(who, run, fields.get("payload", "").encode(), answer)
        return JSONResponse({"next": f"/console/plans/{decided.id}"})

    async def passkeys(self, request: Request) -> Response:
        """Show this person's keys and passkeys, and to administrators those that wait for them."""
        visitor = await self._reception.visitor(request)
        return self._pages.response(
            "passkeys.html",
            visitor=visitor,
            place="passkeys",
            thread="",
            credentials=await self._approvals.credentials(visitor.require(Scope.OBSERVE)),
            administrator=Role.ADMIN in visitor.principal.roles,
        )

    async def make(self, request: Request) -> Response:
        """Return what the browser needs to make a passkey."""
        visitor, _ = await self._reception.form(request)
        made = await self._approvals.make_passkey(visitor.require(Scope.APPROVE))
        return JSONResponse({"nonce": made.nonce, "options": made.options})

    async def keep(self, request: Request) -> Response:
        """Enrol the passkey that the browser made."""
        visitor, fields = await self._reception.form(request)
        label = fields.get("label", "").strip()[:LONGEST_LABEL]
        who, answer = visitor.require(Scope.APPROVE), fields.get("answer", "")
        await self._approvals.enrol_passkey(who, fields.get("nonce", ""), answer, label)
        return JSONResponse({"next": "/console/passkeys"})

    async def confirm(self, request: Request, credential: Identifier) -> Response:
        """Agree as the second person."""
        visitor, _ = await self._reception.form(request)
        await self._approvals.confirm(visitor.require(Scope.APPROVE), credential)
        return RedirectResponse("/console/passkeys", 303)

    async def revoke(self, request: Request, credential: Identifier) -> Response:
        """End a credential."""
        visitor, _ = await self._reception.form(request)
        await self._approvals.revoke(visitor.require(Scope.APPROVE), credential)
        return RedirectResponse("/console/passkeys", 303)


def _signs(credential: Credential, visitor: Visitor) -> bool:
    mine = credential.holder == visitor.principal.id and credential.form is CredentialForm.PASSKEY
    return mine and credential.standing() is CredentialStanding.ACTIVE


def assertion(text: str) -> Assertion:
    """Return the answer of `navigator.credentials.get`, in WebAuthn's own JSON form; raises `InvalidInput`."""
    try:
        answer = _Answer.model_validate_json(text)
    except ValidationError:
        raise InvalidInput("expected the answer of a passkey, found something else") from None
    return Assertion(
        handle=answer.id,
        signature=answer.response.signature,
        authenticator_data=answer.response.authenticator_data,
        client_data=answer.response.client_data,
    )
