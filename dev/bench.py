"""Server time and queries per page, with the demo's agenda and with 2,000 items.

    make bench

It prints what it measures and judges nothing; the query ceilings are pinned by tests. Times are the
whole request inside the process (middleware, queries, template), the median of several, on the
machine it runs on.
"""

import os
import statistics
import time

from dev.pytest_services import TEST_KEY, Servers

ROUNDS = 15
ITEMS = 2_000


def pages():
    """Return [(persona, path)]: what each role opens most."""
    from agenda.models import Item
    from meetings.models import Meeting
    from reports.models import ProgressReport

    item = Item.objects.filter(horizon="now").order_by("rank").first()
    open_meeting = Meeting.objects.open_now().first()
    closed_meeting = Meeting.objects.latest_closed()
    report = ProgressReport.objects.filter(status="published").first()
    rows = [
        ("chef", "/"),
        ("ledningsstod", "/"),
        ("chef", "/agenda/"),
        ("chef", "/agenda/?q=digital&sort=titel"),
        ("chef", "/agenda/?vy=tavla"),
        ("chef", f"/agenda/{item.pk}/"),
        ("chef", "/atgarder/"),
        ("chef", "/atgarder/1/"),
        ("chef", "/principer/"),
        ("chef", "/plattform/"),
        ("chef", "/beslut/"),
        ("chef", "/moten/"),
        ("chef", "/sok/?q=digitalisering"),
        ("ledningsstod", "/uppfoljning/"),
        ("ledningsstod", "/uppfoljning/utskick/"),
        ("chef", "/rapporter/"),
    ]
    if open_meeting:
        rows.append(("slg", f"/moten/{open_meeting.pk}/"))
    if closed_meeting:
        rows.append(("chef", f"/moten/{closed_meeting.pk}/"))
    if report:
        rows.append(("chef", f"/rapporter/{report.pk}/"))
    return rows


def grow(total):
    """Add items until there are `total`, spread over areas, states and the later horizons."""
    from django.utils import timezone

    from agenda.models import FocusArea, Horizon, Item, Status

    areas = list(FocusArea.objects.all())
    later = Item.objects.filter(horizon=Horizon.LATER).count()
    items = []
    for number in range(total - Item.objects.count()):
        is_ranked = number % 2 == 0
        later += is_ranked
        items.append(
            Item(
                title=f"Punkt {number} om digital utveckling",
                why="För att mäta hur sidorna bär en stor agenda.",
                need="Mätning",
                focus_area=areas[number % len(areas)],
                status=[Status.PROPOSED, Status.PREPARING, Status.IN_PROGRESS][number % 3],
                horizon=Horizon.LATER if is_ranked else None,
                rank=later if is_ranked else None,
                created_at=timezone.now(),
            )
        )
    Item.objects.bulk_create(items, batch_size=500)


def measure(client, path):
    """Return (status, queries, median milliseconds, kilobytes) of one page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)  # the first one compiles the template
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    number = len(queries)  # before the next request empties the log
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - start)
    return (
        response.status_code,
        number,
        statistics.median(times) * 1000,
        len(response.content) / 1024,
    )


def table(title):
    from django.test import Client

    from accounts.models import Person

    print(f"\n{title}\n{'page':<44}{'as':<14}{'status':>6}{'queries':>9}{'ms':>8}{'kB':>7}")
    clients = {}
    for persona, path in pages():
        if persona not in clients:
            clients[persona] = Client(HTTP_HOST="127.0.0.1")
            clients[persona].force_login(
                Person.objects.get(username=persona),
                backend="django.contrib.auth.backends.ModelBackend",
            )
        status, queries, ms, size = measure(clients[persona], path)
        print(f"{path:<44}{persona:<14}{status:>6}{queries:>9}{ms:>8.1f}{size:>7.0f}")


def main():
    servers = Servers()
    try:
        servers.start_all()
        run()
    finally:
        servers.stop_all()


def run():
    """Fill a database of its own twice and measure each time."""
    os.environ.setdefault("SECRET_KEY", TEST_KEY)
    os.environ["DEMO"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    call_command("load_content", verbosity=0)
    call_command("load_demo", verbosity=0)
    table("The demo's agenda")
    grow(ITEMS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    table(f"{ITEMS} items")
    connection.close()


if __name__ == "__main__":
    main()
