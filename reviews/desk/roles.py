"""Roles of the operations team at the review desk."""

from django.contrib.auth.models import Group, Permission

REVIEWERS = "Reviewers"
PERMISSIONS = (
    "customers.view_application",
    "customers.view_auditevent",
    "customers.view_customer",
    "customers.view_membership",
    "messaging.view_channel",
    "messaging.view_grouptask",
    "reviews.change_submission",
    "reviews.view_decision",
    "reviews.view_signature",
    "reviews.view_submission",
    "reviews.view_template",
    "reviews.view_transition",
)


def reviewers() -> Group:
    """The group whose members decide cases; it is made, and completed, when it is asked for."""
    group, _created = Group.objects.get_or_create(name=REVIEWERS)
    for name in PERMISSIONS:
        app, codename = name.split(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return group
