"""Fields of requests, as strict about types as the documented API."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.management.errors import BAD_TIME, NO_SUCH_COUNTRY, ManagementError
from common.clock import platform_zone

MAINLAND = "cn"
_REGIONS = (MAINLAND, "intl")
_TIME = "%Y-%m-%d %H:%M:%S"
_FIRST_YEAR = 1970


class Text(serializers.CharField):
    """A JSON string; one that may be left out may also be empty or null."""

    default_error_messages = {"type": "must be a string"}

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        if not required:
            options |= {"allow_null": True, "allow_blank": True}
        super().__init__(required=required, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("type")
        return super().to_internal_value(data)


@extend_schema_field({"type": "boolean"})
class Truth(serializers.Field[bool, Any, bool, Any]):
    """`true` or `false`; the vendor's samples write 1 and 0."""

    default_error_messages = {"invalid": "must be true or false"}

    def to_internal_value(self, data: Any) -> bool:
        if data not in (0, 1) or isinstance(data, float):
            self.fail("invalid")
        return bool(data)


@extend_schema_field({"type": "string", "enum": ["Yes", "No"]})
class YesNo(serializers.Field[bool | None, Any, Any, Any]):
    """`Yes` or `No` as a truth value; None for an empty text where it may be left out."""

    default_error_messages = {"choice": "must be Yes or No"}

    def to_internal_value(self, data: Any) -> bool | None:
        if data == "" and not self.required:
            return None
        if data not in ("Yes", "No"):
            self.fail("choice")
        return bool(data == "Yes")


@extend_schema_field({"type": "string", "enum": [MAINLAND]})
class Region(Text):
    """`cn`; the platform sends to the Chinese mainland only, so `intl` is `MSGSMS.0104`."""

    default_error_messages = {"choice": "must be cn or intl"}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text not in _REGIONS:
            self.fail("choice")
        if text != MAINLAND:
            raise ManagementError(NO_SUCH_COUNTRY, f"region={text}: only cn is served here")
        return text


@extend_schema_field({"type": "string", "enum": list(_REGIONS)})
class RegionOfList(Region):
    """The same in a query: there is nothing in the other region."""

    def to_internal_value(self, data: Any) -> str:
        text = Text.to_internal_value(self, data)
        if text not in _REGIONS:
            self.fail("choice")
        return text


@extend_schema_field({"$ref": "#/components/schemas/LocalTime"})
class LocalTime(serializers.Field[datetime | None, Any, Any, Any]):
    """`yyyy-MM-dd HH:mm:ss` in the platform's zone; anything else is `MSGSMS.0039`."""

    def to_internal_value(self, data: Any) -> datetime | None:
        if data == "":
            return None
        try:
            instant = datetime.strptime(data, _TIME).replace(tzinfo=platform_zone())
            if instant.year >= _FIRST_YEAR:
                return instant
        except (TypeError, ValueError):
            pass
        raise ManagementError(BAD_TIME, f"{self.field_name} must be like 2024-05-01 09:30:00")


class Body(serializers.Serializer[Any]):
    """A JSON object without fields that are not documented."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(dict.fromkeys(unknown, "there is no such field"))
        return super().to_internal_value(data)


class RegionalBody(Body):
    """An object with a region, which may also be called `location`."""

    region = Region(max_length=16)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "location" in data:
            data = {"region": data["location"]} | {
                name: value for name, value in data.items() if name != "location"
            }
        return super().to_internal_value(data)
