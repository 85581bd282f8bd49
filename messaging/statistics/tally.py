"""Parts of the statements that change states: each tallies its slice in one narrow row.

Written in the same statement as the change, so that none is lost or counted twice; nothing is
looked up here, that is done when tallies are folded (docs/decisions/0010).
"""

ACCEPTED = """, tally AS (
    INSERT INTO messaging_tally (request_id) SELECT id FROM request
)"""
"""Tallies the request that the expression `request` returns."""

ACCEPTED_AND_BLOCKED = """, tally AS (
    INSERT INTO messaging_tally (request_id, finished)
    SELECT id, (SELECT array_agg(id) FROM message WHERE code <> '') FROM request
)"""
"""Likewise, with those of its messages in the expression `message` that a rule stopped."""


_FINISHED = """tally AS (
    INSERT INTO messaging_tally (channel_id, finished)
    SELECT {channel}, array_agg(id) FROM {source} HAVING count(*) > 0
)"""

EXPIRED = """tally AS (
    INSERT INTO messaging_tally (channel_id, finished)
    SELECT channel_id, array_agg(message_id) FROM (
        SELECT message_id, min(channel_id) AS channel_id FROM part GROUP BY message_id
    ) AS message GROUP BY channel_id
)"""
"""Tallies the messages of the parts that the expression `part` returns, by their channel."""


def finished(source: str, *, channel: str) -> str:
    """Tallies the messages whose ids `source`, a FROM with its WHERE, returns as final.

    `channel` is the channel they went over.
    """
    return _FINISHED.format(source=source, channel=channel)
