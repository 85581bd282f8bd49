"""The filing board, and the ledger of one signature (spec console §7.6, ruling 23)."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from common.errors import Refusal
from common.peers import address_of
from customers.admin_base import ReadOnlyAdmin, staff_member
from reviews.desk.filings import BoardFilter, FilingForm, board, every_carrier, write_down
from reviews.models import Filing, Signature
from reviews.roles import DECIDE
from reviews.services import rights

_LEDGER = "admin:reviews_filing_ledger"


@admin.register(Filing)
class FilingAdmin(ReadOnlyAdmin):
    """Filings are written down on the ledger of their signature, through the service."""

    def get_urls(self) -> list[URLPattern]:
        ledger = path(
            "signature/<int:signature_id>/",
            self.admin_site.admin_view(self.ledger_view),
            name="reviews_filing_ledger",
        )
        return [ledger, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the board: signatures down, carriers across."""
        self._require_view(request)
        chosen = BoardFilter(request.GET)
        page = board(chosen, page=request.GET.get("page", ""))
        query = request.GET.copy()
        query.pop("page", None)
        return self._render(
            request,
            "operations/filing_board.html",
            gettext("Filings with carriers"),
            page=page,
            form=chosen,
            carriers=Filing.Carrier.labels,
            query=query.urlencode(),
        )

    def ledger_view(self, request: HttpRequest, signature_id: int) -> HttpResponse:
        """Show a signature's four filings; a POST writes one of them down."""
        self._require_view(request)
        signature = get_object_or_404(
            Signature.every.select_related("customer", "application"), pk=signature_id
        )
        carrier = request.POST.get("carrier", "")
        bound = None
        if request.method == "POST":
            if carrier not in Filing.Carrier:
                raise BadRequest("There is no such carrier.")
            bound = FilingForm(request.POST, request.FILES, prefix=carrier)
            if self._written(request, signature, carrier, bound):
                return redirect(_LEDGER, signature.pk)
        return self._ledger(request, signature, carrier, bound)

    def _written(
        self, request: HttpRequest, signature: Signature, carrier: str, form: FilingForm
    ) -> bool:
        if not form.is_valid():
            return False
        try:
            filing = write_down(
                signature=signature,
                carrier=carrier,
                values=form.cleaned_data,
                actor=staff_member(request),
                ip_address=address_of(request),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return False
        messages.success(
            request,
            gettext("%(carrier)s: %(status)s.")
            % {
                "carrier": filing.get_carrier_display(),
                "status": filing.get_status_display(),
            },
        )
        return True

    def _ledger(
        self, request: HttpRequest, signature: Signature, carrier: str, bound: FilingForm | None
    ) -> HttpResponse:
        rows = signature.filings.select_related("changed_by").prefetch_related("evidence")
        filings = every_carrier(signature, list(rows))
        forms = [
            bound if bound and filing.carrier == carrier else _form_of(filing) for filing in filings
        ]
        member = staff_member(request)
        is_own = rights.belongs_to(member, signature.customer_id)
        return self._render(
            request,
            "operations/filing_ledger.html",
            gettext("Filings of “%(signature)s”") % {"signature": signature.name},
            status=422 if bound else 200,
            signature=signature,
            ledger=list(zip(filings, forms, strict=True)),
            is_own_customer=is_own,
            may_write=member.has_perm(DECIDE) and not is_own and signature.deleted_at is None,
        )

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _render(
        self, request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, template, page | context, status=status)


def _form_of(filing: Filing) -> FilingForm:
    return FilingForm(
        prefix=filing.carrier, initial={"status": filing.status, "reason": filing.reason}
    )
