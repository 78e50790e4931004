"""Runbooks by `/qd`: which there are, and running one, with a window for what it still has to be told."""

from bot.surfaces.procedures import RunbookDesk
from bot.surfaces.slack import modals
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.blocks import header, note, posts
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Subject
from bot.surfaces.slack.rich import points, rich, words
from bot.surfaces.slack.telling import opened, tell, tell_posts
from runbooks.format import Input


class Runbooks:
    """Shows runbooks and has them run: as a message to the desk, which makes a plan of it like of any other."""

    def __init__(self, desk: RunbookDesk, answering: Answering) -> None:
        self._desk = desk
        self._answering = answering

    async def all(self, visit: Visit, _: str = "") -> None:
        """List them."""
        found = self._desk.all(visit.person).items
        if not found:
            await tell(visit, "There are no runbooks here yet.")
            return
        lines = [[words(each.id, code=True), words(f"  {each.title}. Owned by {each.owner}.")] for each in found]
        await tell_posts(visit, posts([header("Runbooks"), rich(points(lines))], "Runbooks"))

    async def run(self, visit: Visit, text: str) -> None:
        """Run the one that is named, with inputs given as `name=value`. Raises `NotFound` or `InvalidInput`."""
        if not text:
            await self.all(visit)
            return
        name, *given = text.split()
        view = self._desk.one(visit.person, name)
        told = dict(each.split("=", 1) for each in given if "=" in each)
        if any(_needed(wanted) and key not in told for key, wanted in view.inputs.items()):
            about = Subject(run=view.name, channel=visit.arrival.channel)
            await opened(visit, modals.runbook(view.name, view.inputs, told, about))
            return
        await self.follow(visit, view.name, told, visit.arrival.channel)

    async def follow(self, visit: Visit, name: str, given: dict[str, str], channel: str) -> None:
        """Have a runbook run with these inputs, in a thread of its own; raises as `run`."""
        text = self._desk.says(visit.person, name, {key: value for key, value in given.items() if value})
        if await self._answering.foreign(visit, channel):
            await self._answering.aside(visit, text)
            return
        opening = note(f"{visit.person.name}: {text}")
        thread = await visit.web.post(channel, opening, key=f"{visit.arrival.id}:asks")
        await self._answering.answer(visit, text, channel, thread)


def _needed(wanted: Input) -> bool:
    """Return whether a runbook cannot do without being told this."""
    return not wanted.optional and wanted.default is None
