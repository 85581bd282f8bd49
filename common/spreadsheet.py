"""Cells of lists that people open in a spreadsheet program."""

BOM = "\ufeff"
"""In front of a csv, so that Excel reads it as UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Full-width ones too: some programs read them as the others."""


def harmless(cell: object) -> object:
    """Keep a spreadsheet program from taking somebody's text in a csv for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
