"""A byte stream cut into frames that begin with their own length."""

from collections.abc import Iterator

LENGTH_BYTES = 4


class FrameError(Exception):
    """A length that cannot be: where the next frame begins is not known any more."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a frame claims to have {length} bytes")
        self.length = length


class FrameBuffer:
    """Collects what arrives; frames have `least` to `most` bytes, their length included."""

    def __init__(self, *, least: int, most: int) -> None:
        self._least = least
        self._most = most
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are complete now; raises FrameError behind the last good one."""
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        while end - at >= LENGTH_BYTES:
            length = int.from_bytes(data[at : at + LENGTH_BYTES], "big")
            if not self._least <= length <= self._most:
                raise FrameError(length)
            if end - at < length:
                break
            yield data[at : at + length]
            at += length
        self._rest = data[at:]
