"""Hides what a profile hides, and brings back what it lets come back. Its memory ends with the exchange."""

import hmac
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from agents.profiles.detecting import LONGEST, detected
from agents.profiles.kinds import DataProfile, Kind, Treatment
from agents.profiles.ports import Veil
from memory.clock import Clock
from memory.model.people import Role
from memory.model.value import JsonValue

_STAND_IN = re.compile(r"<(?P<kind>[a-z_]{2,20})[ #:](?P<name>[0-9a-f]{1,12})>")
CUT = "\n(cut: the rest was not looked through)"
_HASHED = 8  # characters of a keyed hash


@dataclass(frozen=True)
class _Hidden:
    value: str
    until: datetime


class Profiles:
    """Knows each tenant's data profile, the shipped one where it has none. `key` makes hashes a tenant's own."""

    def __init__(self, profiles: Mapping[str, DataProfile], clock: Clock, key: bytes) -> None:
        self._profiles = dict(profiles)
        self._clock = clock
        self._key = key

    def begin(self, tenant: str, roles: Collection[Role]) -> Veil:
        """Return the veil for one exchange on behalf of a reader with these roles; none: nothing is revealed."""
        profile = self._profiles.get(tenant, DataProfile())
        key = hmac.digest(self._key, tenant.encode(), sha256)
        return ProfileVeil(profile, self._clock, key, reveals=not profile.revealed_to.isdisjoint(roles))


class ProfileVeil:
    """One exchange under a profile. What looks like a stand-in in a text that comes in is not one of ours."""

    def __init__(self, profile: DataProfile, clock: Clock, key: bytes, *, reveals: bool) -> None:
        self._profile = profile
        self._clock = clock
        self._key = key
        self._reveals = reveals
        self._names: dict[tuple[Kind, str], str] = {}
        self._hidden: dict[str, _Hidden] = {}

    def hide(self, text: str) -> str:
        """Return the text with stand-ins for what the profile hides. The same value has the same stand-in."""
        return self._told(_STAND_IN.sub(r"(\g<kind> \g<name>)", text), secrets_alone=False)

    def scan(self, text: str) -> str:
        """Return what a model said without secrets, wherever it had them from."""
        return self._told(text, secrets_alone=True)

    def reveal(self, value: JsonValue) -> JsonValue:
        """Return what a model said with the stand-ins that its reader may see resolved, while they may be."""
        if not self._reveals:
            return value
        if isinstance(value, str):
            return _STAND_IN.sub(lambda found: self._resolved(found[0]), value)
        if isinstance(value, list):
            return [self.reveal(each) for each in value]
        if isinstance(value, dict):
            return {name: self.reveal(each) for name, each in value.items()}
        return value

    def found(self) -> Mapping[str, int]:
        """Return how many different values were hidden, by kind."""
        return Counter(kind.value for kind, _ in self._names)

    def _told(self, text: str, *, secrets_alone: bool) -> str:
        told, end = [], 0
        text = text if len(text) <= LONGEST else text[:LONGEST] + CUT  # what nobody looked through is not shown
        for each in detected(text):
            if secrets_alone and not each.kind.secret:
                continue
            if self._profile.rule(each.kind).treatment is Treatment.KEEP:
                continue
            told += [text[end : each.start], self._stand_in(each.kind, text[each.start : each.end])]
            end = each.end
        return "".join([*told, text[end:]])

    def _stand_in(self, kind: Kind, value: str) -> str:
        name = self._names.get((kind, value))
        if name is None:
            name = self._named(kind, value)
            self._names[kind, value] = name
        return name

    def _named(self, kind: Kind, value: str) -> str:
        rule = self._profile.rule(kind)
        if rule.treatment is Treatment.DROP:
            return f"[{kind.value} removed]"
        if rule.treatment is Treatment.HASH:
            return f"<{kind.value}#{hmac.digest(self._key, value.encode(), sha256).hex()[:_HASHED]}>"
        number = sum(known is kind for known, _ in self._names) + 1
        name = f"<{kind.value}:{number}>"
        self._hidden[name] = _Hidden(value, self._clock.now() + timedelta(minutes=rule.minutes))
        return name

    def _resolved(self, name: str) -> str:
        held = self._hidden.get(name)
        return held.value if held is not None and self._clock.now() < held.until else name
