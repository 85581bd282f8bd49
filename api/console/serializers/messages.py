"""Searches in the sending details."""

from rest_framework import serializers

from api.management.serializers.fields import Text
from messaging.queries import Result
from reviews.models.kinds import MessageType

from .searching import SearchQuery


class MessagesQuery(SearchQuery):
    result = serializers.ChoiceField(Result.choices, required=False, allow_blank=True)
    code = Text(max_length=32, required=False)
    template_id = Text(max_length=128, required=False)
    """The ID that sending takes, or a part of the name."""
    type = serializers.ChoiceField(MessageType.choices, required=False, allow_blank=True)
    sign_id = Text(max_length=64, required=False)
    channel_num = Text(max_length=21, required=False)
    task_id = Text(max_length=64, required=False)
