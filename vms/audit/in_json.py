"""Lines of the audit and what was found of their chain, as programs are told of them."""

import json

from streams.segment import iso
from vms.audit.entry import AuditLine
from vms.audit.verification import Verification


def line_as_json(line: AuditLine) -> dict[str, object]:
    said = json.loads(line.statement)
    return {
        "seq": line.seq,
        "at": iso(line.at),
        "author": line.author,
        "act": line.act,
        "target": line.target,
        "cameras": list(line.camera_ids),
        "units": list(line.unit_ids),
        "case": line.case_number,
        "detail": said.get("detail", {}),
        "link": line.link.hex(),
    }


def verification_as_json(found: Verification) -> dict[str, object]:
    return {
        "sound": found.sound,
        "lines": found.lines,
        "count": found.count,
        "faults": [
            {"wrong": fault.wrong, "seq": fault.seq, "message": {"en": fault.en, "zh": fault.zh}}
            for fault in found.faults
        ],
    }
