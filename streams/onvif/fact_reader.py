"""The facts of one device, read part by part: what a part refuses to say is a warning, and the rest is read all the same."""

from collections.abc import Awaitable
from dataclasses import fields
from typing import Final, TypeVar

from streams.onvif.errors import (
    NotAnOnvifDevice,
    OnvifFault,
    OnvifUnreadable,
    OnvifUnsupported,
    OnvifWarning,
    PartMissing,
    TooManyProfiles,
)
from streams.onvif.facts import DeclaredProfile, MediaProfile, Service, ServiceName
from streams.onvif.media import DIALECT1, DIALECT2, MediaDialect, profiles_of
from streams.onvif.soap import DEVICE, Request, values_of
from streams.onvif.soap_client import SoapClient
from streams.onvif.xml import text_of

T = TypeVar("T")

#: what one part of a device may do without making the whole of it useless; a refused account is never among it
_OF_A_PART: Final = (OnvifFault, OnvifUnsupported, OnvifUnreadable, NotAnOnvifDevice)
_LONGEST: Final = 200


class FactReader:
    def __init__(self, client: SoapClient, services: tuple[Service, ...]) -> None:
        self._client = client
        self._urls = {service.name: service.url for service in services}
        self.warnings: list[OnvifWarning] = []

    async def about(self) -> dict[str, str]:
        """make, model, firmware, serial and hardware, as far as it says them. Raises: OnvifError."""
        return await self._part("GetDeviceInformation", self._ask_about(), {})

    async def _ask_about(self) -> dict[str, str]:
        answer = await self._client.call(
            self._urls["device"], Request(operation="GetDeviceInformation", namespace=DEVICE)
        )
        names = {
            "make": "Manufacturer",
            "model": "Model",
            "firmware": "FirmwareVersion",
            "serial": "SerialNumber",
            "hardware": "HardwareId",
        }
        found = values_of(answer, names)
        return {key: "".join(filter(str.isprintable, text[:_LONGEST])) for key, text in found.items()}

    async def profiles(self) -> tuple[MediaProfile, ...]:
        """With their addresses. Raises: OnvifError."""
        url, dialect, declared = await self._declared()
        return tuple([await self._profile(url, dialect, each) for each in declared])

    async def declared(self) -> list[DeclaredProfile]:
        """Without their addresses. Raises: OnvifError."""
        return (await self._declared())[2]

    async def _declared(self) -> tuple[str, MediaDialect, list[DeclaredProfile]]:
        """From media2 where there is one, for H.265 occurs only there; else, or if it fails, from media1."""
        dialects: tuple[tuple[ServiceName, MediaDialect], ...] = (("media2", DIALECT2), ("media1", DIALECT1))
        nothing: list[DeclaredProfile] = []
        most = self._client.settings.most_profiles
        for name, dialect in dialects:
            url = self._urls.get(name)
            if url is None:
                continue
            declared = await self._part(f"{name} GetProfiles", self._ask_declared(url, dialect), nothing)
            if len(declared) > most:
                self.warnings.append(
                    TooManyProfiles(address=self._client.own.address, found=len(declared), most=most)
                )
            if declared:
                return url, dialect, declared[:most]
        return "", DIALECT1, nothing

    async def _ask_declared(self, url: str, dialect: MediaDialect) -> list[DeclaredProfile]:
        return profiles_of(await self._client.call(url, dialect.profiles))

    async def _profile(self, url: str, dialect: MediaDialect, declared: DeclaredProfile) -> MediaProfile:
        own, token = self._client.own, declared.token
        what = f"StreamUri {token}"
        uri = await self._part(what, self._ask_uri(url, dialect.stream_uri(token)), "")
        stream_url, warning = own.stream_url(uri, what) if uri else (None, None)
        what = f"SnapshotUri {token}"
        snapshot_uri = await self._part(
            what, self._ask_uri(url, dialect.snapshot_uri(token)), "", quietly=True
        )
        snapshot_url, other = own.http_url(snapshot_uri, what) if snapshot_uri else (None, None)
        self.warnings += [each for each in (warning, other) if each is not None]
        values = {each.name: getattr(declared, each.name) for each in fields(declared)}
        return MediaProfile(**values, stream_url=stream_url, snapshot_url=snapshot_url)

    async def _ask_uri(self, url: str, request: Request) -> str:
        return text_of(await self._client.call(url, request), "Uri")

    async def _part(self, what: str, asked: Awaitable[T], otherwise: T, *, quietly: bool = False) -> T:
        """What was asked for, or `otherwise` and a warning where the device refuses just this."""
        try:
            return await asked
        except _OF_A_PART as error:
            if not (quietly and isinstance(error, OnvifUnsupported)):
                reason = str(error.context.get("reason") or error.context.get("what") or error.code)
                self.warnings.append(PartMissing(address=self._client.own.address, what=what, reason=reason))
            return otherwise
