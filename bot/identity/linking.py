"""How an account becomes a person's: a code from one side, typed on the other, and then a yes on the first.

Whoever sees a code cannot link anything to themselves with it unless the side that was shown it agrees to whom. A
code is good once and for ten minutes, and who guesses is stopped.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.identity.attempts import Attempts
from bot.identity.changing import Scribe
from bot.identity.directory import Directory
from bot.identity.groups import Grouping
from bot.identity.seen import Seen
from bot.surfaces.identities import LinkCode
from memory.bus import Bus
from memory.errors import AuthenticationFailed, Conflict, LimitExceeded, NotFound, PolicyDenied
from memory.model.identity import Account, Identity, Link, LinkSide
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.record import Event, Topic
from memory.store import Store
from memory.store.codes import code_hash

LASTS: Final = timedelta(minutes=10)
MOST_BEGUN: Final = 5  # links that one side may begin within that time
LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another
CODE_LENGTH: Final = 10  # 49 random bits, for ten minutes and five guesses
EVERYWHERE = "tenant"  # the thread of what happens to no thread in particular

_PURPOSE = "link"
_UNKNOWN = "expected a code that was shown on the other side in the last ten minutes, found another"


class Linker:
    """Serves `bot.surfaces.identities.Identities` and `Linking`, of one tenant."""

    def __init__(
        self, store: Store, directory: Directory, grouping: Grouping, attempts: Attempts, bus: Bus, scribe: Scribe
    ) -> None:
        self._store = store
        self._directory = directory
        self._grouping = grouping
        self._attempts = attempts
        self._bus = bus
        self._scribe = scribe
        self._tenant = scribe.tenant
        self._clock = scribe.clock
        self._seen = Seen(scribe.clock)

    async def resolve(self, account: Account) -> Principal | None:
        """Return the person an account belongs to, as they are now."""
        identity = await self._store.identities.find(self._tenant, account)
        return None if identity is None else self._person(identity.person)

    async def seen(self, account: Account, groups: Collection[str]) -> Principal | None:
        """Take note of the groups that an account is in, and return the person."""
        person = self._seen.person(account, groups)
        if person is None:
            identity = await self._store.identities.find(self._tenant, account)
            if identity is None:
                return None
            person = identity.person
            await self._grouping.seen(person, account, groups)
            self._seen.keep(account, groups, person)
        return self._person(person)

    def _person(self, name: str) -> Principal | None:
        try:
            return self._directory.person(self._tenant, name)
        except AuthenticationFailed:  # disabled, or no longer listed
            return None

    async def begin_link(self, account: Account, label: str = "") -> LinkCode:
        """Begin on the account's side."""
        await self._require_free(account)
        return await self._begin(_side(account), begun_by=LinkSide.ACCOUNT, account=account, label=label)

    async def begin(self, principal: Principal) -> LinkCode:
        """Begin on the person's side."""
        return await self._begin(_side(_linkable(principal)), begun_by=LinkSide.PERSON, person=principal.id)

    async def look_link(self, account: Account, code: str) -> Link:
        """Return what a code is about, on the account's side. Looking uses nothing up, and wrong codes count."""
        return await self._of_code(_side(account), code, LinkSide.PERSON)

    async def look(self, principal: Principal, code: str) -> Link:
        """Return what a code is about, on the person's side."""
        return await self._of_code(_side(_linkable(principal)), code, LinkSide.ACCOUNT)

    async def answer_link(self, account: Account, code: str, label: str = "") -> Link:
        """Answer on the account's side."""
        link = await self._of_code(_side(account), code, LinkSide.PERSON)
        await self._require_free(account)
        return await self._answered(link, account=account, label=label[:200])

    async def answer(self, principal: Principal, code: str) -> Link:
        """Answer on the person's side."""
        link = await self._of_code(_side(_linkable(principal)), code, LinkSide.ACCOUNT)
        return await self._answered(link, person=principal.id)

    async def verified(self, link_id: str, account: Account, label: str) -> Link:
        """Answer a link that a person began, with an account that was proven to be the same browser's."""
        link = await self._store.links.get(self._tenant, link_id)
        await self._require_free(account)
        return await self._answered(link, account=account, label=label[:200])

    async def waiting(self, account: Account) -> tuple[Link, ...]:
        """Return what waits for the account's yes."""
        return await self._store.links.waiting(self._tenant, _side(account), self._clock.now())

    async def waiting_for(self, principal: Principal) -> tuple[Link, ...]:
        """Return what waits for the person's yes."""
        return await self._store.links.waiting(self._tenant, _side(principal), self._clock.now())

    async def finish_link(self, account: Account, link: str) -> Identity:
        """Say yes on the account's side."""
        found = await self._store.links.get(self._tenant, link)
        if found.begun_by is not LinkSide.ACCOUNT or found.account != account:
            raise NotFound("expected a link that this account began, found another")
        return await self._finish(found, by=found.person or "")

    async def finish(self, principal: Principal, link: str) -> Identity:
        """Say yes on the person's side."""
        found = await self._store.links.get(self._tenant, link)
        if found.begun_by is not LinkSide.PERSON or found.person != _linkable(principal).id:
            raise NotFound("expected a link that you began, found another")
        return await self._finish(found, by=principal.id)

    async def identities(self, principal: Principal, *, everybody: bool = False) -> tuple[Identity, ...]:
        """Return a person's accounts, or everybody's."""
        if not everybody:
            return await self._store.identities.of(self._tenant, principal.id)
        if not {Role.ADMIN, Role.AUDITOR} & set(principal.roles):
            raise PolicyDenied(f"expected an auditor or an administrator, found {principal.id}, who is neither")
        return await self._store.identities.of(self._tenant)

    async def unlink(self, principal: Principal, identity: str) -> Identity:
        """Take an account from its person."""
        found = await self._store.identities.get(self._tenant, identity)
        if found.person != principal.id and Role.ADMIN not in principal.roles:
            raise NotFound(f"expected the id of an account of yours, found {identity!r}, which is none")
        return await self._unlink(found, by=principal.id)

    async def unlink_account(self, account: Account) -> Identity:
        """Take the account from its person, as who has it."""
        found = await self._store.identities.find(self._tenant, account)
        if found is None:
            raise NotFound("expected an account that is linked, found one that is nobody's")
        return await self._unlink(found, by=found.person)

    async def _begin(self, side: str, **about: object) -> LinkCode:
        now = self._clock.now()
        if await self._store.links.begun(self._tenant, side, now - LASTS) >= MOST_BEGUN:
            raise LimitExceeded(
                f"expected at most {MOST_BEGUN} codes within ten minutes, found more asked for",
                hint="Wait a few minutes, or use the newest one.",
            )
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        told = {"id": self._scribe.ids.new("link"), "tenant": self._tenant, "begun_at": now} | about
        link = Link.model_validate({**told, "expires_at": now + LASTS})
        await self._store.links.begin(link, code_hash(_PURPOSE, code), side)
        return LinkCode(link=link.id, code=f"{code[:5]}-{code[5:]}", expires_at=link.expires_at)

    async def _of_code(self, side: str, code: str, begun_by: LinkSide) -> Link:
        """Return the link of a code; raises `LimitExceeded` for who guessed too often, whatever they bring now."""
        self._attempts.admit(side)
        plain = "".join(code.upper().replace("-", "").split())
        link = await self._store.links.of_code(self._tenant, code_hash(_PURPOSE, plain), self._clock.now())
        if link is None or link.begun_by is not begun_by:
            self._attempts.failed(side)
            raise NotFound(_UNKNOWN, hint="Begin again on the other side.")
        return link

    async def _answered(self, link: Link, **other: object) -> Link:
        now = self._clock.now()
        answered = link.model_copy(update={**other, "answered_at": now})
        await self._store.links.answer(answered, now)
        self._bus.publish(
            Event(
                topic=Topic.IDENTITY,
                tenant=self._tenant,
                thread=EVERYWHERE,
                correlation=link.id,
                at=now,
                body={"link": link.id, "change": "answered"},
            )
        )
        return answered

    async def _finish(self, link: Link, by: str) -> Identity:
        """Bind both sides, in one transaction with the log: once, and only to whom they were told."""
        now = self._clock.now()
        if link.account is None or link.person is None or not link.waits(now):
            raise Conflict("expected a link that waits for this yes, found one that does not", hint="Begin again.")
        _linkable(self._directory.person(self._tenant, link.person))
        identity = Identity(
            id=self._scribe.ids.new("identity"),
            tenant=self._tenant,
            account=link.account,
            person=link.person,
            label=link.label,
            linked_at=now,
        )
        async with self._store.transaction() as unit:
            await unit.links.finish(link.model_copy(update={"finished_at": now}), now)
            await unit.identities.add(identity)
            await self._scribe.account(unit, "linked", identity, by)
        return identity

    async def _unlink(self, identity: Identity, by: str) -> Identity:
        async with self._store.transaction() as unit:
            await unit.identities.remove(self._tenant, identity.id)
            await self._scribe.account(unit, "unlinked", identity, by)
        self._seen.forget(identity.account)
        await self._grouping.forget(identity)
        return identity

    async def _require_free(self, account: Account) -> None:
        if await self._store.identities.find(self._tenant, account) is not None:
            raise Conflict(
                "expected an account that is nobody's, found one that is linked already",
                hint="It can be unlinked first, by whoever it is linked to or by an administrator.",
            )


def _side(who: Account | Principal) -> str:
    """Return a name for who begins, that the two kinds of sides never share."""
    told = (
        f"account\n{who.source.value}\n{who.issuer}\n{who.subject}"
        if isinstance(who, Account)
        else f"person\n{who.id}"
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _linkable(principal: Principal) -> Principal:
    if principal.kind is PrincipalKind.SERVICE:
        raise PolicyDenied(f"expected a person, found {principal.id}, a program, which has keys and no accounts")
    return principal
