"""Policy as code: one Cedar policy set, its schema made from the tools, and what they say. Pure."""

from tools.policy.engine import Policy
from tools.policy.facts import Facts
from tools.policy.question import Assent, Budget, Given, Promotion, Question, Ruling, Say
from tools.policy.quorum import decide, decide_given

__all__ = [
    "Assent",
    "Budget",
    "Facts",
    "Given",
    "Policy",
    "Promotion",
    "Question",
    "Ruling",
    "Say",
    "decide",
    "decide_given",
]
