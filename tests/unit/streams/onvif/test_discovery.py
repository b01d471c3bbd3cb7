"""Answers to "who is there", believed and not; and over real UDP on the loopback."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from streams.errors import InterfaceUnusable
from streams.onvif import discovery
from streams.onvif.discovery import Answers, Discovery, Found, Ignored, discover
from tests.fakes.clock import ManualClock
from tests.fakes.discoverable import ENDPOINT, probe_match, responding
from tests.fakes.wait import until

ID = "6f1d0c1e-0000-4000-8000-000000000001"
SENDER = "10.0.3.17"
URL = f"http://{SENDER}/onvif/device_service"


def heard(
    *answers: bytes, sender: str = SENDER, is_allowed: Callable[[str], bool] = lambda _: True
) -> Discovery:
    collected = Answers([ID], is_allowed=is_allowed)
    for answer in answers:
        collected.add(answer, sender)
    return collected.result()


def match(**changes: object) -> bytes:
    return probe_match(**{"relates_to": f"urn:uuid:{ID}", "urls": URL, **changes})  # type: ignore[arg-type]


def test_a_device_says_its_name_hardware_location_and_profiles() -> None:
    scopes = (
        "onvif://www.onvif.org/Profile/Streaming ONVIF://WWW.ONVIF.ORG/profile/T onvif://www.onvif.org/name/%E4%B8%9C%E5%8F%A3 "
        "onvif://www.onvif.org/location/country/china onvif://www.onvif.org/location/city/wuhan "
        "onvif://www.onvif.org/hardware/IPC-1 odm:name:other http://example.com/name/x"
    )
    assert heard(match(scopes=scopes)) == Discovery(
        devices=(
            Found(
                endpoint=ENDPOINT,
                address=SENDER,
                urls=(URL,),
                name="东口",
                hardware="IPC-1",
                location="country/china city/wuhan",
                profiles=("Streaming", "T"),
            ),
        ),
        ignored={},
    )


def test_one_device_that_answers_often_and_from_several_addresses_is_one() -> None:
    collected = Answers([ID])
    collected.add(match(), SENDER)
    collected.add(match(), SENDER)
    collected.add(match(urls="http://10.0.4.17/onvif/device_service"), "10.0.4.17")
    (device,) = collected.result().devices
    assert (device.address, device.urls) == (SENDER, (URL, "http://10.0.4.17/onvif/device_service"))


def test_devices_without_an_endpoint_are_told_apart_by_their_addresses_and_stand_in_their_order() -> None:
    collected = Answers([ID])
    for address in ("10.0.3.100", "10.0.3.20", "10.0.3.20"):
        collected.add(match(endpoint="", urls=f"http://{address}:8000/x"), address)
    assert [device.address for device in collected.result().devices] == ["10.0.3.20", "10.0.3.100"]


@pytest.mark.parametrize("relates_to", [ID, f"uuid:{ID}", f"urn:uuid:{ID.upper()}"])
def test_firmware_may_write_our_question_as_it_likes(relates_to: str) -> None:
    assert len(heard(match(relates_to=relates_to)).devices) == 1


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"", "no_xml"),
        (b"M-SEARCH * HTTP/1.1\r\n", "no_xml"),
        (b"\x00" * 100, "no_xml"),
        (BOMB, "declares_entities"),
        (match(scopes="x" * 20_000), "too_large"),
        (b"<a/>", "not_an_answer"),
        (match(relates_to="urn:uuid:6f1d0c1e-0000-4000-8000-000000000002"), "not_an_answer"),
        (match(relates_to=""), "not_an_answer"),
        (match(matches=0), "not_an_answer"),
        (match(urls=""), "foreign_address"),
        (match(urls="http://10.0.3.18/onvif/device_service"), "foreign_address"),
        (match(urls="http://169.254.169.254/latest/meta-data"), "foreign_address"),
        (match(urls=f"http://{SENDER}@127.0.0.1/x"), "foreign_address"),
        (match(urls=f"http://a:b@{SENDER}/x"), "foreign_address"),
        (match(urls=f"file://{SENDER}/etc/passwd"), "foreign_address"),
        (match(urls=f"http://{SENDER}:99999/x http://[::1 /onvif/device_service"), "foreign_address"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_passed_over_and_counted(answer: bytes, cause: Ignored) -> None:
    assert heard(answer) == Discovery(devices=(), ignored={cause: 1})


def test_of_several_addresses_only_the_senders_own_are_kept() -> None:
    answer = match(urls=f"http://192.168.1.1/x http://127.0.0.1/x {URL} https://{SENDER}/x")
    (device,) = heard(answer).devices
    assert device.urls == (URL, f"https://{SENDER}/x")


def test_devices_outside_the_networks_are_counted_and_not_listed() -> None:
    found = heard(match(), is_allowed=lambda host: host != SENDER)
    assert found == Discovery(devices=(), ignored={"outside_networks": 1})


def test_a_flood_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_MOST_DEVICES", 3)
    monkeypatch.setattr(discovery, "_MOST_ANSWERS", 6)
    found = heard(*(match(endpoint=f"urn:uuid:{number}") for number in range(10)))
    assert (len(found.devices), found.ignored) == (3, {"too_many": 7})


def test_what_a_terminal_would_obey_is_taken_out() -> None:
    (device,) = heard(match(scopes="onvif://www.onvif.org/name/%1B%5B2Jeast%0A" + "x" * 300)).devices
    assert device.name.startswith("[2Jeast")
    assert (len(device.name), device.name.isprintable()) == (100, True)


async def test_devices_answer_over_udp_on_the_chosen_interface() -> None:
    clock, seen = ManualClock(), list[Found]()
    answers = (probe_match, lambda _id: b"nonsense", lambda _id: probe_match("urn:uuid:stale"))
    async with responding(*answers) as (group, questions):
        asking = asyncio.ensure_future(
            discover(seconds=4, interface="127.0.0.1", on_found=seen.append, clock=clock, group=group)
        )
        await until(lambda: bool(seen) and clock.sleepers == 1 and len(questions) == 2)
        await clock.advance(2)
        await until(lambda: len(questions) == 4)
        # one more round trip, so that what answers the second round is there
        await until(lambda: clock.sleepers == 1)
        await clock.advance(2)
        found = await asking
    (device,) = found.devices
    assert (device.name, device.hardware, device.address) == ("East Gate", "DS-2CD", "127.0.0.1")
    assert seen == [device]
    assert found.ignored["no_xml"] >= 2
    assert found.ignored["not_an_answer"] >= 2
    assert len({ET.fromstring(question).findtext(".//{*}Types") for question in questions}) == 2


@pytest.mark.parametrize("interface", ["lo", None])
async def test_an_interface_is_given_by_its_name_or_all_are_asked(
    interface: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "interfaces", lambda: ["lo"])
    clock = ManualClock()
    async with responding() as (group, questions):
        asking = asyncio.ensure_future(discover(seconds=1, interface=interface, clock=clock, group=group))
        await until(lambda: len(questions) == 2)
        await clock.advance(1)
        assert await asking == Discovery(devices=(), ignored={})


@pytest.mark.parametrize("interface", ["eth99", "10.255.255.254", "", "a\x00b", "::1"])
async def test_an_interface_that_cannot_be_used_is_refused_with_those_that_there_are(interface: str) -> None:
    with pytest.raises(InterfaceUnusable) as refused:
        await discover(seconds=1, interface=interface, clock=ManualClock())
    assert "lo" in str(refused.value.context["known"])
