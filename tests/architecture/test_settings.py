"""config/vms.toml shows every key with its default, and nothing else."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from vms.errors import SettingsInvalid
from vms.settings import Settings, load_settings

SHOWN = Path("config/vms.toml")


def defaults(model: BaseModel) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            shown[name] = defaults(value)
        elif isinstance(value, SecretStr):
            shown[name] = value.get_secret_value()
        else:
            shown[name] = (
                str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
            )
    return shown


def test_the_shown_settings_are_the_defaults() -> None:
    assert tomllib.loads(SHOWN.read_text("utf-8")) == defaults(Settings())


def test_the_shown_file_can_be_given_as_it_is() -> None:
    assert load_settings(SHOWN) == Settings()


def test_the_command_line_beats_the_environment_and_that_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "vms.toml"
    file.write_text('data = "from file"\n[server]\nport = 1\n[recording]\nsegment_s = 7\n')
    monkeypatch.setenv("VMS_SERVER__PORT", "2")
    settings = load_settings(file, data=Path("asked"))
    assert (settings.data, settings.server.port, settings.recording.segment_s) == (Path("asked"), 2, 7.0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nport = 99999\n", "server.port"),
        ("[server]\nprot = 1\n", "server.prot"),
        ("colour = 1\n", "colour"),
        ("data = \n", "vms.toml"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "vms.toml"
    file.write_text(text)
    with pytest.raises(SettingsInvalid, match=named):
        load_settings(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="there is no file"):
        load_settings(tmp_path / "none.toml")
