"""The two pages of a package for people: a viewer that needs no network, and how to verify it."""

import html
from collections.abc import Mapping
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
       color: #1b1f24; background: #fff; }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #14171a; } }
video { width: 100%; max-height: 60vh; background: #000; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; border-bottom: 1px solid #8884; }
code { word-break: break-all; font-size: .85em; }
h2 { margin-top: 2.5rem; }
"""
_CAUSES = {
    "deleted_retention": ("deleted: kept for as long as it had to be", "保存期满已删除"),
    "deleted_full_disk": ("deleted: the disk was full", "磁盘已满被删除"),
    "lost": ("the file is lost", "文件丢失"),
    "not_scheduled": ("was not to be recorded", "未安排录像"),
    "disk": ("the disk refused", "磁盘拒绝写入"),
    "camera_offline": ("the camera could not be reached", "摄像机离线"),
    "recording_now": ("is being recorded", "正在录制"),
    "not_recorded": ("the stream was seen and could not be recorded", "有画面但未能录制"),
    "server_down": ("nobody watched the camera", "系统未运行"),
}


def cause_words(cause: str) -> tuple[str, str]:
    """English and Chinese."""
    return _CAUSES.get(cause, (cause, cause))


def viewer_page(manifest: Mapping[str, Any]) -> str:
    """One page, nothing from outside: the clips, what is missing, on what authority it was handed out."""
    access, asked = manifest.get("access", {}), manifest["asked"]
    rows = [
        ("录像时间 · asked for", f"{asked['start_at']} – {asked['end_at']}"),
        ("导出时间 · made", str(manifest["made_at"])),
        *((f"{zh} · {name}", str(access.get(name, ""))) for name, zh in _ACCESS.items() if access.get(name)),
        ("软件 · software", str(manifest.get("software", ""))),
    ]
    cameras = "".join(_camera(camera) for camera in manifest["cameras"])
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>录像证据 · Evidence</title><style>{_STYLE}</style><h1>录像证据 · Evidence</h1>"
        f"<table>{''.join(_row(*row) for row in rows)}</table>{cameras}"
        "<h2>核验 · Verifying</h2><p>本页仅供查看，不能证明内容未被改动。核验方法见 VERIFY.txt。<br>"
        "This page shows; it proves nothing. VERIFY.txt says how the package is verified.</p></html>"
    )


_ACCESS = {
    "id": "查阅登记",
    "person": "查阅人",
    "organisation": "单位",
    "reason": "事由",
    "request_type": "类型",
    "document_number": "文书编号",
    "case_number": "案件编号",
}


def _row(name: str, value: str) -> str:
    return f"<tr><th>{html.escape(name)}<td>{html.escape(value)}"


def _camera(camera: Mapping[str, Any]) -> str:
    facts = camera["facts"]
    title = " · ".join(str(facts[name]) for name in ("name", "unit", "place", "code") if facts.get(name))
    clips = "".join(
        f"<h3>{html.escape(clip['begins_at'])} – {html.escape(clip['ends_at'])}</h3>"
        f'<video controls preload="metadata" src="{html.escape(clip["file"])}"></video>'
        f"<p><code>{html.escape(clip['file'])}</code></p>"
        for clip in camera["clips"]
    )
    clips += "".join(
        f"<h3>遮挡副本 · Masked copy, derived · {html.escape(each['begins_at'])} – {html.escape(each['ends_at'])}</h3>"
        f'<video controls preload="metadata" src="{html.escape(each["file"])}"></video>'
        f"<p><code>{html.escape(each['file'])}</code></p>"
        "<p>公开前必须人工审看：漏检的人员未被模糊。 A person must look at it before release: whom the network misses is not blurred.</p>"
        for each in camera["derived"]
    )
    gaps = "".join(
        _row(f"{gap['start_at']} – {gap['end_at']}", " · ".join(reversed(cause_words(gap["cause"]))))
        for gap in camera["gaps"]
    )
    altered = [each for each in camera["segments"] if each["altered_to"]]
    warning = (
        f"<p><strong>⚠ {len(altered)} 个录像文件在导出前已被改动 · files had been altered before this was made</strong></p>"
        if altered
        else ""
    )
    missing = f"<h3>缺失 · Missing</h3><table>{gaps}</table>" if gaps else ""
    return f"<h2>{html.escape(title)}</h2>{warning}{clips or '<p>没有录像 · no recording</p>'}{missing}"


def verify_page(manifest: Mapping[str, Any]) -> str:
    """Plain text: with our program, and by hand."""
    return f"""录像证据包 · Package of evidence ({manifest["format"]})

核验（无需服务器和网络）：
    vms evidence verify 本文件.zip --key 密钥标识
密钥标识请从出具单位另行取得，不要只相信包内的 key.pem。

Verify it, without the server and without a network:
    vms evidence verify THIS.zip --key KEY_ID
Get the key's id from whoever handed this out by another way: key.pem in the package proves nothing by itself.

By hand · 手工核验
1. seal.sig is an Ed25519 signature (RFC 8032) of the bytes of seal.json with the key in key.pem.
2. seal.json has the SHA-256 of each part of manifest.json: of the canonical JSON {{"":PART}} (sorted keys, no spaces, UTF-8).
3. manifest.json has bytes and SHA-256 of every other file: sha256sum FILE.
4. cameras[].segments[] are the recorded files that the clips were cut from. "statement" was chained when the file was closed:
   link = SHA-256(previous_link, statement). Its media_sha256 is the SHA-256 of the fragments' hashes in their order.
   "derived" are masked copies: not original, re-encoded; each names the SHA-256 of the clip and of the files it was made from.
5. A fragment's hash is the SHA-256 of its video samples in decoding order, as they lie in the clip, edit list ignored.
"""
