"""Papers: a list without contents, and the one address that shows a content, logged."""

from urllib.parse import quote

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from common.peers import address_of
from customers.admin_base import ReadOnlyAdmin, staff_member
from reviews.models import Evidence
from reviews.services.evidence import open_evidence

_PDF = "application/pdf"
_POLICY = "default-src 'none'; frame-ancestors 'self'"
_POLICY_OF_PICTURES = f"{_POLICY}; sandbox"
_POLICY_OF_PDF = f"{_POLICY}; style-src 'unsafe-inline'; object-src 'self'; plugin-types {_PDF}"
"""Browsers do not open their PDF viewer in a sandbox, and the viewer styles itself."""


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "kind", "customer", "content_type", "size", "uploaded_at")
    list_filter = ("kind", "content_type")
    list_select_related = ("customer",)
    search_fields = ("file_name", "sha256", "customer__name")
    show_full_result_count = False
    fields = (
        "public_id",
        "customer",
        "kind",
        "qualification",
        "signature",
        "filing",
        "realname",
        "file_name",
        "content_type",
        "size",
        "sha256",
        "uploaded_by",
        "uploaded_at",
    )

    def get_urls(self) -> list[URLPattern]:
        content = path(
            "<uuid:public_id>/content",
            self.admin_site.admin_view(self.content_view),
            name="reviews_evidence_content",
        )
        return [content, *super().get_urls()]

    @method_decorator(require_GET)
    def content_view(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Send a paper's content to who may see it; every view is written to the audit trail.

        The browser runs nothing that could be in it; no page of the console is kept in a cache.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        evidence = get_object_or_404(Evidence, public_id=public_id)
        content = open_evidence(
            evidence=evidence, viewer=staff_member(request), ip_address=address_of(request)
        )
        is_pdf = evidence.content_type == _PDF
        place = "attachment" if "download" in request.GET else "inline"
        return HttpResponse(
            content,
            content_type=evidence.content_type,
            headers={
                "Content-Disposition": f"{place}; filename*=UTF-8''{quote(evidence.file_name)}",
                "Content-Security-Policy": _POLICY_OF_PDF if is_pdf else _POLICY_OF_PICTURES,
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "SAMEORIGIN",
            },
        )
