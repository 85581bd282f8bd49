import pickle

import pytest
from django.utils.translation import gettext_lazy

from common.errors import Refusal


def test_a_refusal_reads_as_its_sentence() -> None:
    refusal = Refusal(
        "quota",
        gettext_lazy("You have %(used)d of %(limit)d signatures; ask for a higher quota."),
        field="signature",
        params={"used": 200, "limit": 200},
    )
    assert str(refusal) == "You have 200 of 200 signatures; ask for a higher quota."
    assert (refusal.code, refusal.field, refusal.permanent) == ("quota", "signature", True)


def test_a_sentence_without_params_may_hold_percent_signs() -> None:
    assert str(Refusal("share", "100% is too much.")) == "100% is too much."


def test_a_refusal_can_be_raised_and_caught() -> None:
    with pytest.raises(Refusal, match="later") as caught:
        raise Refusal("busy", "Try again later.", permanent=False)
    assert not caught.value.permanent
    assert caught.value.field is None
    assert caught.value.params == {}


def test_a_refusal_survives_a_process_boundary() -> None:
    refusal = Refusal("quota", "%(n)d left.", field="f", permanent=False, params={"n": 3})
    copy = pickle.loads(pickle.dumps(refusal))
    assert str(copy) == "3 left."
    assert (copy.code, copy.field, copy.permanent) == ("quota", "f", False)
