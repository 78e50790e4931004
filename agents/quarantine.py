"""Where a value in a message came from: the person's own words, or what they pasted. Pure.

Data may fill a slot of a plan that was made from a person's words, marked as untrusted; it never makes the plan.
What cannot be told apart with certainty counts as pasted.
"""

import re
from collections.abc import Collection

from agents.interpreter.utterance import Utterance, is_machine
from agents.untrusted import marked, unmarked
from memory.model.intent import Provenance
from memory.model.value import Value

_QUOTED = re.compile(r'"([^"\n]*)"')
_SENTENCE = 5  # words
_FENCE = "```"


class Found(Value):
    """Where in a message a value stands: whose words they are, and the words themselves."""

    provenance: Provenance
    quote: str


def pasted(text: str) -> bool:
    """Return whether a message holds anything besides its sender's own words."""
    return Utterance.of(text).pasted


def spotlighted(text: str) -> str:
    """Return a message as a model is shown it: each line that was pasted behind the mark of `MATERIAL`."""
    if not pasted(text):
        return unmarked(text)
    shown, fenced = list[str](), False
    for line in unmarked(text).split("\n"):
        fence = line.strip().startswith(_FENCE)
        theirs = fenced or fence or is_machine(line)
        fenced ^= fence
        shown.append(marked(line) if theirs else line)
    return "\n".join(shown)


def found(names: Collection[str], text: str) -> Found | None:
    """Return where one of a value's names stands in a message, the person's own words first; None: nowhere.

    Somebody who puts a value into quotation marks hands it over knowingly; a part of a sentence that they quote is
    somebody else's.
    """
    own = Utterance.of(text).own
    own = _QUOTED.sub(lambda quoted: _handed_over(quoted[1], names), own)
    wanted = [re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE) for name in names if name]
    for words, provenance in ((own, Provenance.SAID), (text, Provenance.UNTRUSTED)):
        for name in wanted:
            match = name.search(words)
            if match is not None:
                return Found(provenance=provenance, quote=match[0])
    return None


def _handed_over(quoted: str, names: Collection[str]) -> str:
    """Return what of a quotation counts as its sender's own words."""
    whole = quoted.strip().lower() in {name.lower() for name in names}
    return f" {quoted} " if whole or len(quoted.split()) < _SENTENCE else " "
