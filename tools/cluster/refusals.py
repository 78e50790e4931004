"""What an API server's refusal means to a person. Pure: its own words stay beside the message, in `body`."""

import json

from memory.errors import (
    ConnectorBusy,
    ConnectorError,
    ConnectorRejected,
    ConnectorUnreachable,
    PermissionMissing,
)

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, GONE, TOO_MANY = 400, 401, 403, 404, 409, 410, 429
_GATEWAY = frozenset({502, 503, 504})


def refusal(status: int, body: bytes, asked: str, source: str) -> ConnectorError:
    """Return the error an answer other than success is; `asked` is what was, as `PUT /apis/apps/v1/…`."""
    reason = status_reason(body)
    message = f"{source} answered {asked} with {status}{f' {reason}' if reason else ''}"
    text = body.decode(errors="replace")
    if status in _GATEWAY:
        return ConnectorUnreachable(message, status=status, body=text)
    if status == FORBIDDEN:
        hint = "Give Quarterdeck's service account the right: deploy/kubernetes/access.yaml."
        return PermissionMissing(message, hint=hint, status=status, body=text)
    kind = ConnectorBusy if status == TOO_MANY else ConnectorRejected
    return kind(message, hint=_hint(status), status=status, body=text)


def status_reason(body: bytes) -> str:
    """Return the machine-readable reason of a `Status` object, empty where there is none."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    reason = said.get("reason") if isinstance(said, dict) else None
    return reason if isinstance(reason, str) and reason.isalpha() else ""


def status_message(body: str) -> str:
    """Return what a `Status` object says in words, cut short; it is untrusted."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    message = said.get("message") if isinstance(said, dict) else None
    return message[:300] if isinstance(message, str) else ""


def _hint(status: int) -> str:
    match status:
        case 401:
            return "The token is not taken: it may have run out, or be another cluster's."
        case 404:
            return "Check the namespace and the name; `kubernetes_places` says where a service runs."
        case 409:
            return "Somebody changed it at the same moment; look again."
        case 422:
            return "An admission rule of the cluster does not let it through."
        case _:
            return ""
