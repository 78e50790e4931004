"""Policy as code: one Cedar policy set, its schema made from the tools, and what they say. Pure."""

from tools.policy.engine import Policy
from tools.policy.facts import Facts
from tools.policy.question import Budget, Question, Ruling
from tools.policy.quorum import decide

__all__ = ["Budget", "Facts", "Policy", "Question", "Ruling", "decide"]
