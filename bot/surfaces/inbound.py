"""What a surface checks of a person's text before anything else sees it. Pure."""

from memory.errors import InputTooLarge, InvalidEncoding, InvalidInput

LONGEST_TEXT = 16 * 1024  # bytes of UTF-8 in one message
LONGEST_BODY = 64 * 1024  # bytes of one request


def decoded(body: bytes) -> str:
    """Return the body as text; raises `InvalidEncoding` where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidEncoding(
            f"expected UTF-8 text, found the byte 0x{body[error.start]:02x} at position {error.start}",
            hint="Send the request again, encoded as UTF-8.",
        ) from None


def spoken(text: str) -> str:
    """Return a message's text without blank edges.

    Raises `InvalidInput` when nothing is left, `InvalidEncoding` for half a surrogate pair, and `InputTooLarge`
    beyond 16 KiB of UTF-8.
    """
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InvalidEncoding(
            f"expected whole characters, found half a surrogate pair at position {error.start}"
        ) from None
    if size > LONGEST_TEXT:
        raise InputTooLarge(
            f"expected a message of at most {LONGEST_TEXT} bytes, found {size}",
            hint="Send the part that matters, and a link to the rest.",
        )
    trimmed = text.replace("\x00", "").strip()
    if not trimmed:
        raise InvalidInput("expected a message, found an empty one")
    return trimmed
