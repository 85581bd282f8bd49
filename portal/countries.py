"""Countries and regions that enterprises register from, by their ISO 3166 code."""

from django.utils.translation import gettext_lazy as _

COUNTRIES = (
    ("CN", _("Chinese mainland")),
    ("HK", _("Hong Kong (China)")),
    ("MO", _("Macao (China)")),
    ("TW", _("Taiwan (China)")),
    ("AU", _("Australia")),
    ("BR", _("Brazil")),
    ("CA", _("Canada")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("IN", _("India")),
    ("ID", _("Indonesia")),
    ("IT", _("Italy")),
    ("JP", _("Japan")),
    ("MY", _("Malaysia")),
    ("MX", _("Mexico")),
    ("NL", _("Netherlands")),
    ("PH", _("Philippines")),
    ("SA", _("Saudi Arabia")),
    ("SG", _("Singapore")),
    ("ZA", _("South Africa")),
    ("KR", _("South Korea")),
    ("ES", _("Spain")),
    ("TH", _("Thailand")),
    ("TR", _("Türkiye")),
    ("AE", _("United Arab Emirates")),
    ("GB", _("United Kingdom")),
    ("US", _("United States")),
    ("VN", _("Vietnam")),
)
