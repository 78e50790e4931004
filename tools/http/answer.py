"""What an answer other than success, or none at all, means to a person. Pure."""

import ssl

import httpx

from memory.errors import ConnectorBusy, ConnectorError, ConnectorRejected, ConnectorUnreachable

GATEWAY = frozenset({502, 503, 504})  # said on behalf of a system that was not reached


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def success(self) -> bool:
        """Return whether the status is one of the 200s."""
        return httpx.codes.is_success(self.status)


def refusal(answer: Answer, request: httpx.Request, source: str) -> ConnectorError:
    """Return the error that an answer other than success is."""
    kind: type[ConnectorError] = ConnectorUnreachable if answer.status in GATEWAY else ConnectorRejected
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        kind = ConnectorBusy
    named = f"{answer.status} {httpx.codes.get_reason_phrase(answer.status)}".rstrip()
    redirect = "; redirects are not followed" if httpx.codes.is_redirect(answer.status) else ""
    return kind(
        f"{source} answered {request.method} {request.url.path} with {named}{redirect}",
        hint=_hint(answer.status, source),
        status=answer.status,
        body=answer.body.decode(errors="replace"),
    )


def cause(error: httpx.TransportError) -> str:
    """Return what happened in words of ours: a library's own may quote what was sent."""
    match error:
        case httpx.ConnectTimeout():
            return "it did not accept a connection in time"
        case httpx.TimeoutException():
            return "it did not answer in time"
        case httpx.ConnectError() if _is_tls(error):
            return "no secure connection could be made: its certificate is not trusted, or it speaks no TLS"
        case httpx.ConnectError():
            return "it does not accept connections"
        case httpx.ProtocolError():
            return "what it sent is not HTTP, or broke off"
        case _:
            return "the connection was lost"


def _is_tls(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None


def _hint(status: int, source: str) -> str:
    match status:
        case httpx.codes.UNAUTHORIZED | httpx.codes.FORBIDDEN:
            return f"Check the credentials configured for {source}."
        case httpx.codes.NOT_FOUND:
            return f"Check that the configured address of {source} is the address of its API."
        case httpx.codes.TOO_MANY_REQUESTS:
            return f"{source} limits how often it is asked; ask again in a while."
        case _:
            return ""
