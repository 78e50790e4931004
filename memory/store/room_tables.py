"""The tables of the rooms in which incidents are worked on."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata

rooms = Table(
    "war_rooms",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("incident", String(120), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("place", String(120)),  # of venue and place, once there is one
    Column("over", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
Index("war_rooms_by_place", rooms.c.tenant, rooms.c.place)
Index("war_rooms_by_state", rooms.c.tenant, rooms.c.over)

posts = Table(
    "war_room_posts",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("incident", String(120), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("war_room_posts_by_time", posts.c.tenant, posts.c.incident, posts.c.at, posts.c.key)
