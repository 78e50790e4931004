"""What runs plans: it looks, proposes, takes people's decisions, and carries out what they approved, once."""

from runbooks.runner.drive import Drive
from runbooks.runner.runner import Runner
from runbooks.runner.terms import Terms

__all__ = ["Drive", "Runner", "Terms"]
