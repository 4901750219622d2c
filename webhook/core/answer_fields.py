"""The fields of the registry's answers, each of the type that the API promises or not read at all."""

from typing import Any, NoReturn

from webhook.core.printable import printable
from webhook.errors import Unreadable


def fields_of(value: Any, name: str) -> dict[str, Any]:
    """Return *value*, which is an object, or raise `Unreadable` in the name of the field *name*."""
    if not isinstance(value, dict):
        refuse(name, value)
    return value


def text_of(value: Any, name: str) -> str:
    """Return *value*, which is text, or raise `Unreadable`."""
    if not isinstance(value, str):
        refuse(name, value)
    return value


def list_of(fields: dict[str, Any], name: str) -> list[Any]:
    """Return the list that is the field *name*, or raise `Unreadable`; an empty one is left out of an answer."""
    value = fields.get(name, [])
    if not isinstance(value, list):
        refuse(name, value)
    return value


def refuse(name: str, value: Any) -> NoReturn:
    """Raise `Unreadable`: *value* cannot be *name*."""
    raise Unreadable(f"the registry gave {printable(repr(value), limit=60)} for {name}")
