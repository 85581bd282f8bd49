"""Every address of SMS Console. Pages that need no log-in are marked where they are defined."""

from django.contrib import admin
from django.urls import include, path, re_path

from api.iam import own_token
from api.iam.views import UnknownView
from api.openapi import views as openapi
from sms_console import health

admin.autodiscover()

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("sms/events/", include("api.events.urls")),
    path("sms/", include("api.data_plane.urls")),
    path("v2/<str:project_id>/msgsms/", include("api.management.urls")),
    re_path("^v2/", UnknownView.as_view()),
    path("v1/<str:project_id>/console/", include("api.console.urls")),
    re_path("^v1/", UnknownView.as_view()),
    path("v3/", include("api.iam.urls")),
    path("api-reference/token", own_token.issue, name="own-token"),
    path("openapi.json", openapi.show, name="openapi"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("operations/", admin.site.urls),
    path("", include("portal.urls")),
]
