"""Unified social credit codes of enterprises (GB 32100-2015)."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters in the order of their values; I, O, S, V and Z are not used."""
_LENGTH = 18
_MODULUS = len(_ALPHABET)


def is_credit_code(code: str) -> bool:
    """Whether a text is 18 characters of the alphabet whose last one checks the others."""
    if len(code) != _LENGTH or not set(code) <= set(_ALPHABET):
        return False
    return check_character(code[:-1]) == code[-1]


def check_character(code: str) -> str:
    """The character that checks the 17 before it: weights are the powers of 3 modulo 31."""
    total = sum(
        _ALPHABET.index(character) * pow(3, position, _MODULUS)
        for position, character in enumerate(code)
    )
    return _ALPHABET[-total % _MODULUS]
