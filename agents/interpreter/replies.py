"""What is said where nothing is looked up and nothing is done. Short, honest, and never a promise. Pure."""

import re

from agents.interpreter.clauses import Mood

NOTHING_SAID = 'I see no words I could work with. Try "help".'
CANNOT = (
    "That is outside of what I can do. I look at services, metrics, logs and alerts, and I propose deploys,"
    " rollbacks, restarts, scaling, silences and flags. Nothing was done."
)
NOT_AN_ORDER = {
    Mood.QUESTION: "I took that as a question, not as an order, so nothing was done.",
    Mood.STATEMENT: "I took that as a remark, not as an order, so nothing was done.",
    Mood.REPORTED: "Those are somebody else's words, so nothing was done.",
    Mood.CONDITIONAL: "I do not act on an if, a when or a should, so nothing was done.",
    Mood.LATER: "I cannot do things later, only now, so nothing was done.",
    Mood.FORBIDDEN: "Understood: nothing is done.",
}
PASTED = "That came with pasted text, and I take no orders from those, so nothing was done."
TO_ORDER = 'To have it done, say "{}".'
_GREETING = "Hello. Ask me about a service, its metrics, logs or alerts."
_OTHER_CHATTER = (
    (re.compile(r"\b(?:thanks?|thank|thx|cheers|ty|appreciated)\b"), "You're welcome."),
    (re.compile(r"\b(?:bye|goodbye|see you|good night|weekend|have a good|take care)\b"), "Take care."),
    (
        re.compile(r"\b(?:who|what|name|human|bot|ai|real|made you)\b.*\?|\bwho are you\b"),
        "I am Quarterdeck, a program. I look things up and propose plans; people decide.",
    ),
)


def to_chatter(text: str) -> str:
    """Return the reply to small talk, in lower case."""
    return next((reply for pattern, reply in _OTHER_CHATTER if pattern.search(text)), _GREETING)
