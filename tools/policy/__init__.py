"""Policy as code: one Cedar policy set, its schema made from the tools, and what they say. Pure."""

from tools.policy.engine import Policy, Question, Ruling

__all__ = ["Policy", "Question", "Ruling"]
