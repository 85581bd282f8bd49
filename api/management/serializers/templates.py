"""Requests about templates (spec management-api §4)."""

from typing import Any

from rest_framework import serializers

from reviews.services.deleting import MOST_AT_ONCE

from .fields import Body, RegionalBody, RegionOfList, Text, YesNo
from .paging import LARGEST, PageSerializer

MOST_VARIABLES = 20


class VariableBody(Body):
    variable_index = serializers.IntegerField(min_value=1, max_value=MOST_VARIABLES)
    variable_type = Text(max_length=32)
    variable_desc = Text(max_length=100, required=False)


class TemplateBody(RegionalBody):
    app_id = Text(max_length=64)
    template_name = Text(max_length=128)
    template_type = Text(max_length=32, required=False)
    template_content = Text(max_length=500, trim_whitespace=False)
    sign_id = Text(max_length=64, required=False)
    universal_template = serializers.IntegerField(
        min_value=0, max_value=1, required=False, allow_null=True
    )
    brackets = Text(max_length=16, required=False)
    template_desc = Text(max_length=500, required=False)
    send_country = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=LARGEST),
        max_length=3,
        required=False,
        allow_null=True,
    )
    variable_attributes: Any = serializers.ListSerializer(
        child=VariableBody(), max_length=MOST_VARIABLES, required=False, allow_null=True
    )
    flow_status = serializers.ChoiceField(
        ["Pending", "Reviewing", "Disable"], required=False, allow_null=True, allow_blank=True
    )


class TemplatesQuery(PageSerializer):
    app_key = Text(max_length=128, required=False)
    app_name = Text(max_length=64, required=False)
    flow_status = Text(max_length=64, required=False)
    has_variable = YesNo(required=False)
    region = RegionOfList(max_length=20, required=False)
    sign_name = Text(max_length=128, required=False)
    template_id = Text(max_length=64, required=False)
    template_name = Text(max_length=128, required=False)
    template_type = Text(max_length=32, required=False)


class TemplateIdsBody(Body):
    ids = serializers.ListField(child=Text(max_length=64), min_length=1, max_length=MOST_AT_ONCE)
