"""Papers that belong to an application: shown to those who may file them, and to nobody else."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from common.peers import address_of
from portal.access import MemberRequest, for_managers
from reviews.models import Evidence
from reviews.services.evidence import open_evidence


@require_GET
@for_managers
def show(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Hand out one paper, once, to this browser: stored nowhere, run as nothing, logged.

    Pictures open in the browser; a PDF, and anything asked for with `?download`, is saved. What
    operations keep about a filing with a carrier is theirs alone.
    """
    own = Evidence.objects.for_customer(request.customer).filter(filing=None)
    evidence = get_object_or_404(own, public_id=public_id)
    content = open_evidence(evidence=evidence, viewer=request.user, ip_address=address_of(request))
    is_saved = "download" in request.GET or not evidence.is_image
    return HttpResponse(
        content,
        content_type=evidence.content_type,
        headers={
            "Content-Disposition": content_disposition_header(is_saved, evidence.file_name),
            "Content-Security-Policy": "default-src 'none'; img-src 'self'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
