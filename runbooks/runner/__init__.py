"""What runs plans: it looks, proposes, takes people's decisions, and carries out what they approved, once."""

from runbooks.runner.runner import Runner

__all__ = ["Runner"]
