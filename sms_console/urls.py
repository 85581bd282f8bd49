"""Every address of SMS Console. Pages that need no log-in are marked where they are defined."""

from django.contrib import admin
from django.urls import include, path

from sms_console import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("sms/events/", include("api.events.urls")),
    path("sms/", include("api.data_plane.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("operations/", admin.site.urls),
    path("", include("portal.urls")),
]
