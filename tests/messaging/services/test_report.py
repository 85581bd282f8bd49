from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.carriers.base import Answer, Receipt
from messaging.models import Callback, EarlyReceipt, Message, Part
from messaging.services import report
from tests.messaging.road import Road, carrier_ids, numbers

REPORT = "http://127.0.0.1:9/report"
AT = datetime(2026, 5, 1, 2, 3, 9, tzinfo=UTC)


def receipt(carrier_id: str, code: str = "DELIVRD") -> Receipt:
    return Receipt(carrier_id, code, AT)


class TestReceipts:
    def test_delivers_a_message_and_owes_its_report(self, road: Road):
        accepted = road.accept(numbers(1), callback=REPORT)
        road.submit_all()
        road.receive(receipt(carrier_ids(accepted.first_id)[0]))
        message = Message.objects.get()
        assert (message.state, message.code) == (Message.State.DELIVERED, "DELIVRD")
        assert message.is_delivered
        assert message.finished_at is not None
        assert Callback.objects.get().message_id == message.pk

    def test_keeps_codes_no_table_knows(self, road: Road):
        accepted = road.accept(numbers(1))
        road.submit_all()
        road.receive(receipt(carrier_ids(accepted.first_id)[0], "CL26:-36"))
        assert Message.objects.get().code == "CL26:-36"

    def test_a_long_message_is_final_with_its_last_part(self, road: Road):
        accepted = road.accept(numbers(1), callback=REPORT, parts=3)
        road.submit_all(parts=3)
        ids = carrier_ids(accepted.first_id, 3)
        road.receive(receipt(ids[2]))
        road.receive(receipt(ids[0], "MK:0024"))
        assert road.states() == [Message.State.SUBMITTED]
        road.receive(receipt(ids[1]))
        message = Message.objects.get()
        assert (message.state, message.code) == (Message.State.FAILED, "MK:0024")
        assert Callback.objects.count() == 3

    def test_a_repeated_receipt_changes_nothing(self, road: Road):
        accepted = road.accept(numbers(1), callback=REPORT)
        road.submit_all()
        ids = carrier_ids(accepted.first_id)
        road.receive(receipt(ids[0]), receipt(ids[0], "UNDELIV"))
        road.receive(receipt(ids[0], "UNDELIV"))
        assert Message.objects.get().code == Part.objects.get().code
        assert Callback.objects.count() == 1
        assert EarlyReceipt.objects.count() == 0

    def test_without_an_address_nothing_is_owed(self, road: Road):
        accepted = road.accept(numbers(1))
        road.submit_all()
        road.receive(receipt(carrier_ids(accepted.first_id)[0]))
        assert Callback.objects.count() == 0
        assert Message.objects.get().is_delivered

    def test_a_receipt_may_overtake_the_answer(self, road: Road):
        accepted = road.accept(numbers(1), callback=REPORT)
        slice_ = road.claim()
        ids = carrier_ids(accepted.first_id)
        road.receive(receipt(ids[0]))
        assert road.states() == [Message.State.ACCEPTED]
        assert EarlyReceipt.objects.count() == 1
        road.record(slice_, [Answer(accepted.first_id, ids)])
        assert road.states() == [Message.State.DELIVERED]
        assert EarlyReceipt.objects.count() == 0
        assert Callback.objects.count() == 1

    def test_receipts_nobody_knows_are_kept_for_a_day(self, road: Road):
        road.receive(receipt("nobody"))
        assert report.forget_old_receipts() == 0
        EarlyReceipt.objects.update(received_at=datetime(2026, 1, 1, tzinfo=UTC))
        assert report.forget_old_receipts() == 1

    def test_a_slice_costs_as_much_as_one(self, road: Road, statements):
        accepted = road.accept(numbers(500), callback=REPORT)
        road.submit_all()
        statements.clear()
        road.receive(*(receipt(carrier_ids(accepted.first_id + n)[0]) for n in range(500)))
        assert len([one for one in statements if "SAVEPOINT" not in one]) == 1
        assert set(road.states()) == {Message.State.DELIVERED}


CODES = st.sampled_from(["DELIVRD", "UNDELIV", "MK:0001"])


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    order=st.permutations(list(range(4)) * 2),
    codes=st.lists(CODES, min_size=4, max_size=4),
    answer_at=st.integers(0, 8),
)
def test_any_order_of_receipts_and_answer_ends_the_same(road: Road, order, codes, answer_at):
    """Four parts, every receipt twice, in any order, before or after the submit answer."""
    accepted = road.accept(numbers(1), callback=REPORT, parts=4)
    ids = carrier_ids(accepted.first_id, 4)
    slice_ = road.claim()
    for step, part in enumerate(order):
        if step == answer_at:
            road.record(slice_, [Answer(accepted.first_id, ids)])
        road.receive(receipt(ids[part], codes[part]))
    if answer_at == 8:
        road.record(slice_, [Answer(accepted.first_id, ids)])
    message = Message.objects.get(pk=accepted.first_id)
    failures = {code for code in codes if code != "DELIVRD"}
    assert message.is_delivered == (not failures)
    assert message.code in (failures or {"DELIVRD"})
    assert message.parts_open == 0
    owed = Callback.objects.filter(message_id=message.pk).order_by("sequence")
    assert [callback.sequence for callback in owed] == [1, 2, 3, 4]
