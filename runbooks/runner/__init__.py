"""What runs plans: it looks, proposes, takes people's decisions, and carries out what they approved, once."""

from runbooks.runner.runner import Runner
from runbooks.runner.terms import Terms

__all__ = ["Runner", "Terms"]
