"""Changing an object that others change too: read, compare, replace, and anew when somebody was quicker.

The version that was read goes with the replacement, so an edit is never laid over one that was not seen.
"""

import copy
from collections.abc import Callable

from memory.errors import Conflict, ConnectorRejected
from tools.cluster.api import Api, Json
from tools.cluster.refusals import CONFLICT
from tools.http import Deadline

TRIES = 5

Edit = Callable[[Json], Json | None]
"""Takes a copy of the object as it stands; returns it as it shall stand, None where it stands so already."""


async def amended(api: Api, path: str, edit: Edit, deadline: Deadline) -> tuple[Json, Json | None]:
    """Return the object as it was and as it is now, the second None where there was nothing to change.

    Raises `Conflict` where others changed it each time, with nothing written by this call.
    """
    for _ in range(TRIES):
        before = await api.get(path, deadline)
        wanted = edit(copy.deepcopy(before))
        if wanted is None:
            return before, None
        try:
            return before, await api.replace(path, wanted, deadline)
        except ConnectorRejected as error:
            if error.status != CONFLICT:
                raise
    raise Conflict(
        f"expected {path} to hold still, found it changed by others {TRIES} times",
        hint="Nothing was changed. Look again.",
    )


async def rehearsed(api: Api, path: str, edit: Edit, deadline: Deadline) -> tuple[Json, Json]:
    """Return the object as it is and as the API server says it would be, admission and defaults included."""
    before = await api.get(path, deadline)
    wanted = edit(copy.deepcopy(before))
    if wanted is None:
        return before, before
    return before, await api.replace(path, wanted, deadline, dry=True)
