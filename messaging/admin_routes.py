"""Operations pages of routes: which channels carry which messages, by what weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.admin_base import AuditedAdmin
from messaging.models import ChannelRoute, RouteShare

if TYPE_CHECKING:
    ShareFormSet = BaseInlineFormSet[RouteShare, ChannelRoute, ModelForm[RouteShare]]
    ShareInline = admin.TabularInline[RouteShare, ChannelRoute]
else:  # Django's classes take type arguments in their stubs only.
    ShareFormSet = BaseInlineFormSet
    ShareInline = admin.TabularInline


class FurtherChannels(ShareFormSet):
    """The further channels of a route: none of them stands in it already."""

    def clean(self) -> None:
        super().clean()
        taken = {
            self.instance.primary_id: _("the channel of the route itself"),
            self.instance.backup_id: _("its backup channel"),
        }
        for form in self.forms:
            channel = form.cleaned_data.get("channel")
            if channel is None or form.cleaned_data.get("DELETE") or channel.pk not in taken:
                continue
            problem = ValidationError(
                _("%(channel)s is %(place)s: choose another one or remove this row."),
                params={"channel": channel, "place": taken[channel.pk]},
            )
            form.add_error("channel", problem)


class WithoutLinks:
    """Choices of channels without links to edit them: channels have their own page."""

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(*args, **kwargs)  # type: ignore[misc]  # of the admin class beside it
        if isinstance(field.widget if field else None, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class ShareRows(WithoutLinks, ShareInline):
    """Whoever may edit a route may edit its further channels; who may see it sees them."""

    model = RouteShare
    formset = FurtherChannels
    fields = ("channel", "weight")
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("messaging.view_channelroute")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request)

    def _may_edit(self, request: HttpRequest) -> bool:
        return request.user.has_perm("messaging.change_channelroute")


@admin.register(ChannelRoute)
class ChannelRouteAdmin(WithoutLinks, AuditedAdmin):
    list_display = ("number", "is_prefix", "carrier", "type", "channels", "backup")
    list_display_links = ("number", "channels")
    list_filter = ("carrier", "type")
    list_select_related = ("primary", "backup")
    search_fields = ("number",)
    fields = (
        *("number", "is_prefix", "carrier", "type", "primary", "weight", "backup"),
        "created_at",
    )
    readonly_fields = ("created_at",)
    inlines = (ShareRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChannelRoute]:
        return super().get_queryset(request).prefetch_related("shares__channel")

    @admin.display(description=_("channels"))
    def channels(self, route: ChannelRoute) -> str:
        """The channels; with their weights where there are several."""
        shares = route.shares.all()
        if not shares:
            return str(route.primary)
        return ", ".join([f"{route.primary} ({route.weight})", *map(str, shares)])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Without its route a number takes the next one that fits, or the default channel."""
        return super(AuditedAdmin, self).has_delete_permission(request, obj)

    def save_related(
        self, request: HttpRequest, form: "forms.ModelForm[Any]", formsets: Any, change: bool
    ) -> None:
        """Store the further channels too, with an audit event where they changed."""
        route = form.instance
        before = _shares(route)
        super().save_related(request, form, formsets, change)
        after = _shares(route)
        if before != after:
            self.record(
                request, "update", route, before={"shares": before}, after={"shares": after}
            )

    def delete_model(self, request: HttpRequest, obj: ChannelRoute) -> None:
        self.record(request, "delete", obj, before={"shares": _shares(obj)})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ChannelRoute]) -> None:
        for route in queryset:
            self.delete_model(request, route)


def _shares(route: ChannelRoute) -> Mapping[str, int]:
    """The weights of a route's further channels, by their names, as they are stored now."""
    rows = RouteShare.objects.filter(route=route).order_by("pk")
    return dict(rows.values_list("channel__name", "weight"))
