from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and password pages by e-mail; accounts are opened by the operations team."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
