from django.urls import path

from . import views

app_name = "data_plane"
urlpatterns = [
    path("batchSendSms/v1", views.batch_send_sms, name="batch-send-sms"),
    path("batchSendDiffSms/v1", views.batch_send_diff_sms, name="batch-send-diff-sms"),
    path("conversions/v1", views.tell_conversions, name="tell-conversions"),
]
