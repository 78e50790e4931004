"""Where in the console a Slack message leads: where those of every chat do."""

from bot.surfaces.places import Places

__all__ = ["Places"]
