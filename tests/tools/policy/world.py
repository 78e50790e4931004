"""The tenant that the tables and properties are about, with tools of every tier and effect."""

from datetime import UTC, datetime, timedelta

from memory.model.catalogue import Catalogue, Freeze, Service
from memory.model.people import Compliance, Principal, PrincipalKind, Role
from memory.model.plan import Effect, Tier
from tests.fakes.people import TENANT
from tools.capabilities import EVERY
from tools.capabilities.services import Nothing, ServiceHere
from tools.contract import Arguments, Capability
from tools.policy import Facts

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
FROZEN = datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)
CLOSE = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)
A_MOMENT = timedelta(milliseconds=1)
MOMENTS = {
    "frozen": datetime(2026, 12, 24, 9, tzinfo=UTC),
    "before": FROZEN[0] - A_MOMENT,
    "first": FROZEN[0],
    "last": FROZEN[1] - A_MOMENT,
    "after": FROZEN[1],
    "close": datetime(2026, 10, 1, 12, tzinfo=UTC),
}


class Text(Arguments):
    """Some text."""

    text: str


class Page(Arguments):
    """A page of the web."""

    url: str


def tool(name: str, tier: Tier | None, effect: Effect, arguments: type[Arguments] = Nothing) -> Capability:
    return Capability(
        name=name,
        title=name,
        summary=name,
        says=name,
        effect=effect,
        tier=tier,
        arguments=arguments,
        examples=(),
    )


TOOLS = (
    *EVERY,
    tool("page.fetch", Tier.OBSERVE, Effect.EGRESS, Page),
    tool("ticket.suggest", Tier.SUGGEST, Effect.WRITE, Text),
    tool("volume.delete", Tier.EXECUTE, Effect.DESTRUCTIVE, ServiceHere),
    tool("service.heal", Tier.AUTONOMOUS, Effect.WRITE, ServiceHere),
    tool("shell.run", None, Effect.DESTRUCTIVE, Text),
)


def somebody(
    name: str, *roles: Role, tenant: str = TENANT, kind: PrincipalKind = PrincipalKind.PERSON, region: str = ""
) -> Principal:
    return Principal(id=name, tenant=tenant, name=name, kind=kind, roles=roles, region=region)


PEOPLE = (
    somebody("guest"),
    somebody("vic", Role.VIEWER),
    somebody("aud", Role.AUDITOR),
    somebody("olaf", Role.OPERATOR, region="us"),
    somebody("bob", Role.APPROVER),
    somebody("ada", Role.ADMIN, region="eu"),
    somebody("alice", Role.OPERATOR, Role.APPROVER),
    somebody("robot", Role.OPERATOR, Role.APPROVER, kind=PrincipalKind.SERVICE),
    somebody("eve", Role.ADMIN, tenant="elsewhere"),
)
BOTH = ("production", "staging")
CATALOGUE = Catalogue(
    services=(
        Service(name="checkout", criticality=2, owner="shop", environments=BOTH, flags=("new-pricing",)),
        Service(name="payments", criticality=1, owner="money", environments=BOTH),
        Service(name="website", criticality=3, owner="shop", environments=BOTH, region="eu"),
    ),
    freezes=(
        Freeze(name="year-end", starts_at=FROZEN[0], ends_at=FROZEN[1], environments=("production",)),
        Freeze(name="close", starts_at=CLOSE[0], ends_at=CLOSE[1], services=("payments",)),
    ),
)
FACTS = Facts(
    tenant=TENANT,
    capabilities=TOOLS,
    people=PEOPLE,
    catalogue=CATALOGUE,
    compliance=Compliance.REGIONAL,
    trust={"silence.expire": 20, "flags.list": 20},
)
