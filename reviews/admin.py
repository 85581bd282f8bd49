"""The operations pages about reviews, one module for each area."""

from reviews.admin_cases import SubmissionAdmin
from reviews.admin_desk import CannedTextAdmin, SlaRuleAdmin, WorkdayOverrideAdmin
from reviews.admin_evidence import EvidenceAdmin
from reviews.admin_filings import FilingAdmin
from reviews.admin_objects import (
    DecisionAdmin,
    QualificationAdmin,
    QuotaRequestAdmin,
    SignatureAdmin,
    TemplateAdmin,
    TransitionAdmin,
)
from reviews.admin_panels import cases, objects, real_name
from reviews.admin_wording import ListedWordAdmin

__all__ = [
    "CannedTextAdmin",
    "DecisionAdmin",
    "EvidenceAdmin",
    "FilingAdmin",
    "ListedWordAdmin",
    "QualificationAdmin",
    "QuotaRequestAdmin",
    "SignatureAdmin",
    "SlaRuleAdmin",
    "SubmissionAdmin",
    "TemplateAdmin",
    "TransitionAdmin",
    "WorkdayOverrideAdmin",
    "cases",
    "objects",
    "real_name",
]
