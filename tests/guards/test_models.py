"""What import linting cannot see: foreign keys across areas; and models that left migrations."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

# Everybody may point at these; areas never point at one another.
COMMON = {"parties", "cases", "ledger", "store"}
AREAS = {
    config.label for config in apps.get_app_configs() if config.name.startswith("anju.business.")
}


def test_there_are_areas():
    assert len(AREAS) >= 2


def test_no_foreign_key_across_areas():
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for label in AREAS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model._meta.app_label not in COMMON | {label}
    ]
    assert wrong == []


def test_common_ground_points_at_no_area():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for label in COMMON
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model._meta.app_label in AREAS
    ]
    assert wrong == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_models():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except (CommandError, SystemExit):
        pytest.fail(said.getvalue())
