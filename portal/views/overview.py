"""The first page: the customer's way through the product, today's figures, and what waits."""

from django.http import HttpResponse
from django.shortcuts import render

from customers.models import Notice
from customers.services.wording import subject_of
from messaging.models import GroupTask, TrafficThreshold
from messaging.queries import sent_today
from messaging.services import health
from portal.access import MemberRequest, for_members
from portal.gauges import drawings_of
from portal.usage_flow import next_of, steps_of
from reviews.models import Submission

REVIEWS = 5
NOTICES = 3
"""So many of each are shown; the rest stands on pages of its own."""


@for_members
def overview(request: MemberRequest) -> HttpResponse:
    customer = request.customer
    steps = steps_of(customer)
    next_step = next_of(steps)
    tasks = GroupTask.objects.for_customer(customer)
    reviews = Submission.objects.awaiting_review().filter(customer=customer)
    used = TrafficThreshold.objects.for_customer(customer).filter(is_enforced=True).first()
    gauges = drawings_of(used) if used else ()
    notices = Notice.objects.for_customer(customer).exclude(readings__user=request.user)
    context = {
        "steps": steps,
        "next_step": next_step,
        "may_do_next": bool(next_step and next_step.may_do(request.membership)),
        "is_complete": all(step.is_done or step.is_optional for step in steps),
        "outage": health.outage(customer),
        "alarms": [drawing for drawing in gauges if drawing.tone != "good"],
        "sent_today": sent_today(customer),
        "waiting_reviews": reviews.count(),
        "reviews": reviews[:REVIEWS],
        "planned_tasks": tasks.filter(state=GroupTask.State.PENDING).count(),
        "notices": [(notice, subject_of(notice)) for notice in notices[:NOTICES]],
    }
    return render(request, "portal/overview.html", context)
