"""The commands about zones, hours, filing and keys, as a person and a program use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from runtime.errors import VmsError
from vms.cli import app


@pytest.fixture
def vms(tmp_path: Path, database_url: str):  # type: ignore[no-untyped-def]
    def run(*arguments: str, given: str | None = None) -> Result:
        where = ["--data", str(tmp_path / "data")]
        if arguments[:2] != ("keys", "show"):
            where += ["--database", database_url]
        return CliRunner().invoke(app, [*arguments, *where], input=given)

    return run


def test_zones_hours_and_masks_from_the_command_line(vms, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    added = vms(
        "cameras", "add", "东口", "rtsp://10.0.0.5/main", "--sub-url", "rtsp://10.0.0.5/sub", "--no-probe",
        "--crowd-zone", "0,0.3 1,0.3 1,1 0,1", "--fact", "hours=过密 7:00-22:00", "--fact", "录像码流=主子码流",
    )  # fmt: skip
    assert added.exit_code == 0, added.exception
    printed = vms("cameras", "zones", "东口", "--json").output
    (zone,) = json.loads(printed)["zones"]
    assert (zone["crowd_limit"], zone["hours"]) == (8, None)

    file = tmp_path / "zones.json"
    file.write_text(printed.replace('"hours": null', '"hours": "周末 9:00-23:00"'), "utf-8")
    done = vms("cameras", "zones", "东口", "--set", str(file), "--author", "李", "--version", "1")
    assert done.exit_code == 0, done.exception
    assert "sat sun 09:00-23:00" in done.output and "0,0.3" in done.output
    stale = vms("cameras", "zones", "东口", "--set", str(file), "--version", "1")
    assert isinstance(stale.exception, VmsError) and stale.exception.code == "version_stale"

    masked = vms("cameras", "set", "东口", "masks=0,0 0.3,0 0.3,0.2", "analysed=main", "hours=none")
    assert masked.exit_code == 0, masked.exception
    shown = json.loads(vms("cameras", "show", "东口", "--json").output)["camera"]
    assert (shown["recorded"], shown["analysed"], shown["hours"]) == ("both", "main", {})
    assert shown["masks"] == [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]]
    assert [version["author"] for version in shown["versions"]][:2][-1] == "李"
    assert "0,0 0.3,0 0.3,0.2" in vms("cameras", "show", "东口").output
    assert "No zones" in vms("cameras", "zones", "东口", "--set", "-", given="[]").output
    for text, code in (("{", "zones_unreadable"), ('[{"name": "x", "polygon": []}]', "zone_too_few_points")):
        file.write_text(text)
        bad = vms("cameras", "zones", "东口", "--set", str(file))
        assert isinstance(bad.exception, VmsError) and bad.exception.code == code
    missing = vms("cameras", "zones", "东口", "--set", str(tmp_path / "none"))
    assert isinstance(missing.exception, VmsError) and missing.exception.code == "zone_file_unreadable"


def test_keys_are_shown_by_their_ids_and_rotated(vms, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "No key yet" in vms("keys", "show").output
    vms("cameras", "add", "东口", "rtsp://10.0.0.5/main", "-u", "admin", "-p", "geheim", "--no-probe")
    key = tmp_path / "data" / "secret.key"
    (line,) = vms("keys", "show", "--json").output.splitlines()
    before = json.loads(line)["key"]
    assert before["encrypts"] and before["days"] == 0
    done = vms("keys", "rotate", "--json")
    assert done.exit_code == 0, done.exception
    rotated = json.loads(done.output)["rotated"]
    assert (rotated["renewed"], rotated["unreadable"], rotated["resumed"]) == (1, 0, False)
    assert rotated["key"]["id"] != before["id"]
    assert rotated["key"]["id"] in vms("keys", "show").output
    assert "under the new key" in vms("keys", "rotate").output
    # A rotation that was not finished.
    key.write_bytes(key.read_bytes() * 2)
    assert "was not finished" in vms("keys", "show").output
    assert key.read_bytes().split()[0].decode() not in vms("keys", "show").output
