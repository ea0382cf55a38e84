from django.apps import AppConfig


class NackaPortalConfig(AppConfig):
    name = "nacka_portal"
