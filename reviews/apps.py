from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from reviews.services import cases  # models are loaded by now

        cases.register_all()
        post_migrate.connect(_install_roles, dispatch_uid="reviews.roles")


def _install_roles(app_config: AppConfig, **_: Any) -> None:
    """Bring the roles up to date once the permissions of all apps are there."""
    from reviews import roles

    with_models = [each for each in apps.get_app_configs() if each.models_module]
    if app_config == with_models[-1]:
        roles.install()
