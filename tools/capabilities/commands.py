"""Programs that the settings allow to be run, each a capability `command.NAME`."""

from tools.capabilities.phrasings.declared import asked
from tools.contract import Capability
from tools.declared.command import Command

AREA = "command"


def capability(command: Command) -> Capability:
    """Return what a command can do."""
    return command.capability(AREA, asked(command.title))
