"""What each person may be: the settings' own roles, and what the groups they are in elsewhere give. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from memory.errors import PolicyDenied
from memory.model.identity import Groups, Member, RoleMapping
from memory.model.people import Principal, PrincipalKind, Role


def administrator(principal: Principal) -> str:
    """Return the tenant in which this person administers who is who; raises `PolicyDenied`."""
    if Role.ADMIN not in principal.roles:
        raise PolicyDenied(f"expected an administrator, found {principal.id}, who is none")
    return principal.tenant


def given(mappings: Iterable[RoleMapping], groups: Collection[Groups]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Return the roles and the teams that being in these groups gives, in an order of their own."""
    fits = [each for each in mappings if any(each.covers(some) for some in groups)]
    roles = {each.role for each in fits if each.role is not None}
    return tuple(role for role in Role if role in roles), tuple(sorted({each.team for each in fits if each.team}))


def in_force(groups: Collection[Groups], lasts: timedelta, now: datetime) -> tuple[Groups, ...]:
    """Return what platforms said of somebody's groups lately enough to be relied on."""
    return tuple(each for each in groups if now < each.seen_at + lasts)


class Rules:
    """How roles come about: by these mappings, from what was said no longer ago than `lasts`."""

    def __init__(self, mappings: Collection[RoleMapping] = (), lasts: timedelta = timedelta(days=1)) -> None:
        self.mappings = tuple(mappings)
        self.lasts = lasts

    def person(self, base: Principal, groups: Collection[Groups], now: datetime) -> Principal:
        """Return a person with their own roles and teams, and those their groups give. A program gets none."""
        if base.kind is PrincipalKind.SERVICE:
            return base
        roles, teams = given(self.mappings, in_force(groups, self.lasts, now))
        return base.model_copy(
            update={
                "roles": tuple(role for role in Role if role in {*base.roles, *roles}),
                "teams": tuple(sorted({*base.teams, *teams})),
            }
        )

    def everybody(
        self, listed: Mapping[str, Principal], members: Iterable[Member], now: datetime
    ) -> tuple[Principal, ...]:
        """Return everybody there is now.

        Somebody who is disabled is left out, and so is somebody who came by a provider and whose groups give no
        role any more, or whom the settings no longer list.
        """
        known = {member.id: member for member in members}
        found = [self._now(listed.get(name), known.get(name), now) for name in {**listed, **known}]
        return tuple(person for person in found if person is not None)

    def _now(self, base: Principal | None, member: Member | None, now: datetime) -> Principal | None:
        if member is None:
            return base
        if member.disabled_at is not None or (base is None and member.origin == "settings"):
            return None
        person = self.person(base or _own(member), member.groups, now)
        return person if person.roles or base is not None else None

    def next_change(self, members: Iterable[Member], now: datetime) -> datetime | None:
        """Return when something that was said of somebody's groups stops to count, None where nothing will."""
        ends = [each.seen_at + self.lasts for member in members for each in member.groups]
        return min((end for end in ends if end > now), default=None)


def _own(member: Member) -> Principal:
    return Principal(
        id=member.id, tenant=member.tenant, name=member.name or member.id, kind=member.kind, roles=member.roles
    )
