"""Commands that say something: `ask`, `plan`, `status`."""

import sys
from dataclasses import dataclass
from typing import Annotated

import typer

from bot.surfaces.cli.cards import card_panel
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.growing import grown
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.replies import approval_command, reply_parts
from bot.surfaces.cli.screen import Screen, spaced
from bot.surfaces.cli.session import Session
from memory.errors import InvalidEncoding, InvalidInput, NotFound
from memory.model.limits import Stop
from memory.model.talk import Reply

FAILED = 1  # the exit code of an answer that is none

Words = Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="What you want to know or want done.")]
Wish = Annotated[list[str], typer.Argument(metavar="TEXT", help="What you want done.")]
InThread = Annotated[str, typer.Option("--thread", metavar="ID", help="Go on with this conversation.")]
Anew = Annotated[bool, typer.Option("--new", help="Begin a new conversation instead of going on with the last.")]


@command
def ask(session: Session, text: Words = None, thread: InThread = "", new: Anew = False) -> None:
    """Ask in plain words, and see the evidence.

    What a terminal asks within half an hour is one conversation. Without TEXT on a terminal it goes on asking;
    without a terminal it reads standard input.

    [bold]Examples[/bold]

      quarterdeck ask what is wrong with checkout   [dim](Ctrl-C stops the answer, and shows what stands)[/dim]
      quarterdeck ask --json "error rate of payments over the last 2h" | jq .evidence
      quarterdeck ask and yesterday
    """
    if text is None and sys.stdin.isatty() and not session.screen.as_json:
        session.run(lambda client: _converse(client, session, _Place(thread, new)))
    session.run(lambda client: _ask(client, session, _said(text), _Place(thread, new)))


@command
def plan(session: Session, text: Wish, thread: InThread = "", new: Anew = False) -> None:
    """Turn a wish into a plan that waits for approval. Nothing is changed.

    [bold]Examples[/bold]

      quarterdeck plan roll back checkout in production
      quarterdeck plan --json "scale payments in staging to 4 replicas" | jq -r .run.plan_digest
    """
    session.run(lambda client: _plan(client, session, " ".join(text), _Place(thread, new)))


@command
def status(session: Session) -> None:
    """How things are: services, alerts, recent changes, and what needs a person.

    [bold]Examples[/bold]

      quarterdeck status
      quarterdeck status --json | jq -r .text
    """
    session.run(lambda client: _status(client, session))


@dataclass(frozen=True)
class _Place:
    """Where in the talk something is said."""

    thread: str
    new: bool

    def thread_of(self, session: Session) -> str | None:
        return self.thread or (None if self.new else session.recent().thread())


async def _say(client: Client, session: Session, text: str, place: _Place) -> Reply:
    thread = place.thread_of(session)
    if session.screen.grows:
        reply = await grown(client, session.screen, text, thread or client.new_thread())
    else:
        with session.screen.waiting("Looking"):
            reply = await client.ask(text, thread)
    session.recent().keep(reply.thread)
    return reply


async def _ask(client: Client, session: Session, text: str, place: _Place) -> int:
    return _shown(await _say(client, session, text, place), session.screen)


async def _status(client: Client, session: Session) -> int:
    with session.screen.waiting("Looking"):
        reply = await client.status()
        stopped = await _stopped(client)
    session.recent().keep(reply.thread)
    if stopped is not None:
        session.screen.note(f"actions are {plain(stopped.says())}; they go on with: quarterdeck resume")
    return _shown(reply, session.screen)


async def _stopped(client: Client) -> Stop | None:
    try:
        return (await client.switch()).stopped
    except NotFound:  # an older server, which has no switch
        return None


async def _plan(client: Client, session: Session, text: str, place: _Place) -> int:
    screen = session.screen
    reply = await _say(client, session, text, place)
    if reply.card is None:
        _shown(reply, screen)
        return FAILED
    view = await client.plan(reply.card.run)
    screen.show(view, *spaced([card_panel(view.card, screen.now()), approval_command(view.run.id)]))
    return 0


async def _converse(client: Client, session: Session, place: _Place) -> int:
    """Ask one thing after another until the input ends."""
    session.screen.note("Ask away; an empty line or Ctrl-D ends it.")
    while text := session.screen.prompt():
        reply = await _say(client, session, text, place)
        place = _Place(reply.thread, new=False)
        _shown(reply, session.screen)
    return 0


def _shown(reply: Reply, screen: Screen) -> int:
    screen.show(reply, *spaced(reply_parts(reply, screen.now())))
    return FAILED if reply.kind == "error" else 0


def _said(words: list[str] | None) -> str:
    """Return the text of the command line, or all of standard input where there is none."""
    if words:
        return " ".join(words)
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise InvalidEncoding(
            f"expected UTF-8 on standard input, found the byte 0x{error.object[error.start]:02x} at {error.start}"
        ) from error
    if not text.strip():
        raise InvalidInput("expected a question, found nothing", hint='Try: quarterdeck ask "how are things?"')
    return plain(text)
