"""What a request to the control API says, checked: what is odd is `Refused`, with what was expected and found."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from bot.demo.logs import LEVELS, MOST_LINES, Search
from bot.demo.orders import Kind, Order, Refused
from bot.demo.shop import ENVIRONMENT
from memory.model.value import Identifier, Value

LARGEST_BODY = 16_384  # bytes
_DEFAULT_LINES = 100
_KEY: TypeAdapter[str] = TypeAdapter(Identifier)


class Body(Value):
    """What an order says besides its kind and its target."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    by: str = Field(default="anonymous", max_length=120)
    environment: str = ENVIRONMENT
    version: str | None = None
    replicas: int | None = None
    enabled: bool | None = None


async def order(kind: Kind, request: Request) -> Order:
    """Return the order a request makes of the target its path names; raises `Refused`."""
    body = await _body(request)
    return Order(kind=kind, target=request.path_params["name"], key=_key(request), **body.model_dump())


def log_search(request: Request, service: str) -> Search:
    """Return the log search a request asks for; raises `Refused`."""
    asked = request.query_params
    return Search(
        service=service,
        since=moment(request, "since"),
        until=moment(request, "until"),
        contains=asked.get("contains", ""),
        level=_one_of("level", asked.get("level", LEVELS[0]), LEVELS),
        limit=_limit(asked.get("limit", str(_DEFAULT_LINES))),
    )


def moment(request: Request, name: str) -> datetime | None:
    """Return a query parameter as a moment in UTC, None where it is absent; raises `Refused`."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 -- stands for what is refused below, as a moment without a zone is
    if found.tzinfo is None:
        raise Refused(422, "time.invalid", f"`{name}` with a zone, such as", ["2026-11-20T14:00:00Z"], text)
    return found.astimezone(UTC)


async def _body(request: Request) -> Body:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > LARGEST_BODY:
            raise Refused(413, "body.too_large", "a body of at most", [f"{LARGEST_BODY} bytes"], "more")
    try:
        return Body.model_validate_json(bytes(raw) or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Refused(422, "body.invalid", f"`{where}` to be right", [first["msg"]], first["input"]) from error


def _key(request: Request) -> str:
    text = request.headers.get("idempotency-key", "")
    try:
        return _KEY.validate_python(text)
    except ValidationError as error:
        raise Refused(
            400, "idempotency.key", "the header Idempotency-Key", ["1 to 120 characters"], text
        ) from error


def _one_of(name: str, found: str, expected: Sequence[str]) -> str:
    if found not in expected:
        raise Refused(422, f"{name}.unknown", f"`{name}` among", expected, found)
    return found


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_LINES:
        raise Refused(422, "limit.invalid", "`limit` within", [f"1 to {MOST_LINES}"], text)
    return int(text)
