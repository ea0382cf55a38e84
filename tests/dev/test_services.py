"""The embedded servers: where their sockets are, and what an old data folder is told."""

import stat
import tempfile
from pathlib import Path

import pytest

from dev import services


def test_sockets_lie_in_a_private_folder_of_the_checkout():
    with tempfile.TemporaryDirectory() as checkout:  # tmp_path may be long
        folder = services.socket_folder(Path(checkout) / ".local")

        assert folder == Path(checkout) / ".local" / "run"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_long_path_gets_a_short_folder_for_its_sockets(tmp_path):
    local = tmp_path / "a-folder-with-å-long-name" / ("x" * 120) / ".local"

    folder = services.socket_folder(local)

    try:
        assert len(str(folder / ".s.PGSQL.5432.lock")) <= services.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder == services.socket_folder(local)
        assert folder != services.socket_folder(local.parent / "other")
    finally:
        folder.rmdir()
        services.socket_folder(local.parent / "other").rmdir()


def test_data_of_another_postgresql_is_told_and_left_as_it_is(tmp_path):
    data = tmp_path / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")

    with pytest.raises(services.CannotStart, match=r"(?s)written by PostgreSQL 12.*mv "):
        services.init_postgres(data)

    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_only_the_servers_of_tests_may_forget(tmp_path):
    durable = " ".join(services.postgres_command(tmp_path, tmp_path))
    forgetful = " ".join(services.postgres_command(tmp_path, tmp_path, durable=False))

    assert "fsync" not in durable
    assert "fsync=off" in forgetful
    redis = " ".join(services.redis_command(tmp_path / "redis", tmp_path))
    assert "--appendonly yes" in redis
    assert "--maxmemory-policy noeviction" in redis


def test_lock_files_of_a_dead_server_are_cleared_and_others_processes_left_alone(tmp_path):
    data, sockets = tmp_path / "pg", tmp_path / "run"
    data.mkdir()
    sockets.mkdir()
    (data / "postmaster.pid").write_text("1\n")  # a number that is somebody else's
    (sockets / ".s.PGSQL.5432.lock").write_text("1\n")

    services.clear_postgres(data, sockets)

    assert not list(data.iterdir()) + list(sockets.iterdir())
