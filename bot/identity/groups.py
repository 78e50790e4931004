"""What platforms say of somebody's groups, kept so that every node gives the same roles, and told to the log."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.identity.changing import Scribe
from bot.identity.roles import given
from bot.identity.roster import Roster
from memory.model.identity import Account, Groups, Identity, Member
from memory.store import Store, Unit

MOST: Final = 500  # groups of one person that are kept: those that some mapping names, then none
FRESH: Final = timedelta(hours=1)  # the same groups are written down again only after this


class Grouping:
    """Keeps what was said last, for each of a person's platforms."""

    def __init__(self, store: Store, roster: Roster, scribe: Scribe) -> None:
        self._store = store
        self._roster = roster
        self._scribe = scribe

    def of(self, account: Account, names: Collection[str]) -> Groups:
        """Return the groups that some mapping names: others give nothing, and are nobody's business here."""
        mapped = {each.group for each in self._roster.rules.mappings if each.source is account.source}
        kept = tuple(sorted(mapped & set(names)))[:MOST]
        return Groups(source=account.source, issuer=account.issuer, names=kept, seen_at=self._scribe.clock.now())

    async def seen(self, person: str, account: Account, names: Collection[str]) -> None:
        """Take note of a person's groups, where they are other ones or were last said a while ago."""
        groups = self.of(account, names)
        before = await self._store.members.find(self._scribe.tenant, person)
        if before is not None and _stands(before, groups):
            return
        async with self._store.transaction() as unit:
            await unit.members.alone(self._scribe.tenant)
            await self._put(unit, person, groups)
        await self._roster.look()

    async def forget(self, identity: Identity) -> None:
        """Take back what an account's groups gave, where the person has no other account on that platform."""
        tenant, account = self._scribe.tenant, identity.account
        left = await self._store.identities.of(tenant, identity.person)
        if any((each.account.source, each.account.issuer) == (account.source, account.issuer) for each in left):
            return
        async with self._store.transaction() as unit:
            await unit.members.alone(tenant)
            if await unit.members.find(tenant, identity.person) is not None:
                await self._put(unit, identity.person, self.of(account, ()))
        await self._roster.look()

    async def _put(self, unit: Unit, person: str, groups: Groups) -> None:
        """Keep the groups in place of the platform's last word, and tell the log where they give other roles."""
        before = await unit.members.find(self._scribe.tenant, person) or Member(
            tenant=self._scribe.tenant, id=person, origin="settings", added_at=groups.seen_at
        )
        others = tuple(each for each in before.groups if not _of_one(each, groups))
        after = before.model_copy(update={"groups": (*others, groups) if groups.names else others})
        if after == before:
            return
        await unit.members.put(after)
        mappings = self._roster.rules.mappings
        if given(mappings, after.groups) != given(mappings, before.groups):
            roles, _ = given(mappings, after.groups)
            await self._scribe.person(unit, "changed", person, person, roles=roles, source=groups.source)


def _of_one(one: Groups, other: Groups) -> bool:
    return (one.source, one.issuer) == (other.source, other.issuer)


def _stands(before: Member, groups: Groups) -> bool:
    """Return whether the same was said a short while ago."""
    said = [each for each in before.groups if _of_one(each, groups)]
    if not said:
        return not groups.names
    return said[0].names == groups.names and groups.seen_at < said[0].seen_at + FRESH
