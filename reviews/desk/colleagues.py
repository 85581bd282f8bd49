"""Who of the operations team may take over a case."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from customers.models import User
from reviews.models import Submission
from reviews.services.kinds import kind_named


def colleagues_for(case: Submission) -> QuerySet[User]:
    """People who may decide a case and do not belong to its customer."""
    app, codename = kind_named(case.kind).permission.split(".")
    permission = Permission.objects.filter(content_type__app_label=app, codename=codename)
    may = (
        Q(is_superuser=True)
        | Q(groups__permissions__in=permission)
        | Q(user_permissions__in=permission)
    )
    team = User.objects.filter(may, is_staff=True, is_active=True)
    return team.exclude(memberships__customer=case.customer_id).distinct().order_by("email")
