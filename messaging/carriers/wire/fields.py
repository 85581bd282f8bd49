"""Protocol messages as data: a layout is a row of fields, and bodies are named tuples."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

TEXT = "latin-1"
"""Protocol strings are ASCII; Latin-1 keeps whatever bytes a peer sends instead."""

_NUL = b"\0"

B = TypeVar("B", bound=tuple[Any, ...])


class CodecError(ValueError):
    """Bytes that are no such protocol message, or values that do not fit into one."""


class Field(ABC):
    """How one value stands in a protocol message.

    `decode` may run past the end of `data`: the layout checks where the last field ended.
    """

    @abstractmethod
    def encode(self, value: Any) -> bytes: ...

    @abstractmethod
    def decode(self, data: bytes, at: int) -> tuple[Any, int]:
        """The value at `at`, and where the next field begins."""


@dataclass(frozen=True, slots=True)
class UInt(Field):
    """An unsigned integer of `size` bytes, most significant first."""

    size: int

    def encode(self, value: int) -> bytes:
        return value.to_bytes(self.size, "big")

    def decode(self, data: bytes, at: int) -> tuple[int, int]:
        end = at + self.size
        return int.from_bytes(data[at:end], "big"), end


@dataclass(frozen=True, slots=True)
class CString(Field):
    """Text that ends with a NUL; `most` counts the NUL, too."""

    most: int
    is_lenient: bool = False
    """Whether the end of the message may stand for the NUL, as some peers have it."""

    def encode(self, value: str) -> bytes:
        raw = _text(value, self.most - 1)
        return raw + _NUL

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        end = data.find(_NUL, at, at + self.most)
        if end < 0:
            if not self.is_lenient or len(data) - at >= self.most:
                raise CodecError(f"a string at byte {at} has no end within {self.most} bytes")
            end = len(data)
            return data[at:end].decode(TEXT), end
        return data[at:end].decode(TEXT), end + 1


@dataclass(frozen=True, slots=True)
class Text(Field):
    """Text in exactly `size` bytes, filled up with NULs."""

    size: int

    def encode(self, value: str) -> bytes:
        return _text(value, self.size).ljust(self.size, _NUL)

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        end = at + self.size
        return data[at:end].partition(_NUL)[0].decode(TEXT), end


@dataclass(frozen=True, slots=True)
class Octets(Field):
    """Exactly `size` bytes of any value."""

    size: int

    def encode(self, value: bytes) -> bytes:
        if len(value) != self.size:
            raise CodecError(f"{len(value)} bytes where {self.size} belong")
        return value

    def decode(self, data: bytes, at: int) -> tuple[bytes, int]:
        end = at + self.size
        return data[at:end], end


@dataclass(frozen=True, slots=True)
class Counted(Field):
    """Bytes behind one byte that says how many; at most `most`."""

    most: int = 255

    def encode(self, value: bytes) -> bytes:
        if len(value) > self.most:
            raise CodecError(f"{len(value)} bytes where at most {self.most} fit")
        return bytes((len(value),)) + value

    def decode(self, data: bytes, at: int) -> tuple[bytes, int]:
        start = at + 1
        end = start + data[at]
        return data[start:end], end


@dataclass(frozen=True, slots=True)
class CountedTexts(Field):
    """Texts of `size` bytes each behind one byte that says how many."""

    size: int

    def encode(self, value: Sequence[str]) -> bytes:
        if len(value) > 255:
            raise CodecError(f"{len(value)} entries where at most 255 fit")
        one = Text(self.size)
        return bytes((len(value),)) + b"".join([one.encode(text) for text in value])

    def decode(self, data: bytes, at: int) -> tuple[tuple[str, ...], int]:
        one = Text(self.size)
        start = at + 1
        end = start + self.size * data[at]
        return tuple(one.decode(data, place)[0] for place in range(start, end, self.size)), end


@dataclass(frozen=True, slots=True)
class Absent(Field):
    """A field that this version of a protocol does not have; it reads as `default`."""

    default: int | str = 0

    def encode(self, value: Any) -> bytes:
        return b""

    def decode(self, data: bytes, at: int) -> tuple[int | str, int]:
        return self.default, at


class Layout(Generic[B]):
    """The fields of a protocol message's body, in the order in which they travel."""

    def __init__(self, body: type[B], *fields: Field) -> None:
        self.body = body
        self.fields = fields

    def encode(self, body: B) -> bytes:
        """Raises CodecError for a value that does not fit its field."""
        try:
            return b"".join(
                [field.encode(value) for field, value in zip(self.fields, body, strict=True)]
            )
        except OverflowError as error:
            raise CodecError(f"a number does not fit its field: {error}") from None

    def decode(self, data: bytes, at: int = 0) -> tuple[B, int]:
        """The body at `at` and where it ends; raises CodecError for one that is cut off."""
        values = []
        try:
            for field in self.fields:
                value, at = field.decode(data, at)
                values.append(value)
        except IndexError:
            at = len(data) + 1
        if at > len(data):
            raise CodecError(f"a {self.body.__name__} of {len(data)} bytes is cut off")
        return self.body(*values), at


def _text(value: str, most: int) -> bytes:
    try:
        raw = value.encode(TEXT)
    except UnicodeEncodeError:
        raise CodecError("a protocol string holds characters beyond Latin-1") from None
    if len(raw) > most or _NUL in raw:
        raise CodecError(f"a string of {len(raw)} bytes where at most {most} fit, without NUL")
    return raw
