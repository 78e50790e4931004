"""What the console is told: where people reach it, what somebody new could ask, and where evidence may link to."""

from bot.settings import Settings
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.console.settings import suggestions
from bot.surfaces.links import origins


def console_settings(settings: Settings) -> ConsoleSettings:
    """Return what the console is told."""
    systems = (settings.prometheus_url, settings.alertmanager_url, settings.estate_url)
    return ConsoleSettings(
        public_url=settings.url(),
        suggestions=suggestions(settings.catalogue()),
        link_origins=origins(systems),
    )
