"""The addresses and the posts of the review desk, as tests use them."""

from django.urls import reverse

QUEUE = "/operations/reviews/submission/"


def address(case):
    return reverse("admin:reviews_submission_change", args=[case.pk])


def text_of(response):
    return response.content.decode()


def post(client, case, action, query="", version=None, **fields):
    """Post one of the forms of a case page."""
    values = {f"{action}-{name}": value for name, value in fields.items()}
    if version is not None:
        values["version"] = version
    return client.post(address(case) + query, {"action": action} | values)


def approve(client, case, **fields):
    return post(client, case, "approve", **fields)


def reject(client, case, **fields):
    fields = {"reason_codes": ["NEUTRAL_SIGNATURE"], "comment": "Name your shop."} | fields
    return post(client, case, "reject", **fields)
