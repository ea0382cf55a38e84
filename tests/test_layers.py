"""Foreign keys point to their own layer or below; `lint-imports` holds imports to the same."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps

CONTRACT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"][0]
LAYER = {
    app.strip(): row for row, apps_ in enumerate(CONTRACT["layers"]) for app in apps_.split("|")
}


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m._meta.app_label in LAYER], ids=str
)
def test_model_refers_only_to_its_own_layer_or_below(model):
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            target, app = field.related_model._meta.app_label, model._meta.app_label
            if target in LAYER and target != app:
                assert LAYER[target] > LAYER[app], f"{field} points upwards"


def test_every_app_of_ours_has_a_layer():
    ours = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).parent == Path(__file__).parent.parent
    }

    assert ours <= LAYER.keys()
