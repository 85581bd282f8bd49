from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.clock import now
from customers.models import User
from messaging.exports import asking
from messaging.exports.details import as_filters
from messaging.models import Export
from messaging.queries.search import MessageSearch
from tests.factories import MembershipFactory
from tests.messaging.road import Road


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def person(road: Road) -> User:
    return MembershipFactory(customer=road.application.customer).user


@pytest.fixture
def ask(road: Road, person: User) -> Callable[..., Export]:
    """Ask for the sending details of the last day."""

    def ask(file_format: Export.Format = Export.Format.CSV, **options: Any) -> Export:
        moment = now()
        span = {"start": moment - timedelta(hours=24), "end": moment}
        search = MessageSearch(customer=road.application.customer, **span | options)
        return asking.ask(
            customer=road.application.customer,
            kind=Export.Kind.DETAILS,
            file_format=file_format,
            filters=as_filters(search),
            actor=person,
        )

    return ask
