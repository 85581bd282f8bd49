from .access import AccessKey
from .application import Application
from .audit import AuditEvent
from .customer import Customer, Membership
from .user import User

__all__ = ["AccessKey", "Application", "AuditEvent", "Customer", "Membership", "User"]
