"""What a message counts for: the statements that tallies, folding and recounts have in common.

A message counts twice: when it was accepted, and when its state became final. Both times for the
hour in which its request was accepted, in the platform's zone (ruling 13), so that shares are
those of one and the same set of messages. What a row says can no longer change when it is counted.
"""

ALIKE = (
    "customer_id, application_id, signature_id, template_version_id, type, source, sender, "
    "place, channel_id, reported_by, code"
)
KEY = f"hour, {ALIKE}"
DAY_KEY = f"day, {ALIKE}"

_OF_REQUEST = """
    date_trunc('hour', request.created_at, %(zone)s) AS hour, request.customer_id,
    request.application_id, COALESCE(request.signature_id, 0) AS signature_id,
    request.template_version_id, request.type, request.source, request.sender
"""
_PLACE = """
    CASE WHEN starts_with(message.recipient, '+86') AND length(message.recipient) >= 10
         THEN COALESCE(get_byte(segment.places, substr(message.recipient, 8, 3)::integer), 0)
         ELSE 0 END AS place
"""
_SEGMENT = """
    LEFT JOIN messaging_numbersegment AS segment
      ON segment.prefix = substr(message.recipient, 4, 4)
"""

# By request and place first: what requests are keyed by is not looked at for every message.
_ACCEPTED = """
    SELECT {of_request}, place, 0::bigint AS channel_id, 0 AS reported_by, '' AS code,
           messages, parts, NULL::integer AS latency, NULL::integer AS transit
    FROM (
        SELECT request.id AS request_id, {place}, count(*)::integer AS messages,
               sum(message.parts)::integer AS parts
        FROM {messages} {segment} GROUP BY request.id, place
    ) AS counted
    CROSS JOIN LATERAL (
        SELECT request.* FROM messaging_sendrequest AS request
        WHERE request.id = counted.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS request
"""

_FINISHED = """
    SELECT {of_request}, {place}, {channel} AS channel_id,
           CASE WHEN message.state = 12 THEN 1 WHEN message.submitted_at IS NULL THEN 3
                ELSE 2 END AS reported_by,
           message.code, 1 AS messages, message.parts::integer AS parts,
           CASE WHEN message.state = 10 THEN messaging_latency_step(
               extract(epoch FROM message.finished_at - request.created_at)::float8) END AS latency,
           CASE WHEN message.state = 10 THEN messaging_latency_step(
               extract(epoch FROM message.finished_at - message.submitted_at)::float8)
           END AS transit
    FROM {messages} {segment}
"""

_CHANNEL_OF_PART = """
    COALESCE((
        SELECT part.channel_id FROM messaging_part AS part
        WHERE part.message_id = message.id AND part.sequence = 1 LIMIT 1
    ), 0)
"""

# LATERAL … LIMIT keeps the planner at index probes: it takes a join on ranges, or with partitions
# that are young, for a good part of the table.
_ACCEPTED_OF_TALLY = """
    {tally} AS tally
    CROSS JOIN LATERAL (
        SELECT request.* FROM messaging_sendrequest AS request
        WHERE request.id = tally.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS request
    CROSS JOIN LATERAL (
        SELECT id, recipient, parts FROM messaging_message AS message
        WHERE message.id BETWEEN request.id AND request.id + request.count - 1
          AND message.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 100000
    ) AS message
"""
_FINISHED_OF_TALLY = """
    {tally} AS tally
    CROSS JOIN LATERAL unnest(tally.finished) AS one (id)
    CROSS JOIN LATERAL (
        SELECT message.* FROM messaging_message AS message
        WHERE message.id = one.id AND message.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS message
    CROSS JOIN LATERAL (
        SELECT request.* FROM messaging_sendrequest AS request
        WHERE request.id = message.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
        LIMIT 1
    ) AS request
"""


_OF_MESSAGES = """
    messaging_message AS message JOIN messaging_sendrequest AS request
      ON request.id = message.request_id AND {condition}
"""

_BY_STEP = """
    SELECT {key}, latency, transit, {sign}sum(messages) AS messages, {sign}sum(parts) AS parts
    FROM ({counted}) AS counted GROUP BY {key}, latency, transit
"""
_ADD = """
    INSERT INTO {table} AS figure ({key}, messages, parts, latency, transit)
    SELECT {key}, sum(messages)::bigint AS messages, sum(parts)::bigint AS parts,
           messaging_latencies(latency, messages::bigint) AS latency,
           messaging_latencies(transit, messages::bigint) AS transit
    FROM (SELECT *, date_trunc('day', hour, %(zone)s) AS day FROM step) AS step
    GROUP BY {key} HAVING sum(messages) <> 0
    ON CONFLICT ({key}) DO UPDATE
    SET messages = figure.messages + excluded.messages, parts = figure.parts + excluded.parts,
        latency = messaging_add_latencies(figure.latency, excluded.latency),
        transit = messaging_add_latencies(figure.transit, excluded.transit)
"""


def of_tallies(tally: str) -> str:
    """What the rows of `tally` count for; needs `%(zone)s` and `live`.

    A row counts for as many `messages` as it says, which have so many `parts` together.
    """
    return _both(
        _accepted(_ACCEPTED_OF_TALLY.format(tally=tally)),
        _finished(_FINISHED_OF_TALLY.format(tally=tally), channel="COALESCE(tally.channel_id, 0)"),
    )


def of_messages(condition: str) -> str:
    """The same for all messages of a condition on `request` and `message`, whatever was tallied."""
    messages = _OF_MESSAGES.format(condition=condition)
    return _both(
        _accepted(messages),
        _finished(messages, channel=_CHANNEL_OF_PART) + " WHERE message.state >= 10",
    )


def by_step(counted: str, *, sign: str = "") -> str:
    """Rows of messages put together by `KEY` and latency; with the sign "-" to be taken away."""
    return _BY_STEP.format(key=KEY, counted=counted, sign=sign)


def add(rows: str) -> str:
    """Expressions of a WITH that add rows of `by_step` to hours and days alike.

    What comes to nothing is left out. `step` names the rows for the rest of the statement.
    """
    hours = _ADD.format(table="messaging_hourlyfigure", key=KEY)
    days = _ADD.format(table="messaging_dailyfigure", key=DAY_KEY)
    return f"step AS MATERIALIZED ({rows}), hours AS ({hours}), days AS ({days})"


def _accepted(messages: str) -> str:
    return _ACCEPTED.format(
        of_request=_OF_REQUEST, place=_PLACE, messages=messages, segment=_SEGMENT
    )


def _finished(messages: str, *, channel: str) -> str:
    return _FINISHED.format(
        of_request=_OF_REQUEST, place=_PLACE, channel=channel, messages=messages, segment=_SEGMENT
    )


def _both(accepted: str, finished: str) -> str:
    return f"{accepted} UNION ALL {finished}"
