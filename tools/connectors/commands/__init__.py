"""Programs that the settings allow to be run. Never a shell, never a program that is not named."""

from memory.model.plan import Effect
from tools.connectors.commands.hands import CommandAct, CommandRead
from tools.connectors.commands.running import Running
from tools.contract import Tool
from tools.once import Attempts

__all__ = ["Running", "hand"]


def hand(running: Running, attempts: Attempts) -> Tool:
    """Return the hand of one command."""
    return CommandRead(running) if running.command.effect is Effect.READ else CommandAct(running, attempts)
