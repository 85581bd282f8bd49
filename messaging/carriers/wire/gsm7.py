"""The GSM 7-bit default alphabet, one character an octet (3GPP TS 23.038 §6.2.1).

SMPP carries it unpacked; characters of the extension table take two octets.
"""

ESCAPE = 0x1B

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_ENCODED = {
    **{character: bytes((code,)) for code, character in enumerate(_BASIC) if code != ESCAPE},
    **{character: bytes((ESCAPE, code)) for code, character in _EXTENSION.items()},
}


def encode(text: str) -> bytes | None:
    """The octets of a text; None for one with characters that the alphabet lacks."""
    octets = [_ENCODED.get(character) for character in text]
    return None if None in octets else b"".join(octet for octet in octets if octet is not None)


def decode(octets: bytes) -> str:
    """The text of octets; what means nothing becomes U+FFFD, an unknown extension a blank."""
    characters = []
    is_extended = False
    for octet in octets:
        if is_extended:
            characters.append(_EXTENSION.get(octet, " "))
            is_extended = False
        elif octet == ESCAPE:
            is_extended = True
        else:
            characters.append(_BASIC[octet] if octet < len(_BASIC) else "\ufffd")
    return "".join(characters)
