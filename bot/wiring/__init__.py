"""Where Quarterdeck is put together: the only package that builds things out of settings.

async with assembled(settings) as house:
    reply = await house.desk.say(message, person)
"""

from bot.wiring.house import House, assembled, open_local
from bot.wiring.importing import open_tools
from bot.wiring.keeping import log_key_in, new_log_key, open_keeper
from bot.wiring.local import secret_of
from bot.wiring.understanding import open_reader

__all__ = [
    "House",
    "assembled",
    "log_key_in",
    "new_log_key",
    "open_keeper",
    "open_local",
    "open_reader",
    "open_tools",
    "secret_of",
]
