"""One's accounts and sign-ins: link and unlink, see where one is signed in, and sign out there or everywhere."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.sessions import Sessions
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.identities import IdentityRoom, LinkCode
from bot.surfaces.ports import Ports
from memory.errors import NotFound
from memory.model.identity import Link
from memory.model.people import Principal, Role
from memory.model.value import Identifier

ROOM = "/console/accounts"
LONGEST_CODE = 40


class Accounts:
    """Shows and changes what is one's own. Linking takes every scope: it gives an account all of them."""

    def __init__(
        self, ports: Ports, room: IdentityRoom, sessions: Sessions, reception: Reception, pages: Pages
    ) -> None:
        self._directory = ports.doorkeeper
        self._room = room
        self._sessions = sessions
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/accounts")(self.show)
        router.post("/accounts/begin")(self.begin)
        router.post("/accounts/look")(self.look)
        router.post("/accounts/answer")(self.answer)
        router.post("/accounts/links/{link}/finish")(self.finish)
        router.post("/accounts/{identity}/unlink")(self.unlink)
        router.post("/accounts/sign-on")(self.sign_on)
        router.post("/accounts/sign-ins/{sign_in}/end")(self.end)
        router.post("/accounts/sign-out-everywhere")(self.end_all)

    async def show(self, request: Request) -> Response:
        """Show one's accounts, what waits for a yes, and where one is signed in."""
        return await self._shown(await self._reception.visitor(request))

    async def begin(self, request: Request) -> Response:
        """Show a code to be typed where the account is."""
        visitor, _ = await self._reception.form(request)
        return await self._shown(visitor, code=await self._room.linking.begin(_whole(visitor)))

    async def look(self, request: Request) -> Response:
        """Show which account a code is about, and ask whether it is one's own."""
        visitor, fields = await self._reception.form(request)
        typed = fields.get("code", "")[:LONGEST_CODE]
        return await self._shown(visitor, found=await self._room.linking.look(_whole(visitor), typed), typed=typed)

    async def answer(self, request: Request) -> Response:
        """Say that the account is one's own; who has it is asked next, where it is."""
        visitor, fields = await self._reception.form(request)
        answered = await self._room.linking.answer(_whole(visitor), fields.get("code", "")[:LONGEST_CODE])
        return await self._shown(visitor, answered=answered)

    async def finish(self, request: Request, link: Identifier) -> Response:
        """Say yes to an account that answered."""
        visitor, _ = await self._reception.form(request)
        await self._room.linking.finish(_whole(visitor), link)
        return RedirectResponse(ROOM, 303)

    async def unlink(self, request: Request, identity: Identifier) -> Response:
        """Let an account be nobody's again."""
        visitor, _ = await self._reception.form(request)
        await self._room.linking.unlink(_whole(visitor), identity)
        return RedirectResponse(ROOM, 303)

    async def sign_on(self, request: Request) -> Response:
        """Go and prove that an account at the provider is one's own."""
        visitor, _ = await self._reception.form(request)
        if self._room.sign_on is None:
            raise NotFound("expected a sign-in provider, found none configured")
        leaving = await self._room.sign_on.leave(ROOM, linking=_whole(visitor))
        response = self._pages.response("again.html", here=leaving.url)
        name = f"{self._reception.cookie_name}-leaving"
        response.headers.append(
            "Set-Cookie", self._reception.set_cookie(leaving.browser, 600, name=name, same_site="Lax")
        )
        return response

    async def end(self, request: Request, sign_in: Identifier) -> Response:
        """Sign out elsewhere."""
        visitor, _ = await self._reception.form(request)
        await self._room.people.sign_out(visitor.principal, visitor.principal.id, sign_in)
        return RedirectResponse(ROOM, 303)

    async def end_all(self, request: Request) -> Response:
        """Sign out everywhere, here too."""
        visitor, _ = await self._reception.form(request)
        await self._room.people.sign_out(visitor.principal, visitor.principal.id)
        return RedirectResponse("/console/sign-in", 303, {"Set-Cookie": self._reception.set_cookie("", 0)})

    async def _shown(
        self,
        visitor: Visitor,
        *,
        code: LinkCode | None = None,
        found: Link | None = None,
        answered: Link | None = None,
        typed: str = "",
    ) -> Response:
        mine = visitor.require(Scope.OBSERVE)
        everybody = bool({Role.ADMIN, Role.AUDITOR} & set(mine.roles))
        return self._pages.response(
            "accounts.html",
            visitor=visitor,
            place="accounts",
            thread="",
            identities=await self._room.linking.identities(mine),
            others=[
                each
                for each in (await self._room.linking.identities(mine, everybody=True) if everybody else ())
                if each.person != mine.id
            ],
            waiting=await self._room.linking.waiting_for(mine),
            sign_ins=await self._sessions.of(mine),
            people=await self._room.people.people(mine) if Role.ADMIN in mine.roles else (),
            code=code,
            found=found,
            answered=answered,
            typed=typed,
        )


def _whole(visitor: Visitor) -> Principal:
    return visitor.require(Scope.ADMIN)
