"""Requests about applications (spec management-api §2)."""

from typing import Any

from rest_framework import serializers

from .fields import RegionalBody, RegionOfList, Text, Truth
from .paging import PageSerializer


class ApplicationBody(RegionalBody):
    """Enterprise projects and the name's form are accepted as they come; see the services."""

    app_name = Text(max_length=64)
    create_sign_and_template = Truth(required=False, allow_null=True)
    enterprise_project_id = Text(max_length=64, required=False)
    enterprise_project_name = Text(max_length=255, required=False)
    up_link_addr = Text(required=False)


class NewApplicationBody(ApplicationBody):
    show_secret = Truth(required=False, allow_null=True)


class ApplicationsQuery(PageSerializer):
    app_name = Text(max_length=64, required=False)
    region = RegionOfList(max_length=20, required=False)
    status = Text(max_length=32, required=False)


class ApplicationCountQuery(serializers.Serializer[Any]):
    region = RegionOfList(max_length=20)
