"""The roles of the operations team, as groups of permissions (spec console §15.2)."""

from django.contrib.auth.models import Group, Permission

REVIEWERS = "Reviewers"
SENIOR_REVIEWERS = "Senior reviewers"
OPERATIONS_LEADS = "Operations leads"
AUDITORS = "Auditors"

DECIDE = "reviews.change_submission"
"""The permission to claim cases and decide them."""
REOPEN = "reviews.reopen_submission"
REASSIGN = "reviews.reassign_submission"
DEACTIVATE = "reviews.deactivate_template"
SET_QUOTA = "customers.decide_quotarequest"

_READ = (
    "customers.view_accesskey",
    "customers.view_application",
    "customers.view_auditevent",
    "customers.view_billingaccount",
    "customers.view_contact",
    "customers.view_customer",
    "customers.view_delivery",
    "customers.view_ledgerentry",
    "customers.view_membership",
    "customers.view_offer",
    "customers.view_package",
    "customers.view_penalty",
    "customers.view_pricelist",
    "customers.view_profile",
    "customers.view_purchase",
    "customers.view_quotarequest",
    "customers.view_ticket",
    "messaging.view_channel",
    "messaging.view_channelroute",
    "messaging.view_earlyreceipt",
    "messaging.view_grouptask",
    "messaging.view_malformedreceipt",
    "messaging.view_optout",
    "messaging.view_platformtemplate",
    "messaging.view_policyreplay",
    "messaging.view_trafficthreshold",
    "messaging.view_uplink",
    "reviews.view_cannedtext",
    "reviews.view_decision",
    "reviews.view_evidence",
    "reviews.view_filing",
    "reviews.view_listedword",
    "reviews.view_note",
    "reviews.view_qualification",
    "reviews.view_signature",
    "reviews.view_slarule",
    "reviews.view_submission",
    "reviews.view_template",
    "reviews.view_transition",
    "reviews.view_workdayoverride",
)
_REVIEW = (*_READ, DECIDE, "reviews.change_filing", "customers.answer_ticket")
_SENIOR = (
    *_REVIEW,
    REOPEN,
    REASSIGN,
    DEACTIVATE,
    "customers.add_penalty",
    "customers.suspend_application",
    "messaging.view_message",
    "reviews.add_cannedtext",
    "reviews.change_cannedtext",
    "reviews.delete_cannedtext",
)
_LEAD = (
    *_SENIOR,
    "customers.charge_billingaccount",
    "customers.freeze_customer",
    "messaging.add_blockednumber",
    "messaging.add_channelroute",
    "messaging.add_policyreplay",
    "messaging.change_blockednumber",
    "messaging.change_channel",
    "messaging.change_channelroute",
    "messaging.change_platformtemplate",
    "messaging.change_trafficthreshold",
    "messaging.view_blockednumber",
    "reviews.add_listedword",
    "reviews.change_listedword",
    SET_QUOTA,
    "reviews.add_slarule",
    "reviews.change_slarule",
    "reviews.delete_slarule",
    "reviews.add_workdayoverride",
    "reviews.change_workdayoverride",
    "reviews.delete_workdayoverride",
)

ROLES: dict[str, tuple[str, ...]] = {
    REVIEWERS: _REVIEW,
    SENIOR_REVIEWERS: _SENIOR,
    OPERATIONS_LEADS: _LEAD,
    AUDITORS: _READ,
}
"""Names of permissions end with the model they are about: `<action>_<model>`."""


def role(name: str) -> Group:
    """The group of a role, with at least the permissions that belong to it."""
    group, _created = Group.objects.get_or_create(name=name)
    wanted = set(ROLES[name])
    known = Permission.objects.filter(
        content_type__app_label__in={each.split(".")[0] for each in wanted},
        codename__in={each.split(".")[1] for each in wanted},
    ).select_related("content_type")
    group.permissions.add(
        *(each for each in known if f"{each.content_type.app_label}.{each.codename}" in wanted)
    )
    return group


def install() -> None:
    """Make all roles, with at least the permissions that belong to them."""
    for name in ROLES:
        role(name)
