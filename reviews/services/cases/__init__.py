"""What a decision does to each kind of object that this app reviews."""

from reviews.services import kinds
from reviews.services.cases.activation import ACTIVATION
from reviews.services.cases.qualification import QUALIFICATION
from reviews.services.cases.quota import QUOTA
from reviews.services.cases.real_name import REAL_NAME
from reviews.services.cases.signature import SIGNATURE
from reviews.services.cases.supplement import SUPPLEMENT
from reviews.services.cases.template import TEMPLATE


def register_all() -> None:
    """Make this app's kinds of cases known."""
    for kind in (SIGNATURE, TEMPLATE, QUALIFICATION, ACTIVATION, SUPPLEMENT, QUOTA, REAL_NAME):
        kinds.register(kind)
