"""Where messages may be sent (spec management-api §4)."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.management.serializers.fields import Text
from api.openapi.operations import operation

from .base import ManagementView

_COUNTRIES = ({"country_id": 86, "country_name_en": "China", "country_name_zh": "中国"},)
"""The platform sends to the Chinese mainland only."""


class CountriesQuery(serializers.Serializer[Any]):
    country_name_en = Text(max_length=255, required=False)
    country_name_zh = Text(max_length=255, required=False)


class CountriesView(ManagementView):
    """ListSendCountryDetails: a bare array, filtered by a part of either name."""

    @operation(
        "ListSendCountryDetails",
        "List where messages may be sent",
        tag="Templates",
        query=CountriesQuery,
        answer="Countries",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(CountriesQuery, request.query_params)
        wanted = {name: (text or "").casefold() for name, text in query.items()}
        return Response(
            [
                country
                for country in _COUNTRIES
                if all(text in str(country[name]).casefold() for name, text in wanted.items())
            ]
        )
