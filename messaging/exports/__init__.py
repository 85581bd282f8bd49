"""Exports: lists asked for as files and written in slices by workers (spec console §10, §11, §9.3).

`asking` takes a wish down, `writing` writes the next slice of whoever's turn it is, `sources` say
what the rows are, `files` keeps what was written, `ending` removes what nobody may fetch any more.
"""
