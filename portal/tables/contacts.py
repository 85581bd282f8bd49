import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact

_ADDRESS = (
    "{% load i18n portal %}{% if shown %}{{ shown }}{% endif %}"
    '<div class="soft">{% if proven %}{% translate "Verified" %}'
    "{% elif request.membership.can_manage %}"
    '<a href="{% url "portal:contact-detail" record.public_id %}">'
    '{% translate "Verify it" %}</a>{% else %}{% translate "Not verified" %}{% endif %}</div>'
)


class ContactTable(tables.Table):
    """The contacts of a customer (spec console §13.1)."""

    name = tables.TemplateColumn(
        "{% if request.membership.can_manage %}"
        '<a href="{% url "portal:contact-detail" record.public_id %}">{{ value }}</a>'
        "{% else %}{{ value }}{% endif %}"
    )
    mobile = tables.TemplateColumn(
        "{% load portal %}{% phone_number record.mobile as shown %}"
        "{% with proven=record.is_mobile_verified %}" + _ADDRESS + "{% endwith %}"
    )
    email = tables.TemplateColumn(
        "{% with shown=record.email proven=record.is_email_verified %}" + _ADDRESS + "{% endwith %}"
    )
    topic_labels = tables.Column(verbose_name=_("Notifications"), empty_values=())

    class Meta:
        model = Contact
        fields = ("name", "mobile", "email", "topic_labels")
        orderable = False

    def render_topic_labels(self, record: Contact) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((label,) for label in record.topic_labels))
