import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.clock import now
from messaging.exports import files
from messaging.models import Export
from messaging.retention import stray_files
from reviews.models import Evidence
from reviews.services.evidence import attach
from tests.factories import MembershipFactory, QualificationFactory
from tests.reviews.papers import upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def paper() -> Evidence:
    return attach(owner=QualificationFactory(), upload=upload(), actor=None)


@pytest.fixture
def left(media: Path) -> Callable[[str], Path]:
    """A file that lies there for two days."""

    def make(name: str) -> Path:
        path = media / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left over")
        old = (now() - timedelta(days=2)).timestamp()
        os.utime(path, (old, old))
        return path

    return make


def test_a_file_that_no_row_names_goes(left: Callable[[str], Path], paper: Evidence, media: Path):
    stray = left("evidence/2026/11/stray.bin")
    left(paper.file.name)
    assert stray_files.remove(now()) == ["evidence/2026/11/stray.bin"]
    assert not stray.exists()
    assert (media / paper.file.name).exists()


def test_a_young_file_may_belong_to_a_transaction(left: Callable[[str], Path]):
    stray = left("evidence/2026/11/stray.bin")
    assert stray_files.remove(now() - timedelta(days=1, hours=1)) == []
    assert stray.exists()


def test_every_folder_of_a_file_field_is_looked_into(left: Callable[[str], Path]):
    for folder in ("groups", "tickets", "evidence"):
        left(f"{folder}/2026/11/stray.bin")
    assert len(stray_files.remove(now())) == 3


def test_folders_of_others_are_left_alone(left: Callable[[str], Path]):
    stray = left("backup/stray.bin")
    stray_files.remove(now())
    assert stray.exists()


def test_pieces_of_an_export_that_is_gone(left: Callable[[str], Path], media: Path):
    member = MembershipFactory()
    export = Export.objects.create(
        customer=member.customer,
        kind=Export.Kind.DETAILS,
        format=Export.Format.CSV,
        requested_by=member.user,
        requested_at=now(),
        state=Export.State.READY,
    )
    files.write(export.public_id, files.FILE, 1, b"rows")
    left(f"exports/{export.public_id}/file-00001.bin")
    left("exports/8b1f4a3e-0000-4000-8000-000000000000/file-00001.bin")
    assert len(stray_files.remove(now())) == 1
    assert len(list((media / "exports" / str(export.public_id)).iterdir())) == 1
