"""Golden decisions: a file beside the policies that says what must be allowed, needs people, or is denied. Pure.

YAML, or JSON, which is YAML too. `at` is the moment of all decisions that name none. `world` is who and what they
are about; without one it is the tenant's own people and services. Each decision is a request with `expect`
(`allow`, `deny`, `needs 1`, `needs 2 passkey`, …) and, if it matters, `by`: the policies that have to decide it.
"""

from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError

from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue, Freeze, Service
from memory.model.people import Compliance, Principal, PrincipalKind, Role
from memory.model.value import Identifier, Moment, Value
from tools.policy.facts import Facts
from tools.policy.request import Request, misfit
from tools.policy.source import Source


class Somebody(Value):
    """A person of a golden world."""

    id: Identifier
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    kind: PrincipalKind = PrincipalKind.PERSON
    region: str = ""


class World(Value):
    """The tenant golden decisions are about."""

    people: tuple[Somebody, ...]
    services: tuple[Service, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    timezone: str = "UTC"
    compliance: Compliance = Compliance.STANDARD
    trust: dict[str, int] = Field(default_factory=dict)

    def facts(self, known: Facts) -> Facts:
        """Return the facts of this world, with the tenant's name and tools; raises `InvalidInput`."""
        people = tuple(
            Principal(tenant=known.tenant, name=each.id, **each.model_dump(include=set(Somebody.model_fields)))
            for each in self.people
        )
        try:
            return Facts(
                tenant=known.tenant,
                capabilities=known.capabilities,
                people=people,
                catalogue=Catalogue(services=self.services, freezes=self.freezes),
                timezone=self.timezone,
                compliance=self.compliance,
                trust=self.trust,
            )
        except ValidationError as error:
            raise InvalidInput(f"expected a world that can be, found {misfit(error)}") from None


class Expected(Request):
    """A request and the verdict it must get."""

    expect: Annotated[str, Field(pattern=r"^(allow|deny|needs [1-9]( passkey| key)?)$")]
    by: tuple[str, ...] = ()
    because: str = ""


class Golden(Value):
    """The golden decisions of one file; `lines` are where in it each begins."""

    at: Moment
    decisions: tuple[Expected, ...]
    world: World | None = None
    lines: tuple[int, ...] = ()


def parse_golden(source: Source) -> Golden:
    """Return a file's decisions; raises `InvalidInput` with the file, and the line where there is one."""
    try:
        tree = yaml.compose(source.text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(source.text)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InvalidInput(f"{source.name}{line}: expected YAML, found: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none
        raise InvalidInput(f"{source.name}: expected YAML, found: {error}") from error
    lines = _lines(tree)
    try:
        golden = Golden.model_validate(values)
    except ValidationError as error:
        raise InvalidInput(f"{_place(source, lines, error)}: {misfit(error)}") from None
    return golden.model_copy(update={"lines": lines})


def _lines(tree: Any) -> tuple[int, ...]:
    if not isinstance(tree, yaml.MappingNode):
        return ()
    found = [value for key, value in tree.value if key.value == "decisions"]
    return tuple(
        item.start_mark.line + 1 for value in found for item in value.value if hasattr(item, "start_mark")
    )


def _place(source: Source, lines: tuple[int, ...], error: ValidationError) -> str:
    match error.errors(include_url=False)[0]["loc"]:
        case ("decisions", int(number), *_) if number < len(lines):
            return f"{source.name}:{lines[number]}"
    return source.name
