from django.urls import path, re_path

from . import views

app_name = "iam"
urlpatterns = [
    path("auth/tokens", views.TokensView.as_view(), name="tokens"),
    path("projects", views.ProjectsView.as_view(), name="projects"),
    re_path("", views.UnknownView.as_view(), name="unknown"),
]
