"""Who an account of the sign-in provider is here: whom it is linked to, or somebody new whose groups give a role.

Nobody becomes a second person by this: an account whose name is that of somebody known is refused until they,
signed in as that person, link it.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.identity.changing import Scribe
from bot.identity.directory import Directory
from bot.identity.groups import Grouping
from bot.identity.roles import given
from bot.identity.roster import Roster
from memory.errors import AccountUnknown, AuthenticationFailed
from memory.model.identity import Account, Groups, Identity, Member
from memory.model.people import Principal
from memory.store import Store, Unit

_STRANGE = re.compile(r"[^A-Za-z0-9._@+-]+")
_LINK = "Sign in another way, with a key or a link, and link it under Accounts."
LONGEST_NAME = 100


class Arrivals:
    """Lets accounts in that are proven already."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        roster: Roster,
        grouping: Grouping,
        scribe: Scribe,
        name_claim: str,
    ) -> None:
        self._store = store
        self._directory = directory
        self._roster = roster
        self._grouping = grouping
        self._scribe = scribe
        self._name_claim = name_claim

    async def person(self, account: Account, claims: Mapping[str, Any], groups: Collection[str]) -> Principal:
        """Return who this is; raises `AccountUnknown` for somebody who has no rights here."""
        tenant = self._scribe.tenant
        identity = await self._store.identities.find(tenant, account)
        if identity is None:
            identity = await self._new(account, claims, self._grouping.of(account, groups))
            await self._roster.look()
        else:
            await self._grouping.seen(identity.person, account, groups)
        try:
            return self._directory.person(tenant, identity.person)
        except AuthenticationFailed:
            raise AccountUnknown(
                f"expected somebody with a role, found {identity.person}, who is disabled or in no group with one",
                hint="Ask an administrator.",
            ) from None

    async def _new(self, account: Account, claims: Mapping[str, Any], groups: Groups) -> Identity:
        """Make a person of an account, in one transaction with the log."""
        names = tuple(_names(claims, self._name_claim))
        roles, _ = given(self._roster.rules.mappings, (groups,))
        if not roles:
            raise AccountUnknown(
                "expected an account that is linked, or in a group with a role, found one that is neither",
                hint=f"{_LINK} Or ask an administrator for a group.",
            )
        async with self._store.transaction() as unit:
            await unit.members.alone(self._scribe.tenant)
            person = await self._free(unit, names)
            now = self._scribe.clock.now()
            identity = Identity(
                id=self._scribe.ids.new("identity"),
                tenant=self._scribe.tenant,
                account=account,
                person=person,
                label=label(claims, self._name_claim),
                linked_at=now,
            )
            member = Member(
                tenant=self._scribe.tenant,
                id=person,
                origin="oidc",
                name=str(claims.get("name") or person)[:200],
                groups=(groups,),
                added_at=now,
            )
            await unit.members.put(member)
            await unit.identities.add(identity)
            await self._scribe.person(unit, "joined", person, person, roles=roles, source=account.source)
            await self._scribe.account(unit, "linked", identity, person)
        return identity

    async def _free(self, unit: Unit, names: Collection[str]) -> str:
        """Return an id for somebody new; raises `AccountUnknown` where one of their names is somebody's."""
        known = {each.id for each in await unit.members.of(self._scribe.tenant)} | self._roster.listed.keys()
        folded = {each.casefold() for each in known}
        for name in names:
            if name.casefold() in folded:
                raise AccountUnknown(
                    f"expected an account of somebody new, found {name}, who is known here by another account",
                    hint=_LINK,
                )
        return next(iter(names), "") or f"oidc-{self._scribe.ids.new('person')}"


def label(claims: Mapping[str, Any], name_claim: str) -> str:
    """Return what people recognise an account by."""
    return str(claims.get(name_claim) or claims.get("email") or claims.get("name") or "")[:200]


def _names(claims: Mapping[str, Any], name_claim: str) -> list[str]:
    """Return what this person may be called here, the best first: ids that are the same in any spelling."""
    email = str(claims.get("email") or "")
    said = [str(claims.get(name_claim) or ""), email, email.partition("@")[0]]
    found = [_STRANGE.sub("-", each)[:LONGEST_NAME].strip("-._@+") for each in said]
    return list(dict.fromkeys(each for each in found if each))
