"""Is the server ready: database, models, ingest, analysis, recording, each with its reason when it is not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from alerts import store
from detectors.analyser import AnalysisStats
from detectors.event import ModelFact
from detectors.providers import ProviderUse
from runtime.database import Database, DatabaseUnavailable
from runtime.errors import Language
from streams.health import StreamHealth
from streams.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    ok: bool
    detail_en: str
    detail_zh: str


class Health:
    """Reads what others know; keeps nothing itself."""

    def __init__(
        self,
        *,
        database: Database,
        models: tuple[ModelFact, ...],
        uses: tuple[ProviderUse, ...],
        streams: Callable[[], Mapping[tuple[int, str], StreamHealth]],
        analyses: Callable[[], Mapping[int, AnalysisStats]],
        recorders: Callable[[], Mapping[tuple[int, str], Recorder]],
        failed_cameras: Callable[[], int],
    ) -> None:
        self._database = database
        self._models = models
        self._uses = uses
        self._streams = streams
        self._analyses = analyses
        self._recorders = recorders
        self._failed_cameras = failed_cameras

    def fps(self) -> dict[tuple[int, str], float | None]:
        """Frames a second seen on each stream that is live, by camera id and profile."""
        return {key: health.fps for key, health in self._streams().items() if health.state == "live"}

    async def checks(self) -> list[Check]:
        return [
            await self._database_check(),
            self._models_check(),
            self._ingest_check(),
            self._analysis_check(),
            self._recording_check(),
        ]

    async def _database_check(self) -> Check:
        try:
            async with self._database.connection() as connection:
                await store.ping(connection)
        except DatabaseUnavailable as error:
            return Check(
                name="database", ok=False, detail_en=error.message("en"), detail_zh=error.message("zh")
            )
        return Check(name="database", ok=True, detail_en="answers", detail_zh="正常")

    def _models_check(self) -> Check:
        """Always ok: they were loaded, or we would not run. On what, and why not on what was asked for, is said."""
        details: dict[Language, str] = {}
        for language in get_args(Language):
            files = [f"{model.name} {model.sha256[:12]}" for model in self._models]
            details[language] = "; ".join(files + [use.message(language) for use in self._uses])
        return Check(name="models", ok=True, detail_en=details["en"], detail_zh=details["zh"])

    def _ingest_check(self) -> Check:
        """A dead camera does not make a server unready; a camera that met a bug of ours does."""
        states = [health.state for health in self._streams().values()]
        live, failed = states.count("live"), self._failed_cameras()
        return Check(
            name="ingest",
            ok=failed == 0,
            detail_en=f"{live} of {len(states)} streams live, {failed} cameras failed",
            detail_zh=f"{len(states)} 路视频中 {live} 路在线，{failed} 台摄像机故障",
        )

    def _analysis_check(self) -> Check:
        """Always ok: what is not analysed is counted, and a machine with too little time still looks at everybody."""
        stats = list(self._analyses().values())
        skips = {cause: sum(each.skipped[cause] for each in stats) for cause in AnalysisStats().skipped}
        frames = sum(each.frames for each in stats)
        return Check(
            name="analysis",
            ok=True,
            detail_en=(
                "{frames} frames analysed; not analysed: {late} late, {budget} for want of time, {corrupt} corrupt,"
                " {queue} packets lost in queues, {asleep} packets of still scenes"
            ).format(frames=frames, **skips),
            detail_zh=(
                "已分析 {frames} 帧；未分析：{late} 帧过迟，{budget} 帧因算力不足，{corrupt} 帧损坏，"
                "{queue} 个数据包因排队丢失，{asleep} 个数据包属于静止画面"
            ).format(frames=frames, **skips),
        )

    def _recording_check(self) -> Check:
        errors = [recorder.error for recorder in self._recorders().values() if recorder.error is not None]
        if errors:
            return Check(
                name="recording",
                ok=False,
                detail_en=errors[0].message("en"),
                detail_zh=errors[0].message("zh"),
            )
        return Check(name="recording", ok=True, detail_en="is written", detail_zh="正常")
