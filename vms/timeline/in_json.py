"""A timeline as programs are told of it."""

from collections.abc import Mapping
from typing import Final

from streams.segment import iso
from vms.timeline.reading import CameraTimeline
from vms.timeline.timeline import Cause, Gap

#: why there is nothing, in English and Chinese
CAUSES: Final[Mapping[Cause, tuple[str, str]]] = {
    "deleted_retention": ("deleted when its time was over", "到期删除"),
    "deleted_full_disk": ("deleted because the disk was full", "磁盘已满删除"),
    "lost": ("lost: the file is gone", "文件丢失"),
    "not_scheduled": ("not to be recorded then", "未安排录像"),
    "disk": ("the disk refused", "磁盘拒绝写入"),
    "camera_offline": ("the camera sent nothing", "摄像机离线"),
    "recording_now": ("being written now", "正在录制"),
    "not_recorded": ("seen, but not recorded", "可见但未录制"),
    "server_down": ("nobody watched the camera", "服务未运行，无人监看"),
}


def gap_as_json(gap: Gap) -> dict[str, object]:
    return {
        "start_at": iso(gap.start_at),
        "end_at": iso(gap.end_at),
        "cause": gap.cause,
        "detail": list(gap.detail),
    }


def timeline_as_json(timeline: CameraTimeline, *, files: bool = False) -> dict[str, object]:
    """`files`: with each file, and not only the stretches that they make."""
    return {
        "camera_id": timeline.camera_id,
        "profile": timeline.profile,
        "start_at": iso(timeline.start_at),
        "end_at": iso(timeline.end_at),
        "stretches": [
            {
                "start_at": iso(each.start_at),
                "end_at": iso(each.end_at),
                "run": str(each.run_id),
                "segments": each.segments,
                "bytes": each.bytes,
            }
            for each in timeline.stretches
        ],
        "gaps": [gap_as_json(gap) for gap in timeline.gaps],
        "alerts": [
            {
                "id": alert.id,
                "kind": alert.kind,
                "severity": alert.severity,
                "state": alert.state,
                "raised_at": iso(alert.raised_at),
                "last_event_at": iso(alert.last_event_at),
                "ended_at": None if alert.ended_at is None else iso(alert.ended_at),
            }
            for alert in timeline.alerts
        ],
        "holds": [
            {
                "id": hold.id,
                "start_at": iso(hold.start_at),
                "end_at": iso(hold.end_at),
                "reason": hold.reason,
                "owner": hold.owner,
            }
            for hold in timeline.holds
        ],
        "files": [
            {
                "start_at": iso(each.start_at),
                "end_at": iso(each.end_at),
                "run": str(each.run_id),
                "bytes": each.bytes,
            }
            for each in timeline.segments
        ]
        if files
        else None,
    }
