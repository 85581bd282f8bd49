"""Many customers with an application each, copies of the demo customer, for measurements."""

import json
from typing import Any

from .stack import Stack

_COPY = """
import json
from customers.models import Application, Customer
from messaging.models import TrafficThreshold
from reviews.models import Signature, Template

def fresh(row, **changes):
    row.pk = None
    row._state.adding = True
    for name in ("public_id", "project_id", "app_key", "app_secret"):
        fields = {{field.name: field for field in row._meta.fields}}
        if name in fields:
            setattr(row, name, fields[name].get_default())
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row

demo = json.loads({demo!r})
notice = Template.objects.get(template_id=demo["templates"]["notice"]["id"])
promotion = Template.objects.get(template_id=demo["templates"]["promotion"]["id"])
signatures = list(Signature.objects.filter(application=notice.application))
threshold = TrafficThreshold.objects.get(customer=notice.customer)
first = Customer.objects.filter(name__startswith="Copy ").count() + 1
made = []
for number in range(first, first + {count}):
    customer = fresh(Customer.objects.get(pk=notice.customer_id), name=f"Copy {{number}}")
    whose = {{"customer": customer}}
    application = fresh(Application.objects.get(pk=notice.application_id), **whose)
    whose["application"] = application
    senders = {{
        each.type: fresh(
            Signature.objects.get(pk=each.pk), channel_number=f"csms9{{number:08d}}", **whose
        )
        for each in signatures
    }}
    templates = {{}}
    for name, each in (("notice", notice), ("promotion", promotion)):
        copy = fresh(
            Template.objects.get(pk=each.pk),
            signature=each.signature and senders[each.type],
            template_id=f"{{number:016d}}{{name}}"[:32],
            **whose,
        )
        templates[name] = {{"id": copy.template_id}}
    fresh(
        TrafficThreshold.objects.get(pk=threshold.pk),
        pk=customer.pk, day_used=0, month_used=0,
    )
    made.append({{
        "app_key": application.app_key,
        "app_secret": str(application.app_secret),
        "channel_number": f"csms9{{number:08d}}",
        "templates": templates,
    }})
print(json.dumps(made))
"""


def copies(stack: Stack, count: int) -> list[dict[str, Any]]:
    """Make so many customers more; return what their requests need."""
    script = _COPY.format(demo=json.dumps(stack.demo), count=count)
    return json.loads(stack.django(script).splitlines()[-1])
