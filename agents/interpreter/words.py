"""The words that count as understood: those of the examples, and those that carry no wish of their own. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from memory.model.plan import Effect
from tools.contract import Capability

_GAP = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[^\W_]+")

FUNCTION = frozenset(
    "a all an and any are as at back be by can do does for from get give go has have how i if in instead into is it its"
    " just let like me my need needed now of off on onto once one our out over own right s should so t than that the their"
    " them then there these they this those to too until up us via want was we were what when which who will with would"
    " you your am im ve re d ll".split()
)
COURTESY = frozenset(
    "please pls kindly thanks thank thx cheers ok okay hey hi hello sorry quick quickly soon immediately urgently urgent"
    " asap again today straight away really actually bot quarterdeck mate folks team guys everyone maybe perhaps could"
    " mind ahead sure yes yeah alright safely gracefully completely fully".split()
)
KINDS = frozenset(
    "service services app application deployment deploy pod pods instance instances process processes container"
    " containers replica replicas copies workers node nodes machine machines server servers environment env cluster"
    " version release build tag flag feature toggle alert alerts alarm alarms silence id namespace n component backend"
    " component microservice".split()
)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, its gaps left out."""
    return tuple(_WORD.findall(_GAP.sub(" ", text).lower()))


class Lexicon:
    """The words of every capability's examples."""

    def __init__(self, capabilities: Sequence[Capability], others: Iterable[str] = ()) -> None:
        """`others` are phrasings that belong to no capability."""
        ordering = [capability for capability in capabilities if capability.effect is not Effect.READ]
        self._ordering = frozenset(word for c in ordering for example in c.examples for word in words(example))
        self._of: Mapping[str, frozenset[str]] = {
            capability.name: frozenset(word for example in capability.examples for word in words(example))
            for capability in capabilities
        }
        self.asking = frozenset().union(*self._of.values())
        self.every = (
            self.asking | {word for phrasing in others for word in words(phrasing)} | FUNCTION | COURTESY | KINDS
        )

    def strangers(self, text: str) -> tuple[str, ...]:
        """Return the words of an order that no example of an order explains and that are not plain function words."""
        known = self._ordering | FUNCTION | COURTESY | KINDS
        return tuple(word for word in words(text) if word not in known)
