"""Everything that can be set, with its default. Each key stands, commented, in config/vms.toml; a test holds the two equal.

Read once, by the command line; every part receives its own slice.
"""

from pathlib import Path
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from alerts.outages.settings import OutageSettings
from detectors.providers import Provider
from detectors.settings import DetectorSettings
from streams.condition_settings import ConditionSettings
from streams.onvif.settings import OnvifSettings
from streams.settings import IngestSettings, RecordingSettings
from vms.access.settings import AccessSettings
from vms.cameras.settings import CameraSettings
from vms.cluster.settings import WorkerSettings
from vms.errors import SettingsInvalid
from vms.exports.settings import ExportSettings
from vms.masked.wish import MaskedSettings
from vms.places import models_folder
from vms.playback.settings import PlaybackSettings
from vms.retention.settings import RetentionSettings


class ServerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class AnalysisSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: threads that run models at the same time; 0 is one for each core that this process may use
    workers: int = Field(default=0, ge=0)
    #: cores that one run of a model may take
    threads_per_model: int = Field(default=1, ge=1)
    #: what computes the networks, in order of preference; the CPU where none of them starts
    providers: tuple[Provider, ...] = Field(default=("cpu",), min_length=1)
    #: names of the networks that count persons and that give poses; empty is the shipped one, or the only one
    person_model: str = ""
    pose_model: str = ""
    #: share of the threads' time that analysis may take; see detectors/budget.py
    budget_share: float = Field(default=0.9, gt=0, le=1)
    #: seconds after which a camera has a frame analysed however little of the budget is left
    at_least_every_s: float = Field(default=1.0, gt=0)
    #: seconds after its arrival at which a frame is skipped unless it is the newest
    max_lag_s: float = Field(default=0.5, gt=0)


class JournalSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: events kept on disk while the database is away, with their pictures; 150 to 300 kB each
    capacity: int = Field(default=10_000, ge=1)


class LogSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal["text", "json"] = "text"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="VMS_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )
    #: set by `load`, read by pydantic-settings while it builds
    toml: ClassVar[Path | None] = None

    #: folder of everything that is kept: embedded database, recordings, journal, key
    data: Path = Path("data")
    #: postgresql://user:password@host:5432/name; empty is the embedded server
    database: SecretStr = SecretStr("")
    #: folder of the networks with their manifests; empty is what the program ships
    models: str = ""
    #: of the place, as the IANA names it: hours of rules are meant in it
    time_zone: str = "Asia/Shanghai"
    server: ServerSettings = ServerSettings()
    worker: WorkerSettings = WorkerSettings()
    cameras: CameraSettings = CameraSettings()
    ingest: IngestSettings = IngestSettings()
    recording: RecordingSettings = RecordingSettings()
    retention: RetentionSettings = RetentionSettings()
    access: AccessSettings = AccessSettings()
    export: ExportSettings = ExportSettings()
    playback: PlaybackSettings = PlaybackSettings()
    onvif: OnvifSettings = OnvifSettings()
    condition: ConditionSettings = ConditionSettings()
    detectors: DetectorSettings = DetectorSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    journal: JournalSettings = JournalSettings()
    outages: OutageSettings = OutageSettings()
    masked: MaskedSettings = MaskedSettings()
    log: LogSettings = LogSettings()

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"there is no time zone {name!r}") from error
        return name

    @property
    def models_folder(self) -> Path:
        return Path(self.models) if self.models else models_folder()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was asked for on the command line, then the environment (VMS_…), then the file."""
        sources = [init_settings, env_settings]
        if cls.toml is not None:
            sources.append(TomlConfigSettingsSource(settings_cls, cls.toml))
        return tuple(sources)


def load_settings(file: Path | None = None, **asked: object) -> Settings:
    """Read the settings; what is None in `asked` was not asked for. Raises: SettingsInvalid."""
    if file is not None and not file.is_file():
        raise SettingsInvalid(reason=f"there is no file {file}")
    Settings.toml = file
    try:
        return Settings(**{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise SettingsInvalid(reason=faults) from error
    except ValueError as error:  # a file that is no TOML
        raise SettingsInvalid(reason=f"{file}: {error}") from error
    finally:
        Settings.toml = None
