import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock

COUNT_ACCEPTED = """
UPDATE messaging_grouptask AS task SET uploaded_at = created_at, accepted_rows = COALESCE((
    SELECT sum(last - first + 1) FROM messaging_groupslice
    WHERE task_id = task.id AND request_id IS NOT NULL
), 0)
"""
KEEP = Path(__file__).with_name("0016_keep.sql").read_text()
GIVE_BACK = """
INSERT INTO messaging_groupproblem
    (task_id, category, kind, reason, count, first_line, first_value)
SELECT task_id, 'number', kind, reason, count, first_line, first_value
FROM messaging_groupproblem_kept;
DROP TABLE messaging_groupproblem_kept;
"""

STATES = [
    ("checking", "Checking the file"),
    ("checked", "Waiting for your confirmation"),
    ("pending", "Pending execution"),
    ("submitting", "Submitting"),
    ("paused", "Paused"),
    ("stopped", "Stopped"),
    ("succeeded", "Submission processed successfully"),
    ("failed", "Submission failed"),
    ("canceled", "Canceled"),
]


def counter(words: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(words, default=0)


def added(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("grouptask", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0015_verdicts"),
        ("customers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "GroupBlock",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "task_id",
                        "first",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.PositiveIntegerField()),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(models.PositiveIntegerField()),
                ),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=21)),
                ),
                ("variables", models.JSONField(null=True)),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(models.PositiveSmallIntegerField()),
                ),
                (
                    "task",
                    models.ForeignKey(
                        "messaging.GroupTask",
                        django.db.models.deletion.CASCADE,
                        db_index=False,
                        related_name="blocks",
                    ),
                ),
            ],
            options={"verbose_name": "recipients", "verbose_name_plural": "recipients"},
        ),
        migrations.CreateModel(
            "GroupProblemBlock",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_line", models.PositiveIntegerField()),
                ("last_line", models.PositiveIntegerField()),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(models.PositiveIntegerField()),
                ),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=64)),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=32)),
                ),
                (
                    "task",
                    models.ForeignKey(
                        "messaging.GroupTask",
                        django.db.models.deletion.CASCADE,
                        related_name="problem_blocks",
                    ),
                ),
            ],
            options={"verbose_name": "problem rows", "verbose_name_plural": "problem rows"},
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.DeleteModel("GroupRow"),
        migrations.DeleteModel("GroupProblem"),
        migrations.CreateModel(
            "GroupProblem",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        "kind",
                        max_length=10,
                        choices=[
                            ("number", "Numbers"),
                            ("value", "Values"),
                            ("duplicate", "Duplicates"),
                            ("blocked", "Blocked numbers and words"),
                        ],
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("reason", models.TextField("reason")),
                ("count", models.PositiveIntegerField("rows")),
                ("first_line", models.PositiveIntegerField("first line")),
                ("first_value", models.CharField("first value", max_length=64)),
                (
                    "task",
                    models.ForeignKey(
                        "messaging.GroupTask",
                        django.db.models.deletion.CASCADE,
                        related_name="problems",
                    ),
                ),
            ],
            options={
                "verbose_name": "problem",
                "verbose_name_plural": "problems",
                "ordering": ["category", "-count", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["task", "kind"], name="group_problem_once")
                ],
            },
        ),
        migrations.RunSQL(GIVE_BACK, migrations.RunSQL.noop),
        migrations.CreateModel(
            "GroupPoint",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "task_id",
                        "at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("accepted", models.PositiveIntegerField()),
                ("sent", models.PositiveIntegerField()),
                ("delivered", models.PositiveIntegerField()),
                ("failed", models.PositiveIntegerField()),
                (
                    "task",
                    models.ForeignKey(
                        "messaging.GroupTask",
                        django.db.models.deletion.CASCADE,
                        db_index=False,
                        related_name="points",
                    ),
                ),
            ],
            options={"verbose_name": "progress", "verbose_name_plural": "progress"},
        ),
        migrations.CreateModel(
            "RecipientList",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField("list ID", default=uuid.uuid4, editable=False, unique=True),
                ),
                ("name", models.CharField("name", max_length=64)),
                ("file", models.FileField("recipients", upload_to="recipient-lists/%Y/%m/")),
                ("file_name", models.CharField("file name", max_length=255)),
                (
                    "state",
                    models.CharField(
                        "status",
                        max_length=8,
                        default="checking",
                        choices=[
                            ("checking", "Checking the file"),
                            ("ready", "Ready"),
                            ("failed", "Not usable"),
                        ],
                    ),
                ),
                ("failure", models.TextField("reason", blank=True)),
                ("numbers", counter("numbers")),
                ("invalid_rows", counter("invalid rows")),
                ("columns", models.PositiveSmallIntegerField("values in a row", default=0)),
                ("created_at", models.DateTimeField("created", auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.PROTECT,
                        related_name="+",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        "customers.Customer",
                        django.db.models.deletion.PROTECT,
                        related_name="recipient_lists",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient list",
                "verbose_name_plural": "recipient lists",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["customer", "name"], name="recipient_list_name_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            "groupslice", "delivered", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddField("groupslice", "failures", models.JSONField(null=True)),
        migrations.AddField(
            "groupslice", "is_settled", models.BooleanField(db_default=False, default=False)
        ),
        added("accepted_rows", counter("accepted")),
        added("blocked_rows", counter("blocked numbers")),
        added("counted_at", models.DateTimeField(blank=True, null=True)),
        added("recount_at", models.DateTimeField(blank=True, null=True)),
        added("delivered_rows", counter("delivered")),
        added("failed_rows", counter("failed")),
        added("failures", models.JSONField(blank=True, default=dict)),
        added("is_counted", models.BooleanField(default=False)),
        added("notes", models.JSONField(blank=True, default=list)),
        added("paced_at", models.DateTimeField(blank=True, null=True)),
        added("paced_rows", models.PositiveIntegerField(default=0)),
        added("rate", models.PositiveIntegerField("messages a second", blank=True, null=True)),
        added("sent_rows", counter("sent")),
        added("uploaded_at", models.DateTimeField("recipients chosen", default=common.clock.now)),
        added(
            "resent_from",
            models.ForeignKey(
                "messaging.GroupTask",
                django.db.models.deletion.SET_NULL,
                blank=True,
                null=True,
                related_name="resent_as",
            ),
        ),
        added(
            "recipient_list",
            models.ForeignKey(
                "messaging.RecipientList",
                django.db.models.deletion.SET_NULL,
                blank=True,
                null=True,
                related_name="+",
            ),
        ),
        migrations.AlterField(
            "grouptask",
            "state",
            models.CharField("status", choices=STATES, default="checking", max_length=12),
        ),
        migrations.AlterField(
            "sendrequest",
            "priority",
            models.PositiveSmallIntegerField(
                choices=[
                    (1, "Verification"),
                    (2, "Notification"),
                    (3, "Promotion"),
                    (4, "Group Notification"),
                    (5, "Group Promotion"),
                ]
            ),
        ),
        migrations.AddIndex(
            "groupslice",
            models.Index(
                fields=["task", "first"],
                condition=models.Q(request_id__isnull=False, is_settled=False),
                name="group_slice_open",
            ),
        ),
        migrations.AddIndex(
            "grouptask",
            models.Index(
                fields=["id"],
                condition=models.Q(started_at__isnull=False, is_counted=False),
                name="group_task_uncounted",
            ),
        ),
        migrations.RunSQL(COUNT_ACCEPTED, migrations.RunSQL.noop),
    ]
