"""A new key for the passwords: whoever dies at any step leaves a house that reads everything, and the next run ends it."""

import re
from pathlib import Path
from typing import Any

import pytest

from runtime.database import Database
from runtime.vault import Vault, VaultUnwritable
from tests.fakes.clock import ManualClock
from vms.cameras import key_rotation
from vms.cameras.configuration import Configuration
from vms.cameras.draft import CameraDraft
from vms.cameras.registry import Registry
from vms.cameras.units.unit import Tree


class Died(Exception):
    pass


async def house(database: Database, path: Path) -> Registry:
    """Two cameras, three passwords, read by a process that began before any rotation."""
    registry = Registry(database=database, vault=Vault.open(path))
    await registry.register(
        CameraDraft(
            name="东口", url="rtsp://admin:eins@10.0.0.5/main", sub_url="rtsp://viewer:zwei@10.0.0.5/sub"
        ),
        probe=False,
    )
    await registry.register(CameraDraft(name="西口", url="rtsp://admin:drei@10.0.0.6/main"), probe=False)
    return registry


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def clear(registry: Registry) -> list[str]:
    watches = await registry.watches(on_unreadable=lambda *_: pytest.fail("unreadable"))
    return [profile.password for watch in watches for profile in watch.camera.profiles]


async def tokens(database: Database) -> list[bytes]:
    async with database.connection() as connection:
        rows = await connection.fetch("select password from stream_profile order by camera_id, name")
    return [row["password"] for row in rows]


ALL = ["eins", "zwei", "drei"]


async def test_every_password_is_under_the_new_key_and_the_old_key_reads_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    await house(database, path)
    old_file, before = path.read_bytes(), await tokens(database)
    rotator = Registry(database=database, vault=Vault.open(path))
    done = await rotator.key_rotation.rotate()
    assert (done.renewed, done.unreadable, done.resumed) == (3, 0, False)
    assert not set(before) & set(await tokens(database))
    assert len(path.read_bytes().splitlines()) == 1 and path.read_bytes() != old_file
    assert path.stat().st_mode & 0o777 == 0o600 and names_in(tmp_path) == ["key"]
    assert await clear(Registry(database=database, vault=Vault.open(path))) == ALL
    path.write_bytes(old_file)
    unread: list[int] = []
    stale = Registry(database=database, vault=Vault.open(path))
    assert await stale.watches(on_unreadable=lambda camera, *_: unread.append(camera)) == []
    assert set(unread) == {1, 2}


async def test_a_running_server_takes_the_new_key_and_writes_with_it(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    running = await house(database, path)
    await Registry(database=database, vault=Vault.open(path)).key_rotation.rotate()
    assert await clear(running) == ALL

    def same(before: Configuration, _tree: Tree) -> Configuration:
        return before

    camera_id = await running.editor.find("西口")
    await running.editor.change(camera_id, same, author="李", password="vier")
    assert await clear(Registry(database=database, vault=Vault.open(path))) == ["eins", "zwei", "vier"]
    # The same password again is still seen to be the same.
    assert await running.editor.change(camera_id, same, author="李", password="vier") == 2


STEPS = {
    "before the new key is on disk": (Vault, "add_key", False),
    "when the new key is on disk": (Vault, "add_key", True),
    "before the passwords are read": (key_rotation, "passwords", False),
    "before they are written": (key_rotation, "renew_passwords", False),
    "when they are written and not committed": (key_rotation, "renew_passwords", True),
    "when all is committed": (Vault, "drop_old_keys", False),
    "at the very end": (Vault, "drop_old_keys", True),
}


async def test_a_rotation_that_dies_at_any_step_loses_nothing_and_is_ended_by_the_next(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    running = await house(database, path)
    for step, (owner, name, after) in STEPS.items():
        original: Any = getattr(owner, name)

        def die(*arguments: Any, original: Any = original, after: bool = after) -> Any:
            if after and original.__name__ in ("add_key", "drop_old_keys"):
                original(*arguments)
            raise Died

        async def die_later(*arguments: Any, original: Any = original, after: bool = after) -> Any:
            if after:
                await original(*arguments)
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, die if owner is Vault else die_later)
            with pytest.raises(Died):
                await Registry(database=database, vault=Vault.open(path)).key_rotation.rotate()
        fresh = Registry(database=database, vault=Vault.open(path))
        assert await clear(fresh) == await clear(running) == ALL, step
        keys_left = len(Vault.open(path).keys)
        done = await fresh.key_rotation.rotate()
        assert done.resumed == (keys_left == 2) and done.renewed == 3, step
        assert len(Vault.open(path).keys) == 1
        assert await clear(Registry(database=database, vault=Vault.open(path))) == ALL, step


async def test_what_no_key_reads_is_left_alone_and_counted(database: Database, tmp_path: Path) -> None:
    await house(database, tmp_path / "lost")
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    before = await tokens(database)
    done = await registry.key_rotation.rotate()
    assert (done.renewed, done.unreadable) == (0, 3)
    assert await tokens(database) == before


async def test_a_key_file_that_cannot_be_written_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    running = await house(database, path)
    before = path.read_bytes(), await tokens(database)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(VaultUnwritable, match="No space left"):
        await running.key_rotation.rotate()
    assert (path.read_bytes(), await tokens(database)) == before
    assert names_in(tmp_path) == ["key"]


async def test_every_secret_of_the_database_is_one_that_is_rotated(database: Database) -> None:
    """Another column of bytes is a picture, a hash or a public key, or must be rotated too."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """
            select table_name || '.' || column_name as name from information_schema.columns
            where table_schema = 'public' and data_type = 'bytea'
            """
        )
    public = re.compile(r".*(link|sha256|public_key|jpeg|signature)$")
    secret = {row["name"] for row in rows if not public.fullmatch(row["name"])}
    assert secret == {"stream_profile.password", "signing_key.secret"}


async def test_a_key_has_an_id_and_an_age_and_never_itself(tmp_path: Path) -> None:
    clock = ManualClock()
    path = tmp_path / "key"
    vault = Vault.open(path, clock=clock)
    await clock.advance(86_400 * 40)
    vault.add_key()
    first, second = vault.keys
    assert first.made_at is not None and second.made_at is not None
    assert (first.made_at - second.made_at).days == 40
    assert len({first.id, second.id}) == 2 and first.id.encode() not in path.read_bytes()
    for line in path.read_bytes().split():
        assert line.decode() not in repr(vault.keys) + repr(vars(vault)["_keys"])
    # A file without moments, as somebody may have made by hand.
    path.write_bytes(path.read_bytes().split()[0])
    assert Vault.open(path).keys[0].made_at is None
