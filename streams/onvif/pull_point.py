"""A subscription on one device to its own events: made, pulled from, renewed and ended. Who keeps it up is events.py."""

from datetime import timedelta
from typing import Final
from xml.etree.ElementTree import Element, tostring

from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifUnreadable
from streams.onvif.soap import EVENTS, NOTIFICATION, Request, element
from streams.onvif.topics import DeviceEvent, events_of, time_of
from streams.onvif.xml import descendant, text_of

_PORT_TYPE: Final = f"{EVENTS}/PullPointSubscription"
_EVENT_PORT: Final = f"{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest"
#: of WS-BaseNotification
_MANAGER: Final = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"
#: bytes of what a device wants to see again with each question
_MOST_REFERENCE: Final = 4096
#: seconds that a subscription lasts at least, whatever the device says
_LEAST_S: Final = 2.0


class PullPoint:
    def __init__(self, device: OnvifDevice, url: str, reference: str, lasts_s: float) -> None:
        self._device = device
        self._url = url
        self._reference = reference
        #: seconds from now or from the last renewal, as far as the device grants them
        self.lasts_s = lasts_s

    @classmethod
    async def subscribe(cls, device: OnvifDevice) -> "PullPoint":
        """Raises: OnvifUnsupported, OnvifError."""
        wanted_s = device.settings.subscription_s
        request = Request(
            operation="CreatePullPointSubscription",
            namespace=EVENTS,
            body=element("InitialTerminationTime", f"PT{wanted_s:g}S"),
            action=_EVENT_PORT,
        )
        answer = await device.call("events", request)
        given = descendant(answer, "SubscriptionReference")
        uri = text_of(given, "Address") if given is not None else ""
        url = device.own_url(uri, "SubscriptionReference") if uri else None
        if given is None or url is None:
            raise OnvifUnreadable(address=device.address, reason="it names no subscription")
        return cls(device, url, _reference(device, given), _lasts_s(answer, wanted_s))

    async def pull(self) -> list[DeviceEvent | None]:
        """What has happened, at once; or what happens within `pull_s` seconds. None is what is not looked at.

        Raises: OnvifError.
        """
        settings = self._device.settings
        # A device that grants little is asked more often, or the subscription would run out while it is asked.
        held_s = min(settings.pull_s, self.lasts_s / 2)
        body = element("Timeout", f"PT{held_s:g}S") + element("MessageLimit", settings.most_events)
        answer = await self._ask("PullMessages", EVENTS, body, f"{_PORT_TYPE}/PullMessagesRequest", held_s)
        return list(events_of(answer))[: settings.most_events]

    async def renew(self) -> None:
        """Raises: OnvifError."""
        wanted_s = self._device.settings.subscription_s
        body = element("TerminationTime", f"PT{wanted_s:g}S")
        answer = await self._ask("Renew", NOTIFICATION, body, f"{_MANAGER}/RenewRequest")
        self.lasts_s = _lasts_s(answer, wanted_s)

    async def unsubscribe(self) -> None:
        """Raises: OnvifError."""
        await self._ask("Unsubscribe", NOTIFICATION, "", f"{_MANAGER}/UnsubscribeRequest")

    async def _ask(
        self, operation: str, namespace: str, body: str, action: str, held_s: float = 0.0
    ) -> Element:
        request = Request(
            operation=operation, namespace=namespace, body=body, action=action, reference=self._reference
        )
        return await self._device.call_at(self._url, request, held_s=held_s)


def _reference(device: OnvifDevice, given: Element) -> str:
    """What the device wants in the header of each question, as it stands. Raises: OnvifUnreadable."""
    parameters = descendant(given, "ReferenceParameters")
    text = (
        "".join(tostring(each, encoding="unicode") for each in parameters) if parameters is not None else ""
    )
    if len(text) > _MOST_REFERENCE:
        raise OnvifUnreadable(address=device.address, reason="its subscription's name is too long")
    return text


def _lasts_s(answer: Element, wanted_s: float) -> float:
    """By the device's own clock, and never longer than was asked for."""
    now, until = time_of(text_of(answer, "CurrentTime")), time_of(text_of(answer, "TerminationTime"))
    if now is None or until is None:
        return wanted_s
    return min(wanted_s, max(_LEAST_S, (until - now) / timedelta(seconds=1)))
