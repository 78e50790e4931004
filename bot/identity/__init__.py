"""Who is there: people and programs, the accounts and keys they prove it with, and how these come to be theirs."""

from bot.identity.directory import Directory
from bot.identity.door import KEY_PREFIX, Door

__all__ = ["KEY_PREFIX", "Directory", "Door"]
