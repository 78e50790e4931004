"""People and programs as administrators handle them, and sign-ins as everybody handles their own."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.identity.changing import Scribe
from bot.identity.directory import Directory
from bot.identity.door import Door
from bot.identity.roles import administrator
from bot.identity.roster import Roster
from bot.surfaces.desk import Scope
from bot.surfaces.identities import NewKey, PersonLine, ServiceAccount
from memory.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.access import ApiKey
from memory.model.identity import Member, SignIn
from memory.model.people import Principal, PrincipalKind, Role
from memory.store import Store

LONGEST_OVERLAP: Final = timedelta(days=30)
_NEVER: Final = frozenset({Role.APPROVER, Role.ADMIN})  # of a program, whatever it is


class People:
    """Serves `bot.surfaces.identities.PeopleDesk`."""

    def __init__(self, store: Store, directory: Directory, roster: Roster, door: Door, scribe: Scribe) -> None:
        self._store = store
        self._directory = directory
        self._roster = roster
        self._door = door
        self._scribe = scribe
        self._tenant = scribe.tenant

    async def people(self, principal: Principal) -> tuple[PersonLine, ...]:
        """Return everybody, disabled or not."""
        administrator(principal)
        members = {each.id: each for each in await self._store.members.of(self._tenant)}
        names = sorted({*self._roster.listed, *members})
        return tuple(self._line(name, members.get(name)) for name in names if self._is_somebody(name, members))

    async def disable(self, principal: Principal, person: str) -> PersonLine:
        """Make somebody nobody. Nobody does it to themselves: the last administrator would lock the door."""
        if person == principal.id:
            raise PolicyDenied("expected somebody else, found yourself", hint="Another administrator may.")
        now = self._scribe.clock.now()
        async with self._store.transaction() as unit:
            await unit.members.alone(administrator(principal))
            member = self._known(await unit.members.find(self._tenant, person), person)
            if member.disabled_at is not None:
                raise Conflict(f"expected somebody who is enabled, found {person} disabled already")
            await unit.members.put(member.model_copy(update={"disabled_at": now}))
            await unit.sign_ins.end(self._tenant, person, now)
            await self._scribe.person(unit, "disabled", person, principal.id)
        return await self._changed(person)

    async def enable(self, principal: Principal, person: str) -> PersonLine:
        """Make somebody themselves again. Their sessions stay over."""
        async with self._store.transaction() as unit:
            await unit.members.alone(administrator(principal))
            member = self._known(await unit.members.find(self._tenant, person), person)
            if member.disabled_at is None:
                raise Conflict(f"expected somebody who is disabled, found {person} enabled")
            await unit.members.put(member.model_copy(update={"disabled_at": None}))
            await self._scribe.person(unit, "enabled", person, principal.id)
        return await self._changed(person)

    async def sign_ins(self, principal: Principal, person: str | None = None) -> tuple[SignIn, ...]:
        """Return a person's sign-ins that stand."""
        return await self._store.sign_ins.of(self._tenant, self._whose(principal, person))

    async def sign_out(self, principal: Principal, person: str, sign_in: str | None = None) -> int:
        """End one sign-in, or all of them: on every node, from their next request on."""
        whose = self._whose(principal, person)
        async with self._store.transaction() as unit:
            ended = await unit.sign_ins.end(self._tenant, whose, self._scribe.clock.now(), sign_in)
            if sign_in is not None and not ended:
                raise NotFound(f"expected a sign-in of {whose} that stands, found {sign_in!r}, which is none")
            if ended and (sign_in is None or whose != principal.id):
                await self._scribe.person(unit, "signed_out", whose, principal.id)
        return ended

    async def add_service(
        self, principal: Principal, service: str, name: str, roles: Collection[Role]
    ) -> ServiceAccount:
        """Add a program. What approves or administers is a person, whatever a program is told to be."""
        administrator(principal)
        if _NEVER & set(roles) or not roles:
            wanted = ", ".join(sorted(role.value for role in roles)) or "none"
            raise InvalidInput(
                f"expected roles of a program (viewer, operator, auditor), found {wanted}",
                hint="Programs never approve, and never count towards an approval.",
            )
        member = Member(
            tenant=self._tenant,
            id=service,
            origin="service",
            name=name or service,
            kind=PrincipalKind.SERVICE,
            roles=tuple(role for role in Role if role in roles),
            added_at=self._scribe.clock.now(),
        )
        async with self._store.transaction() as unit:
            await unit.members.alone(self._tenant)
            if service in self._roster.listed or await unit.members.find(self._tenant, service) is not None:
                raise Conflict(f"expected a name that is nobody's, found {service!r}, which is somebody's")
            await unit.members.put(member)
            await self._scribe.person(unit, "joined", service, principal.id, roles=member.roles)
        await self._roster.look()
        return ServiceAccount(id=service, name=member.name, roles=member.roles)

    async def services(self, principal: Principal) -> tuple[ServiceAccount, ...]:
        """Return the programs, by id, with their keys."""
        keys = await self._store.keys.of(administrator(principal))
        return tuple(
            ServiceAccount(
                id=line.id,
                name=line.name,
                roles=line.roles,
                disabled_at=line.disabled_at,
                keys=tuple(key for key in keys if key.principal == line.id),
            )
            for line in await self.people(principal)
            if line.kind is PrincipalKind.SERVICE
        )

    async def add_key(
        self, principal: Principal, service: str, scopes: Collection[str], label: str, lifetime: timedelta | None
    ) -> NewKey:
        """Make a key for a program, with the scopes it needs and no more. It never has those of approving."""
        tenant = administrator(principal)
        if self._directory.person(tenant, service).kind is not PrincipalKind.SERVICE:
            raise InvalidInput(f"expected a service account, found {service}, a person")
        allowed = {Scope.OBSERVE.value, Scope.PROPOSE.value}
        if not scopes or set(scopes) - allowed:
            raise InvalidInput(
                f"expected scopes of a program (observe, propose), found {', '.join(sorted(scopes)) or 'none'}"
            )
        key, secret = await self._door.mint(
            tenant, service, scopes, label=label, lifetime=lifetime, by=principal.id
        )
        return NewKey(key=key, secret=secret)

    async def rotate_key(self, principal: Principal, key: str, overlap: timedelta) -> NewKey:
        """Give a key a successor."""
        if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
            raise InvalidInput(f"expected an overlap of at most {LONGEST_OVERLAP.days} days, found another")
        found: ApiKey = await self._store.keys.get(self._tenant, key)
        whose = self._directory.person(self._tenant, found.principal)
        may = found.principal == principal.id or (
            Role.ADMIN in principal.roles and whose.kind is PrincipalKind.SERVICE
        )
        if not may:
            raise NotFound(f"expected the id of a key of yours, found {key!r}, which is none")
        old, new, secret = await self._door.rotate(self._tenant, key, overlap, by=principal.id)
        return NewKey(key=new, secret=secret, replaces=old)

    def _whose(self, principal: Principal, person: str | None) -> str:
        if person is not None and person != principal.id:
            administrator(principal)
        return person or principal.id

    def _is_somebody(self, name: str, members: dict[str, Member]) -> bool:
        return name in self._roster.listed or members[name].origin != "settings"

    def _known(self, member: Member | None, person: str) -> Member:
        if member is None and person in self._roster.listed:
            return Member(tenant=self._tenant, id=person, origin="settings", added_at=self._scribe.clock.now())
        if member is None:
            raise NotFound(f"expected somebody who is known here, found {person!r}, who is not")
        return member

    async def _changed(self, person: str) -> PersonLine:
        await self._roster.look()
        return self._line(person, await self._store.members.find(self._tenant, person))

    def _line(self, name: str, member: Member | None) -> PersonLine:
        listed = self._roster.listed.get(name)
        base = listed or Principal(
            id=name,
            tenant=self._tenant,
            name=member.name if member else name,
            kind=member.kind if member else PrincipalKind.PERSON,
            roles=member.roles if member else (),
        )
        groups = member.groups if member else ()
        now = self._roster.rules.person(base, groups, self._scribe.clock.now())
        return PersonLine(
            id=name,
            name=base.name,
            kind=base.kind,
            origin="settings" if listed or member is None else member.origin,
            roles=now.roles,
            teams=now.teams,
            groups=tuple(sorted({each for some in groups for each in some.names})),
            disabled_at=member.disabled_at if member else None,
        )
