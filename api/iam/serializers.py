"""The request for a token (spec management-api §5.2); what is not named here is ignored."""

from typing import Any

from rest_framework import serializers


class NamedSerializer(serializers.Serializer[Any]):
    """An account or a project, by name or by ID."""

    name = serializers.CharField(max_length=128, required=False, default="")
    id = serializers.CharField(max_length=64, required=False, default="")


class PersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)
    domain = NamedSerializer(required=False)


class PasswordSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()


class IdentitySerializer(serializers.Serializer[Any]):
    methods = serializers.ListField(
        child=serializers.ChoiceField(["password"]), min_length=1, max_length=1
    )
    password = PasswordSerializer()


class ScopeSerializer(serializers.Serializer[Any]):
    project = NamedSerializer(required=False)
    domain = NamedSerializer(required=False)


class AuthSerializer(serializers.Serializer[Any]):
    identity = IdentitySerializer()
    scope = ScopeSerializer(required=False)


class TokenRequestSerializer(serializers.Serializer[Any]):
    auth = AuthSerializer()
