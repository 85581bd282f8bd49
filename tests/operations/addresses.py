"""Every address of the operations console that can be opened, for rows that are there.

New pages are found by themselves: nothing is listed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

ELSEWHERE = {"login", "logout", "autocomplete", "jsi18n", "view_on_site"}
"""What is no page of the console."""


@dataclass(frozen=True)
class Address:
    """A page, and the model whose admin shows it."""

    name: str
    path: str
    model: type[Model] | None


def addresses() -> Iterator[Address]:
    """All pages: lists, forms to add, and for the latest row of each model its own pages."""
    models = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in admin.site._registry}
    for pattern in _patterns(_console()):
        name = pattern.name
        if not name or name in ELSEWHERE:
            continue
        model = models.get("_".join(name.split("_", 2)[:2]))
        for arguments in _arguments(pattern, model):
            try:
                yield Address(name, reverse(f"admin:{name}", args=arguments), model)
            except NoReverseMatch:  # it is about something else than a row of this model
                continue


def _arguments(pattern: URLPattern, model: type[Model] | None) -> list[list[object]]:
    """What the address is made with: nothing, a row, or a row and each act with it."""
    wanted = list(pattern.pattern.converters)
    if not wanted:
        return [] if pattern.pattern.regex.groups else [[]]
    row = _latest(_model_meant(wanted[0]) or model)
    if row is None:
        return []
    if wanted[1:] == ["act"]:
        return [[row.pk, act.name] for act in admin.site._registry[type(row)].acts]
    return [[row.pk]]


def _model_meant(argument: str) -> type[Model] | None:
    """`signature_id` means a signature; `object_id` whatever the page is of."""
    names = {f"{model._meta.model_name}_id": model for model in admin.site._registry}
    return names.get(argument)


def _latest(model: type[Model] | None) -> Model | None:
    return model._default_manager.order_by("-pk").first() if model else None


def _console() -> URLResolver:
    (console,) = (
        entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "admin"
    )
    return console


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry
