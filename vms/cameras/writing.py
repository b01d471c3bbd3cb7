"""A camera's configuration written with its streams, its secrets and its version, in one place for all who write one.

The caller has locked the registry and checked what is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from detectors import store as zone_store
from runtime.database import Connection
from runtime.vault import SecretUnreadable, Vault
from streams.camera import CameraId, ProfileName
from streams.store import put_profile
from vms.cameras import store
from vms.cameras.configuration import Configuration, changes
from vms.cameras.stored_camera import StoredCamera, StoredSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The account of a stream as somebody gives it; what is None stays as it is stored."""

    username: str | None = None
    #: "" takes the password away
    password: str | None = None

    def __repr__(self) -> str:
        return "Credentials(…)"


async def add(
    connection: Connection,
    vault: Vault,
    configuration: Configuration,
    credentials: Mapping[ProfileName, Credentials],
    *,
    author: str,
) -> CameraId:
    """Write a new camera."""
    secrets = settle_secrets(vault, configuration, {}, credentials)
    configuration = replace(configuration, username=secrets["main"].username)
    camera_id = await store.add_camera(connection, configuration)
    await _put_profiles(connection, camera_id, configuration, secrets)
    await put_zones(connection, {camera_id: configuration})
    changed = {**changes(None, configuration), **secret_changes({}, secrets)}
    await store.add_version(connection, camera_id=camera_id, version=1, author=author, changes=changed)
    return camera_id


async def change(
    connection: Connection,
    vault: Vault,
    before: StoredCamera,
    after: Configuration,
    credentials: Mapping[ProfileName, Credentials],
    *,
    author: str,
) -> int:
    """Write what changed; the version from then on, which is the old one where nothing did."""
    secrets = settle_secrets(vault, after, before.secrets, credentials)
    after = replace(after, username=secrets["main"].username)
    changed = {
        **changes(before.configuration, after),
        **secret_changes(before.secrets, secrets),
    }
    if not changed:
        return before.version
    version = before.version + 1
    await store.put_camera(connection, before.id, after, version)
    await _put_profiles(connection, before.id, after, secrets)
    if "zones" in changed:
        await put_zones(connection, {before.id: after})
    await store.add_version(connection, camera_id=before.id, version=version, author=author, changes=changed)
    return version


async def put_zones(connection: Connection, cameras: Mapping[CameraId, Configuration]) -> None:
    """These zones and no others. One that goes stays in the database, for the alerts and events that speak of it."""
    zones = {camera_id: configuration.zones for camera_id, configuration in cameras.items()}
    await zone_store.remove_other_zones(connection, zones)
    await zone_store.put_zones(connection, zones)


def settle_secrets(
    vault: Vault,
    after: Configuration,
    before: Mapping[ProfileName, StoredSecret],
    credentials: Mapping[ProfileName, Credentials],
) -> dict[ProfileName, StoredSecret]:
    """The account of each stream from then on. A password that is the stored one keeps its token; a stream that is new
    begins with the account of the main one."""
    names: tuple[ProfileName, ...] = ("main",) if after.sub_url is None else ("main", "sub")
    settled: dict[ProfileName, StoredSecret] = {}
    tokens: dict[tuple[bytes | None, str | None], bytes | None] = {}
    for name in names:
        given = credentials.get(name, Credentials())
        stored = before.get(name) or settled.get("main", StoredSecret(username="", token=None))
        key = (stored.token, given.password)
        if key not in tokens:  # streams of one camera mostly share their password
            tokens[key] = _token(vault, stored.token, given.password)
        username = stored.username if given.username is None else given.username
        settled[name] = StoredSecret(username=username, token=tokens[key])
        tokens[settled[name].token, given.password] = settled[name].token
    return settled


def _token(vault: Vault, stored: bytes | None, password: str | None) -> bytes | None:
    if password is None or password == _clear(vault, stored):
        return stored
    return vault.encrypt(password) if password else None


def _clear(vault: Vault, token: bytes | None) -> str | None:
    """None where it cannot be read: then whatever is given is new."""
    if token is None:
        return ""
    try:
        return vault.decrypt(token)
    except SecretUnreadable:
        return None


def secret_changes(
    before: Mapping[ProfileName, StoredSecret], after: Mapping[ProfileName, StoredSecret]
) -> dict[str, object]:
    """Never what a password is or was: only whether there is one."""
    nothing = StoredSecret(username="", token=None)
    changed: dict[str, object] = {}
    for name in ("main", "sub"):
        old, new = before.get(name, nothing), after.get(name, nothing)
        if old.token != new.token:
            changed[f"{name}_password"] = [old.token is not None, new.token is not None]
        if name == "sub" and old.username != new.username:
            changed["sub_username"] = [old.username, new.username]
    return changed


async def _put_profiles(
    connection: Connection,
    camera_id: CameraId,
    configuration: Configuration,
    secrets: Mapping[ProfileName, StoredSecret],
) -> None:
    urls: dict[ProfileName, str | None] = {"main": configuration.main_url, "sub": configuration.sub_url}
    for name, url in urls.items():
        if url is None:
            await store.delete_profile(connection, camera_id, name)
            continue
        await put_profile(
            connection,
            camera_id=camera_id,
            name=name,
            url=url,
            username=secrets[name].username,
            password=secrets[name].token,
            recorded=configuration.records(name),
            analysed=configuration.analyses(name),
        )
