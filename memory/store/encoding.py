"""The check before every statement: that its text is text which either database can hold. Pure.

JSON writes a NUL as an escape, so documents pass; what is searched by does not.
"""

from collections.abc import Sequence

from memory.errors import InvalidEncoding


def check_text(
    _connection: object, _cursor: object, _statement: object, parameters: Sequence[object], *_: object
) -> None:
    """Raise `InvalidEncoding` for text that holds a NUL or is not UTF-8. Listens to `before_cursor_execute`."""
    for parameter in parameters:
        for value in parameter if isinstance(parameter, tuple | list) else (parameter,):  # many rows, or one
            if isinstance(value, str):
                _check(value)


def _check(value: str) -> None:
    if "\0" in value:
        raise InvalidEncoding("expected text that a database can hold, found a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidEncoding("expected text that is UTF-8, found half a surrogate pair") from None
