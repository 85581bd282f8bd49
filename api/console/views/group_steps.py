"""What is done with a group task once its list is checked (spec console §9.3)."""

from collections.abc import Callable

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.serializers.groups import GroupStartBody
from messaging.groups import control, planning
from messaging.models import GroupTask

from .groups import ONE, GroupView, group_operation


class GroupStartView(GroupView):
    @group_operation(
        "StartGroupTask",
        "Start a checked group task, now or at a time",
        places=ONE,
        body=GroupStartBody,
        answer="ShownGroupTask",
        example={"accept_problems": True},
    )
    def post(self, request: Request, project_id: str, id: str) -> Response:
        task = self.task(id)
        body = self.read(GroupStartBody)
        planning.confirm(
            task=task,
            scheduled_at=body.get("scheduled_at"),
            accept_problems=body["accept_problems"],
            actor=self.member.user,
        )
        return self.shown_task(task)


def _step_view(name: str, summary: str, carry_out: Callable[..., GroupTask]) -> type[GroupView]:
    """A view whose `post` does one thing with a task and shows it."""

    class StepView(GroupView):
        @group_operation(name, summary, places=ONE, answer="ShownGroupTask")
        def post(self, request: Request, project_id: str, id: str) -> Response:
            return self.shown_task(carry_out(task=self.task(id), actor=self.member.user))

    StepView.__name__ = f"{name}View"
    return StepView


GroupCancelView = _step_view(
    "CancelGroupTask", "Cancel a group task before it starts", planning.cancel
)
GroupPauseView = _step_view("PauseGroupTask", "Pause a group task", control.pause)
GroupResumeView = _step_view("ResumeGroupTask", "Go on with a paused group task", control.resume)
GroupStopView = _step_view("StopGroupTask", "Stop a group task for good", control.stop)
