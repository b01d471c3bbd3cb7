"""What people do about alerts, as lines of the audit."""

from alerts.alert import Alert, Verb
from runtime.database import Connection
from vms.audit.audit import write
from vms.audit.entry import AuditEntry


async def audit_alert(connection: Connection, verb: Verb, alert: Alert, author: str, room_id: int) -> None:
    """Last in the transaction of the verb."""
    await write(
        connection,
        AuditEntry(
            author=author,
            act=f"alert.{verb}",
            target=f"alert {alert.id}",
            camera_ids=[alert.camera_id],
            detail={"room": room_id},
        ),
    )
