"""All rules for template texts, in the order in which their findings are shown."""

from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Rule
from reviews.services.rules.links import LINK_RULES
from reviews.services.rules.texts import TEXT_RULES
from reviews.services.rules.types import TYPE_RULES
from reviews.services.rules.variables import VARIABLE_RULES

TEMPLATE_RULES: tuple[Rule[TemplateDraft], ...] = (
    *TEXT_RULES,
    *VARIABLE_RULES,
    *LINK_RULES,
    *TYPE_RULES,
)
