"""The words that count as understood: those of the examples, and those that carry no wish of their own. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tools.contract import Capability

_GAP = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[^\W_]+")

FUNCTION = frozenset(
    "a all an and any are as at back be by can do does for from get give go has have how i if in instead into is it its"
    " just let like me my need needed no now of off on onto once one our out over own right s should so t than that the their"
    " them then there these they this those to too until up us via want was we were what when which who will with would"
    " you your am im ve re d ll".split()
)
COURTESY = frozenset(
    "please pls kindly thanks thank thx cheers ok okay hey hi hello sorry quick quickly soon immediately urgently urgent"
    " asap again today straight away really actually bot mate folks team guys everyone could mind ahead sure yes yeah"
    " alright safely gracefully completely fully yo damn bloody bad currently running whole entire full".split()
)
KINDS = frozenset(
    "service services app application deployment deploy pod pods instance instances process processes container"
    " containers worker replica replicas copies workers node nodes machine machines server servers environment env cluster"
    " version release build tag flag feature toggle alert alerts alarm alarms silence id namespace n component"
    " microservice s sec secs min mins h hr hrs d w wk wks rps qps tps".split()
)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, its gaps left out."""
    return tuple(_WORD.findall(_GAP.sub(" ", text).lower()))


class Lexicon:
    """The words of the examples: `asking` are those of every capability, `every` also those of other phrasings.

    `uses` counts how often each is used.
    """

    def __init__(self, capabilities: Sequence[Capability], others: Iterable[str] = ()) -> None:
        """`others` are phrasings that belong to no capability."""
        plain = FUNCTION | COURTESY | KINDS
        said = _said(capabilities)
        self.uses = Counter(plain) + said + Counter(word for phrasing in others for word in words(phrasing))
        self.asking = frozenset(said)
        self.every = frozenset(self.uses)
        self._of = {capability.name: frozenset(_said((capability,))) | plain for capability in capabilities}

    def strangers(self, order: str, tool: str) -> tuple[str, ...]:
        """Return the words of an order that no example of the tool contains and that are not plain ones."""
        return tuple(word for word in words(order) if word not in self._of[tool])


def _said(capabilities: Iterable[Capability]) -> Counter[str]:
    return Counter(word for c in capabilities for example in c.examples for word in words(example))
