from .desk import CannedText, Note
from .evidence import Evidence
from .filing import Filing
from .qualification import Qualification
from .real_name import RealName
from .signature import Signature
from .sla import SlaRule, WorkdayOverride
from .submission import Decision, Submission
from .template import Template, TemplateVersion
from .transition import Transition
from .wording import ListedWord

__all__ = [
    "CannedText",
    "Decision",
    "Evidence",
    "Filing",
    "ListedWord",
    "Note",
    "Qualification",
    "RealName",
    "Signature",
    "SlaRule",
    "Submission",
    "Template",
    "TemplateVersion",
    "Transition",
    "WorkdayOverride",
]
