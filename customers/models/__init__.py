from .access import AccessKey
from .application import Application
from .audit import AuditEvent
from .billing import (
    BillingAccount,
    LedgerEntry,
    MonthUsage,
    Package,
    PriceList,
    PriceTier,
    Purse,
)
from .contact import Contact
from .customer import Customer, Membership
from .invitation import Invitation
from .notice import Delivery, Notice
from .penalty import Penalty
from .profile import AgreementAcceptance, Profile
from .purchase import Offer, Purchase
from .quota import QuotaRequest
from .security_code import SecurityCode
from .ticket import Ticket, TicketFile, TicketMessage
from .user import User
from .webhook import Webhook, WebhookAttempt, WebhookEvent

__all__ = [
    "AccessKey",
    "AgreementAcceptance",
    "Application",
    "AuditEvent",
    "BillingAccount",
    "Contact",
    "Customer",
    "Delivery",
    "Invitation",
    "LedgerEntry",
    "Membership",
    "MonthUsage",
    "Notice",
    "Offer",
    "Package",
    "Penalty",
    "PriceList",
    "PriceTier",
    "Profile",
    "Purchase",
    "Purse",
    "QuotaRequest",
    "SecurityCode",
    "Ticket",
    "TicketFile",
    "TicketMessage",
    "User",
    "Webhook",
    "WebhookAttempt",
    "WebhookEvent",
]
