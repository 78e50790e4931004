"""The console: Quarterdeck in a browser, on a phone too. Pages are rendered here; nothing is built beforehand."""

from bot.surfaces.console.app import console_app
from bot.surfaces.console.settings import ConsoleSettings, suggestions

__all__ = ["ConsoleSettings", "console_app", "suggestions"]
