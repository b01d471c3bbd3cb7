"""Everything about recordings as evidence that stands on the database, built once for the server and for the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from detectors.detector import PersonDetector
from detectors.models import load_models
from runtime.clock import Clock
from runtime.database import Database
from runtime.vault import Vault
from streams.segment import Segment
from vms.access.register import AccessRegister
from vms.audit.audit import Audit
from vms.audit.verification import Verification
from vms.exports.exports import Exports
from vms.exports.masking import Masker
from vms.holds.holds import Holds
from vms.masked.playback import MaskedFragments
from vms.playback.files import RecordedFiles
from vms.playback.playbacks import Playbacks
from vms.playback.strips import Strips
from vms.settings import Settings
from vms.signing.keys import SigningKeys
from vms.timeline.reading import Timelines


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    audit: Audit
    register: AccessRegister
    signing: SigningKeys
    timelines: Timelines
    holds: Holds
    exports: Exports
    playbacks: Playbacks
    strips: Strips

    async def verify(self) -> Verification:
        """The audit's chain, and the register beside it. Raises: DatabaseUnavailable."""
        return (await self.audit.verify()).with_more(await self.register.verify())


def load_person(settings: Settings) -> PersonDetector:
    """The network that counts persons. Raises: DetectorError."""
    analysis = settings.analysis
    return load_models(
        settings.models_folder,
        threads=analysis.threads_per_model,
        providers=analysis.providers,
        person=analysis.person_model,
        pose=analysis.pose_model,
    ).person


def evidence_desk(
    settings: Settings, *, database: Database, vault: Vault, data: Path, clock: Clock
) -> EvidenceDesk:
    """`data`: the data folder, below which recordings and exports lie."""
    recordings = data / settings.recording.folder

    def path_of(segment: Segment) -> Path:
        return recordings / segment.path

    return build_desk(
        settings, database=database, vault=vault, exports=data / "exports", path_of=path_of, clock=clock
    )


def build_desk(
    settings: Settings,
    *,
    database: Database,
    vault: Vault,
    exports: Path,
    path_of: Callable[[Segment], Path],
    clock: Clock,
) -> EvidenceDesk:
    """`exports`: the folder of what is handed out; `path_of`: where a recorded file lies."""
    register = AccessRegister(database=database, clock=clock, settings=settings.access)
    signing = SigningKeys(database=database, vault=vault, clock=clock)
    timelines = Timelines(database=database, clock=clock)
    files = RecordedFiles(path_of, most_indexes=settings.playback.most_indexes)
    return EvidenceDesk(
        audit=Audit(database=database, clock=clock),
        register=register,
        signing=signing,
        timelines=timelines,
        holds=Holds(database=database, clock=clock),
        exports=Exports(
            database=database,
            register=register,
            timelines=timelines,
            signing=signing,
            settings=settings.export,
            folder=exports,
            path_of=path_of,
            software=f"vms {version('vms')}",
            clock=clock,
            masker=Masker(load=lambda: load_person(settings), settings=settings.masked),
        ),
        playbacks=Playbacks(
            database=database,
            register=register,
            timelines=timelines,
            files=files,
            settings=settings.playback,
            clock=clock,
            masked=MaskedFragments(settings.masked),
        ),
        strips=Strips(
            database=database, register=register, files=files, most=settings.playback.most_thumbnails
        ),
    )
