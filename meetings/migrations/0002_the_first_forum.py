from django.db import migrations


def create(apps, schema_editor):
    forum = apps.get_model("meetings", "Forum")
    if not forum.objects.exists():
        forum.objects.create(name="SLG", role="slg")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
