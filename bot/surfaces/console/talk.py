"""The first room: a conversation, with what others say in it arriving while one looks."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.settings import ConsoleSettings
from bot.surfaces.console.views import Views
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.inbound import spoken
from bot.surfaces.ports import Ports
from memory.errors import NotFound
from memory.ids import derived
from memory.model.people import Surface
from memory.model.talk import Exchange, Message
from memory.model.value import Identifier
from memory.page import Page

SHOWN = 30  # exchanges at first, and at each look further back

OpaqueCursor = Annotated[str | None, Query(max_length=400)]


class Talk:
    """Conversations. A thread belongs to the tenant: whoever has its address can follow it and take part."""

    def __init__(
        self, ports: Ports, reception: Reception, views: Views, pages: Pages, settings: ConsoleSettings
    ) -> None:
        self._desk = ports.desk
        self._clock = ports.clock
        self._ids = ports.ids
        self._reception = reception
        self._views = views
        self._pages = pages
        self._suggestions = settings.suggestions

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/")(self.today)
        router.get("/new")(self.fresh)
        router.get("/history")(self.history)
        router.get("/threads/{thread}")(self.show)
        router.post("/threads/{thread}/say")(self.say)
        router.post("/threads/{thread}/stop")(self.stop)
        router.get("/threads/{thread}/later")(self.later)
        router.get("/threads/{thread}/earlier")(self.earlier)
        router.get("/threads/{thread}/exchanges/{message}")(self.exchange)

    async def today(self, request: Request) -> Response:
        """Go to the person's conversation of the day: yesterday's context would only mislead."""
        who = (await self._reception.visitor(request)).principal
        day = f"{self._clock.now():%Y-%m-%d}"
        return RedirectResponse(f"/console/threads/{derived('thr', who.tenant, who.id, 'console', day)}", 303)

    async def fresh(self, request: Request) -> Response:
        """Go to a conversation that nobody has begun yet."""
        await self._reception.visitor(request)
        return RedirectResponse(f"/console/threads/{self._ids.new('thr')}", 303)

    async def history(self, request: Request, cursor: OpaqueCursor = None) -> Response:
        """List the conversations the person took part in."""
        visitor = await self._reception.visitor(request)
        page = await self._desk.threads(visitor.require(Scope.OBSERVE), cursor, SHOWN)
        return self._pages.response("history.html", visitor=visitor, page=page, place="history", thread="")

    async def show(self, request: Request, thread: Identifier) -> Response:
        """Show a conversation's last exchanges and the box to type in."""
        visitor, page = await self._page(request, thread)
        return self._pages.response(
            "thread.html",
            visitor=visitor,
            thread=thread,
            place="talk",
            exchanges=await self._views.exchanges(visitor, page.items),
            earlier=page.next_cursor,
            after=page.items[-1].message.id if page.items else "",
            nonce=self._ids.new("say"),
            suggestions=self._suggestions,
        )

    async def say(self, request: Request, thread: Identifier) -> Response:
        """Take one turn.

        The message's id comes from the form's and the text: a double click is one message, and a text that was
        changed after a failed attempt is another.
        """
        visitor, fields = await self._reception.form(request)
        who = visitor.require(Scope.PROPOSE)
        text = spoken(fields.get("text", ""))
        message = Message(
            id=derived("msg", who.tenant, who.id, fields.get("nonce", ""), text),
            tenant=who.tenant,
            thread=thread,
            sender=who.id,
            surface=Surface.CONSOLE,
            text=text,
            at=self._clock.now(),
        )
        await self._desk.say(message, who)
        if not in_page(request):
            return RedirectResponse(f"/console/threads/{thread}#end", 303)
        return self._pages.response("said.html", headers={"HX-Trigger": "said"}, nonce=self._ids.new("say"))

    async def stop(self, request: Request, thread: Identifier) -> Response:
        """Stop what this person asked here; the reply comes as any other."""
        visitor, _ = await self._reception.form(request)
        await self._desk.stop(visitor.require(Scope.PROPOSE), thread)
        if not in_page(request):
            return RedirectResponse(f"/console/threads/{thread}#end", 303)
        return Response(status_code=204)

    async def later(self, request: Request, thread: Identifier, after: str = "") -> Response:
        """Return what was said since the message `after`; 204 when nothing was."""
        visitor, page = await self._page(request, thread)
        known = [exchange.message.id for exchange in page.items]
        new = page.items[known.index(after) + 1 :] if after in known else page.items
        if not new:
            return Response(status_code=204)
        return self._pages.response(
            "later.html",
            visitor=visitor,
            thread=thread,
            exchanges=await self._views.exchanges(visitor, new),
            after=new[-1].message.id,
        )

    async def earlier(self, request: Request, thread: Identifier, cursor: OpaqueCursor = None) -> Response:
        """Return what was said before."""
        visitor, page = await self._page(request, thread, cursor)
        return self._pages.response(
            "earlier.html",
            visitor=visitor,
            thread=thread,
            exchanges=await self._views.exchanges(visitor, page.items),
            earlier=page.next_cursor,
        )

    async def exchange(self, request: Request, thread: Identifier, message: Identifier) -> Response:
        """Return one exchange that was shown before it was answered; 204 while it still is not."""
        visitor, page = await self._page(request, thread)
        found = next((each for each in page.items if each.message.id == message), None)
        if found is None:
            raise NotFound(f"expected a message of this conversation, found {message!r}")
        if found.reply is None:
            return Response(status_code=204)
        (view,) = await self._views.exchanges(visitor, (found,))
        return self._pages.response("exchange.html", visitor=visitor, thread=thread, exchange=view)

    async def _page(
        self, request: Request, thread: str, cursor: str | None = None
    ) -> tuple[Visitor, Page[Exchange]]:
        visitor = await self._reception.visitor(request)
        return visitor, await self._desk.transcript(visitor.require(Scope.OBSERVE), thread, cursor, SHOWN)
