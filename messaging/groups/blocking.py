"""Which good rows the rules of sending would stop: told before anything is sent.

The same rules decide again when a row is sent (messaging/policy/verdicts.py). Frequency is not
asked here: it depends on when that is.
"""

from messaging.models import GroupTask
from messaging.policy import blocklist, keywords, number_control, opt_out
from messaging.policy.hits import Judgement
from reviews.models.kinds import MessageType

from .reasons import Problem, Reason
from .rows import Checked, Good


def move_blocked(task: GroupTask, checked: Checked) -> int:
    """Make problems of the good rows of a chunk that are blocked; return how many they are."""
    good = checked.good
    judgement = _judge(task, good)
    if not judgement.hits:
        return 0
    blocked = [
        Problem(line, number.removeprefix("+86"), Reason.of(code))
        for line, number, code in zip(good.lines, good.recipients, judgement.codes, strict=True)
        if code
    ]
    good.keep([not code for code in judgement.codes])
    checked.problems = sorted([*checked.problems, *blocked], key=lambda problem: problem.line)
    return len(blocked)


def _judge(task: GroupTask, good: Good) -> Judgement:
    recipients = good.recipients
    judgement = Judgement(recipients)
    if not recipients:
        return judgement
    judgement.stop(blocklist.hits(recipients))
    judgement.stop(number_control.hits(task.customer_id, recipients))
    if task.template.type == MessageType.PROMOTION:
        judgement.stop(
            opt_out.hits(
                customer_id=task.customer_id,
                channel_number=task.signature.channel_number,
                recipients=recipients,
            )
        )
    if good.values:
        judgement.stop(
            keywords.hits(
                type=task.template.type, count=len(recipients), shared=(), own=good.values
            )
        )
    return judgement
