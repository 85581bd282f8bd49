"""Personal numbers of a qualification: kept out of cases, shown to a reviewer on demand."""

from customers.models import User
from reviews.desk.fields import Field, label_of
from reviews.models import Qualification
from reviews.services import submissions

PERSONAL = ("legal_person_id_number", "administrator_id_number", "administrator_mobile")


def reveal(*, qualification: Qualification, viewer: User, ip_address: str | None) -> list[Field]:
    """Return the numbers in full, to be compared with the papers, and log who looked at them.

    Whether the viewer may is for the page to say.
    """
    submissions.record(
        "view",
        qualification,
        actor=viewer,
        ip_address=ip_address,
        after={"fields": list(PERSONAL)},
    )
    return [
        Field(
            name=name,
            label=label_of(Qualification, name),
            value=str(getattr(qualification, name)),
        )
        for name in PERSONAL
    ]
