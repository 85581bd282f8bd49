from django.urls import path

from . import views

app_name = "events"
urlpatterns = [path("v1", views.status_reports, name="status-reports")]
