"""What this machine has and lacks for this program: each finding in words, with what to do."""

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from detectors.check import run_once
from detectors.decoding import Task
from detectors.errors import DetectorError
from detectors.manifest import find_manifest, manifests_in
from detectors.models import load_models
from detectors.providers import lacks_of
from runtime.clock import Clock
from runtime.cores import usable_cores
from runtime.database import Database
from runtime.errors import VmsError
from runtime.postgres import embedded_postgres
from streams.codecs import decodable
from vms.data_folder import open_data_folder
from vms.settings import Settings

Verdict = Literal["ok", "warning", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    name: str
    verdict: Verdict
    en: str
    zh: str


async def examine(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Look at everything that a server needs here; nothing is changed but an empty data folder made."""
    return [
        _python(),
        _cores(),
        _disk(settings.data),
        *_codecs(),
        *_models(settings.models_folder),
        *_chosen(settings),
        *_providers(settings),
        await _postgres(settings, clock),
    ]


def _python() -> Finding:
    version = platform.python_version()
    return Finding(name="python", verdict="ok", en=version, zh=version)


def _cores() -> Finding:
    cores = usable_cores()
    return Finding(
        name="cores",
        verdict="ok" if cores >= 2 else "warning",
        en=f"{cores} cores" + ("" if cores >= 2 else ": two or more are wanted for analysis"),
        zh=f"{cores} 核" + ("" if cores >= 2 else "：建议至少两核用于分析"),
    )


def _disk(data: Path) -> Finding:
    try:
        folder = open_data_folder(data)
    except VmsError as error:
        return Finding(name="disk", verdict="missing", en=error.message("en"), zh=error.message("zh"))
    free_gb = shutil.disk_usage(folder.path).free / 1e9
    # A camera of 4 Mbit/s writes 43 GB a day.
    days = free_gb / 43.2
    return Finding(
        name="disk",
        verdict="ok" if free_gb >= 50 else "warning",
        en=f"{free_gb:.0f} GB free in {folder.path}: about {days:.1f} camera-days at 4 Mbit/s",
        zh=f"{folder.path} 剩余 {free_gb:.0f} GB：按 4 Mbit/s 约 {days:.1f} 路·天",
    )


def _codecs() -> list[Finding]:
    return [
        Finding(
            name=codec,
            verdict="ok" if found else "missing",
            en="can be decoded" if found else "cannot be decoded: reinstall with make clean install",
            zh="可解码" if found else "不可解码：请执行 make clean install 重新安装",
        )
        for codec, found in decodable(("h264", "hevc")).items()
    ]


def _models(folder: Path) -> list[Finding]:
    try:
        manifests = manifests_in(folder)
    except DetectorError as error:
        return [Finding(name="models", verdict="missing", en=error.message("en"), zh=error.message("zh"))]
    findings = []
    for manifest in manifests:
        try:
            took_ms = run_once(folder, manifest)
        except DetectorError as error:
            findings.append(
                Finding(name=manifest.name, verdict="missing", en=error.message("en"), zh=error.message("zh"))
            )
        else:
            findings.append(
                Finding(
                    name=manifest.name,
                    verdict="ok",
                    en=f"runs in {took_ms:.0f} ms on one core",
                    zh=f"单核 {took_ms:.0f} 毫秒",
                )
            )
    return findings


def _chosen(settings: Settings) -> list[Finding]:
    """Nothing where the settings name networks that there are."""
    findings = []
    wanted: dict[Task, str] = {
        "person": settings.analysis.person_model,
        "pose": settings.analysis.pose_model,
    }
    for task, name in wanted.items():
        try:
            find_manifest(settings.models_folder, task, name)
        except DetectorError as error:
            findings.append(
                Finding(
                    name=f"{task}_model", verdict="missing", en=error.message("en"), zh=error.message("zh")
                )
            )
    return findings


def _providers(settings: Settings) -> list[Finding]:
    """What runs the chosen networks; nothing where they cannot be loaded, of which others tell."""
    analysis = settings.analysis
    try:
        models = load_models(
            settings.models_folder,
            providers=analysis.providers,
            person=analysis.person_model,
            pose=analysis.pose_model,
        )
    except DetectorError:
        return []
    return [
        Finding(
            name="providers",
            verdict="warning" if lacks_of(models.uses) else "ok",
            en="; ".join(use.message("en") for use in models.uses),
            zh="；".join(use.message("zh") for use in models.uses),
        )
    ]


async def _postgres(settings: Settings, clock: Clock) -> Finding:
    url = settings.database.get_secret_value()
    try:
        if url:
            return await _ask(url)
        async with embedded_postgres(open_data_folder(settings.data).postgres, clock=clock) as embedded:
            return await _ask(embedded)
    except VmsError as error:
        return Finding(name="postgres", verdict="missing", en=error.message("en"), zh=error.message("zh"))


async def _ask(url: str) -> Finding:
    database = Database(url)
    try:
        await database.open()
        async with database.connection() as connection:
            version = connection.get_server_version()
    finally:
        await database.close()
    text = f"PostgreSQL {version.major}.{version.minor}"
    return Finding(name="postgres", verdict="ok", en=f"{text} answers", zh=f"{text} 正常")
