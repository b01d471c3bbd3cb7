"""What the audit says of an access and of each use of it: everything that the register has."""

from streams.segment import iso
from vms.access.access import Access, AccessUse
from vms.audit.entry import AuditEntry


def requested_entry(access: Access) -> AuditEntry:
    return AuditEntry(
        author=access.person,
        act="access.request",
        target=f"access {access.id}",
        camera_ids=access.camera_ids,
        case=access.case_number,
        detail={
            "organisation": access.organisation,
            "reason": access.reason,
            "request_type": access.request_type,
            "document_number": access.document_number,
            "unmasked": access.unmasked,
            "start_at": iso(access.start_at),
            "end_at": iso(access.end_at),
            "expires_at": iso(access.expires_at),
        },
    )


def used_entry(access: Access, use: AccessUse) -> AuditEntry:
    return AuditEntry(
        author=access.person,
        act=f"recording.{use.act}",
        target=f"access {access.id}",
        camera_ids=use.camera_ids,
        case=access.case_number,
        detail={"start_at": iso(use.start_at), "end_at": iso(use.end_at)},
    )


def ended_entry(access: Access, author: str) -> AuditEntry:
    return AuditEntry(
        author=author,
        act="access.end",
        target=f"access {access.id}",
        camera_ids=access.camera_ids,
        case=access.case_number,
    )
