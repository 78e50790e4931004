"""What the server answers about who is who, as the command line reads it."""

from memory.model.access import ApiKey
from memory.model.identity import Identity, Link
from memory.model.value import Moment, Value

AccountLine = Identity
LinkLine = Link


class Accounts(Value):
    """Linked accounts."""

    items: tuple[Identity, ...]


class Links(Value):
    """Links that wait."""

    items: tuple[Link, ...]


class CodeShown(Value):
    """A code to type on the other side."""

    link: str
    code: str
    expires_at: Moment


class PersonShown(Value):
    """Somebody."""

    id: str
    name: str
    kind: str
    origin: str
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    disabled_at: Moment | None = None


class People(Value):
    """Everybody."""

    items: tuple[PersonShown, ...]


class ServiceShown(Value):
    """A program and its keys."""

    id: str
    name: str
    roles: tuple[str, ...]
    disabled_at: Moment | None = None
    keys: tuple[ApiKey, ...] = ()


class Services(Value):
    """Programs."""

    items: tuple[ServiceShown, ...]


class KeyMade(Value):
    """A key, its secret, and the key it replaces."""

    key: ApiKey
    secret: str
    replaces: ApiKey | None = None


class Ended(Value):
    """How many sign-ins ended."""

    ended: int
