from .signature import Signature
from .submission import Decision, Submission
from .template import Template, TemplateVersion
from .transition import Transition

__all__ = ["Decision", "Signature", "Submission", "Template", "TemplateVersion", "Transition"]
