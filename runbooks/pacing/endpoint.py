"""Where a call goes: its tool, and the target that its arguments name. Pure."""

from memory.model.plan import Call
from memory.model.value import Value

_NAMING = ("cluster", "namespace", "environment", "service", "deployment", "repository", "node", "host", "queue")
"""Arguments that name what is acted on, from the whole to its part."""


class Endpoint(Value):
    """A tool and a target; an empty target is all that the tool acts on."""

    tool: str
    target: str = ""

    def key(self) -> str:
        """Return its name, which no other endpoint has."""
        return f"{self.tool} {self.target}"


def endpoint(call: Call) -> Endpoint:
    """Return where a call goes."""
    named = [f"{name}={call.arguments[name]}" for name in _NAMING if call.arguments.get(name) is not None]
    return Endpoint(tool=call.tool, target=",".join(named)[:200])
