from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messaging")

    def ready(self) -> None:
        from messaging.groups import consequences  # models are loaded by now
        from messaging.services.number_removal import NUMBER_REMOVAL
        from reviews.services import deleting, kinds

        deleting.register(consequences.of_deleting)
        kinds.register(NUMBER_REMOVAL)
