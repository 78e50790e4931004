"""Whose accounts are whose, in memory, with one way to link: by code, and a yes of each side."""

from collections.abc import Collection
from datetime import timedelta

from bot.surfaces.identities import LinkCode
from memory.errors import NotFound
from memory.model.identity import Account, Identity, Link, LinkSide
from memory.model.people import Principal
from tests.fakes.time import MIDNIGHT


class FakeIdentities:
    """Serves `bot.surfaces.identities.Identities`."""

    def __init__(self) -> None:
        self.people: dict[Account, Principal] = {}
        self.open: dict[str, Link] = {}

    async def resolve(self, account: Account) -> Principal | None:
        return self.people.get(account)

    async def seen(self, account: Account, groups: Collection[str]) -> Principal | None:
        return self.people.get(account)

    async def begin_link(self, account: Account, label: str = "") -> LinkCode:
        until = MIDNIGHT + timedelta(minutes=10)
        self.open["WXYZ-1234"] = Link(
            id="link_1",
            tenant="acme",
            begun_by=LinkSide.ACCOUNT,
            account=account,
            label=label,
            begun_at=MIDNIGHT,
            expires_at=until,
        )
        return LinkCode(link="link_1", code="WXYZ-1234", expires_at=until)

    async def look_link(self, account: Account, code: str) -> Link:
        return await self.answer_link(account, code)

    async def answer_link(self, account: Account, code: str, label: str = "") -> Link:
        if code not in self.open:
            raise NotFound("expected a code that was begun with, found another")
        return self.open[code].model_copy(update={"account": account, "label": label})

    async def waiting(self, account: Account) -> tuple[Link, ...]:
        return tuple(each for each in self.open.values() if each.account == account and each.person)

    async def finish_link(self, account: Account, link: str) -> Identity:
        found = next(each for each in self.open.values() if each.id == link)
        return Identity(
            id="identity_1",
            tenant="acme",
            account=account,
            person=found.person or "",
            linked_at=MIDNIGHT,
        )

    async def unlink_account(self, account: Account) -> Identity:
        if account not in self.people:
            raise NotFound("expected an account that is linked, found one that is not")
        person = self.people.pop(account)
        return Identity(id="identity_1", tenant="acme", account=account, person=person.id, linked_at=MIDNIGHT)
