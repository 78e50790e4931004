"""What all checkpoints have in common: a closed list of types, and one error for a database that is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from memory.errors import StoreUnavailable


def plain() -> JsonPlusSerializer:
    """Return the serializer that revives nothing but plain values."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


@contextmanager
def reaching(error_type: type[Exception]) -> Iterator[None]:
    """Turn a driver's errors into `StoreUnavailable`."""
    try:
        yield
    except error_type as error:
        raise StoreUnavailable(f"expected the conversation's checkpoint, found: {error}") from error
