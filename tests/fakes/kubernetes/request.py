"""A request as the API reads it: group, resource, namespace, name and subresource out of its path."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/[^/]+"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/))?"
    r"/(?P<resource>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<subresource>[^/]+))?"
)
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @classmethod
    def parsed(cls, method: str, target: str, body: bytes, token: str) -> "Request":
        parts = urlsplit(target)
        found = _PATH.fullmatch(parts.path)
        named = {name: value or "" for name, value in found.groupdict().items()} if found else {}
        said = json.loads(body) if body else {}
        return cls(method, parts.path, dict(parse_qsl(parts.query)), said, token, **named)


def verb_of(request: Request) -> str:
    """Return the verb that RBAC knows a request by."""
    if request.method != "GET":
        return _VERBS[request.method]
    if request.params.get("watch") == "true":
        return "watch"
    return "get" if request.name else "list"
