import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.wire.framing import FrameBuffer, FrameError


def frame(body: bytes) -> bytes:
    return (4 + len(body)).to_bytes(4, "big") + body


@given(st.lists(st.binary(max_size=40), max_size=8), st.data())
def test_frames_come_out_however_the_stream_is_cut(bodies: list[bytes], data: st.DataObject):
    frames = [frame(body) for body in bodies]
    stream = b"".join(frames)
    buffer = FrameBuffer(least=4, most=100)
    found, at = [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 50))
        found += buffer.feed(stream[at : at + size])
        at += size
    assert found == frames


@pytest.mark.parametrize("length", [0, 11, 101, 0xFFFFFFFF])
def test_frames_before_a_senseless_length_are_still_good(length: int):
    stream = FrameBuffer(least=12, most=100).feed(frame(b"12345678") + length.to_bytes(4, "big"))
    assert next(stream) == frame(b"12345678")
    with pytest.raises(FrameError):
        next(stream)


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_stream_crashes(chunks: list[bytes]):
    buffer = FrameBuffer(least=16, most=64)
    with contextlib.suppress(FrameError):
        for chunk in chunks:
            for one in buffer.feed(chunk):
                assert 16 <= len(one) <= 64
