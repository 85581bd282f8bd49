"""Remove files that no row refers to: a file does not roll back with its transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField

from messaging.models import Export

log = structlog.get_logger(__name__)

SPARED = timedelta(days=1)
"""Younger files may belong to a transaction that is not over."""
BATCH = 500


def remove(moment: datetime) -> list[str]:
    """Remove stray files older than a day from the folders of all file fields; return them."""
    strays = [*_unreferred(moment - SPARED), *_of_no_export(moment - SPARED)]
    for name in strays:
        default_storage.delete(name)
    if strays:
        log.info("stray files removed", count=len(strays))
    return strays


def _unreferred(before: datetime) -> Iterator[str]:
    """Files in the folder of a field that stand in no row of its model."""
    for folder, fields in _fields_by_folder().items():
        for names in _batches(_old_files(folder, before)):
            used: set[str] = set()
            for field in fields:
                rows = field.model._base_manager.filter(**{f"{field.name}__in": names})
                used |= set(rows.values_list(field.name, flat=True))
            yield from (name for name in names if name not in used)


def _fields_by_folder() -> dict[str, list["FileField"]]:
    """The file fields with a fixed top folder, such as `evidence/%Y/%m/`, by that folder."""
    found = defaultdict(list)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, FileField) or not isinstance(field.upload_to, str):
                continue
            folder = field.upload_to.split("/")[0]
            if folder:
                found[folder].append(field)
    return dict(found)


def _of_no_export(before: datetime) -> Iterator[str]:
    """Pieces of exports that are gone: folders named like none that has a file."""
    kept = Export.objects.exclude(state__in=(Export.State.FAILED, Export.State.EXPIRED))
    for names in _batches(_old_files("exports", before)):
        ids = {name.split("/")[1] for name in names}
        known = {
            str(one) for one in kept.filter(public_id__in=ids).values_list("public_id", flat=True)
        }
        yield from (name for name in names if name.split("/")[1] not in known)


def _old_files(folder: str, before: datetime) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        yield from _old_files(f"{folder}/{inner}", before)
    for name in names:
        path = f"{folder}/{name}"
        if default_storage.get_modified_time(path) < before:
            yield path


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
