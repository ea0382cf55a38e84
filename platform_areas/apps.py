from django.apps import AppConfig


class PlatformAreasConfig(AppConfig):
    name = "platform_areas"
