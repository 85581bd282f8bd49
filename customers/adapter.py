from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from common.crypto import decrypt, encrypt
from customers.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Registration, sign-in and password pages by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SMS_REGISTRATION)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Remember that this person registered alone: nobody vouches for the address."""
        user.must_verify_email = True
        user.language = getattr(request, "LANGUAGE_CODE", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:registration")

    def get_login_stages(self) -> list[str]:
        """Ask only those to prove their address who registered alone."""
        ours = f"{OwnEmailStage.__module__}.{OwnEmailStage.__name__}"
        theirs = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__name__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class OwnEmailStage(EmailVerificationStage):
    """Lets people in whose address operations or an invitation named (ruling 32)."""

    def handle(self) -> tuple[Any, bool]:
        person = self.login.user
        if person is not None and not person.must_verify_email:
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
