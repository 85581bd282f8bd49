"""Identity numbers as pages show them."""


def masked(number: str) -> str:
    """Hide all but the first and the last two characters, as `1***************58`."""
    if len(number) <= 4:
        return "*" * len(number)
    return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}"
