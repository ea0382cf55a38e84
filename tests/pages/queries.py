from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(client, path):
    """Return how many times the page asks the database, once everything is warm.

    The savepoints are the test's own: it runs in a transaction already.
    """
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)
