"""Rooms in which incidents are worked on: opened, furnished, kept up to date, closed and opened again.

What a room has to be follows from its incident; `RoomKeeper` brings it there, on any venue and from any node.
"""

from bot.incidents.rooms.desk import RoomCounter
from bot.incidents.rooms.fixtures import Fixtures
from bot.incidents.rooms.furnishing import Furnisher
from bot.incidents.rooms.here import ConsoleVenue
from bot.incidents.rooms.keeping import RoomKeeper
from bot.incidents.rooms.telling import Teller
from bot.incidents.rooms.terms import RoomTerms

__all__ = ["ConsoleVenue", "Fixtures", "Furnisher", "RoomCounter", "RoomKeeper", "RoomTerms", "Teller"]
