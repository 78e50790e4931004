"""One sequence of bytes per value (RFC 8785), and its digest. Pure."""

import hashlib

import rfc8785
from pydantic import BaseModel

from memory.errors import InvalidInput


def canonical(value: object) -> bytes:
    """Return the RFC 8785 form of a JSON value or of a model's JSON form.

    Raises `InvalidInput` for what has no canonical form: NaN, infinities, integers beyond 2**53, other types.
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    try:
        return rfc8785.dumps(plain)  # type: ignore[arg-type]  # it checks the value's type itself
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise InvalidInput(f"expected a JSON value with a canonical form, found one without: {error}") from error


def digest(value: object) -> str:
    """Return the lower-case hexadecimal SHA-256 of the canonical form: 64 characters."""
    return hashlib.sha256(canonical(value)).hexdigest()
