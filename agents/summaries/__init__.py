"""Summaries of incidents without invention: what happened, told only as far as timeline and evidence say it.

`understand` reads an account once; `living`, `catch_up`, `hand_over`, `public_update` and `review` each make a
document of what was understood. `agents.rewriter` has a language model word one anew, checked by `rewording`.
"""

from agents.summaries.account import Account
from agents.summaries.catch_up import catch_up
from agents.summaries.document import Document, DocumentKind, Gap, Part, Section, Sentence
from agents.summaries.hand_over import hand_over
from agents.summaries.living import living
from agents.summaries.public_update import public_update
from agents.summaries.review import review
from agents.summaries.story import Story, understand

__all__ = [
    "Account",
    "Document",
    "DocumentKind",
    "Gap",
    "Part",
    "Section",
    "Sentence",
    "Story",
    "catch_up",
    "hand_over",
    "living",
    "public_update",
    "review",
    "understand",
]
