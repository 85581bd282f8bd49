"""Short names for the codes of the rejection reasons (spec `rejection_reasons.csv`)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from common.errors import Sentence

NAMES: dict[str, "Sentence"] = {
    "MATERIAL_OR_SOURCE_ERROR": _("Material or source"),
    "UNSUPPORTED_BUSINESS": _("Unsupported business"),
    "FORMAT_ERROR": _("Format"),
    "APPLICATION_ERROR": _("Application"),
    "CONTENT_ERROR": _("Content"),
    "TYPE_VERIFICATION_CODE": _("Verification codes"),
    "TYPE_NOTIFICATION": _("Notifications"),
    "TYPE_PROMOTION": _("Promotions"),
    "MATERIAL_ERROR": _("Material"),
    "INFORMATION_MISMATCH": _("Information"),
    "PURPOSE_ERROR": _("Purpose"),
    "AUTHORIZATION_ERROR": _("Authorization"),
    "ENTITY_MISMATCH": _("Another legal entity"),
    "ACCOUNT_NOT_FOUND": _("Account not found"),
    "NAME_NOT_ENTERPRISE": _("Not the enterprise's name"),
    "APP_LINK_MISSING": _("Download address missing"),
    "TRADEMARK_NOT_FOUND": _("Trademark not found"),
    "IMAGE_UNREADABLE": _("Picture unreadable"),
    "DOMAIN_NOT_FILED": _("Domain not filed"),
    "STORE_PLATFORM_MISSING": _("Store address missing"),
    "THIRD_PARTY_LICENCE_WRONG": _("Not the owner's licence"),
    "INDUSTRY_NOT_SUPPORTED": _("Industry not supported"),
    "NAME_LENGTH_OR_CHARSET": _("Length or characters of the name"),
    "NEUTRAL_SIGNATURE": _("Neutral signature"),
    "WRONG_SIGNATURE_TEST_OR_GENERAL": _("Test or general signature"),
    "WRONG_SIGNATURE_ENTITY_MISMATCH": _("Signature of another business"),
    "WRONG_SIGNATURE_BRACKETS": _("Half-width brackets"),
    "WRONG_SMS_TYPE": _("Wrong SMS type"),
    "VARIABLE_COUNT": _("Number of variables"),
    "VARIABLE_FORMAT": _("Form of variables"),
    "VARIABLE_ATTRIBUTE": _("Attribute of a variable"),
    "VARIABLE_VALUE": _("Length of a variable"),
    "DUPLICATE_SIGNATURE": _("Signature in the text"),
    "FORBIDDEN_SYMBOL": _("Forbidden symbol"),
    "VARIABLE_MISUSE": _("Every variable is free text"),
    "UNCLEAR_CONTENT": _("Unclear content"),
    "MISSING_KEYWORD_OPT_OUT": _("Opt-out wording missing"),
    "MISSING_KEYWORD_CODE": _("Keyword of codes missing"),
    "CARRIES_FORBIDDEN_CONTENT": _("More than a code"),
    "EXTRA_VARIABLES": _("Extra variables"),
    "RECRUITMENT": _("Recruitment"),
    "INDUSTRY_GAME_FINANCE_REALESTATE_EDU": _("Games, finance, real estate, education"),
    "DUNNING": _("Payment reminder"),
    "CARRIES_MARKETING": _("Carries marketing"),
    "OTHER_FORBIDDEN": _("Other forbidden content"),
    "LINK_INVALID": _("Link does not open"),
    "LINK_CONTENT_MISMATCH": _("Link and text differ"),
    "PROHIBITED_INDUSTRY": _("Prohibited industry"),
    "EXPIRED_CONTENT": _("Event is over"),
    "PERSONAL_CONTACT": _("Personal contact"),
    "VARIABLE_LINK": _("Variable link"),
    "NOT_MEMBER_TARGETED": _("Not addressed to members"),
    "LICENCE_UNREADABLE": _("Licence unreadable"),
    "COPY_WITHOUT_SEAL": _("Copy without a seal"),
    "FIELDS_DIFFER_FROM_CERTIFICATE": _("Fields differ from the certificate"),
    "SELF_USE_BUT_THIRD_PARTY": _("Self-use of another's papers"),
    "LETTER_INVALID": _("Letter of authorization not valid"),
}
"""Of both levels, in the order of the table."""


def name_of(code: str) -> str:
    """What a code is called in the language that is active; an unknown one keeps its code."""
    return str(NAMES.get(code, code))
