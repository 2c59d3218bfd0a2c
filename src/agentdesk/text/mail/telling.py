"""A mail as one JSON object, as `agentdesk inspect mail` prints it: the door that integrations rely on."""

from __future__ import annotations

from typing import Any

from .records import Mail, Remark
from .remarks import sentence


def told(mail: Mail, file: str = "") -> dict[str, Any]:
    """All that is read of a mail, without storing it. `date` is in UTC milliseconds, ids are without brackets."""
    bounce = mail.bounces[0] if mail.bounces else None
    return {
        "file": file,
        "from": mail.sender.address,
        "from_name": mail.sender.name,
        "to": [person.address for person in mail.to if person.address],
        "cc": [person.address for person in mail.cc if person.address],
        "subject": mail.subject,
        "date": mail.date,
        "text": mail.text,
        "html_safe": mail.html,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else "",
        "references": list(mail.references),
        "auto_submitted": mail.auto_submitted,
        "bounce": {"status": bounce.status, "recipient": bounce.recipient, "kind": bounce.kind} if bounce else None,
        "attachments": [{"name": a.name, "type": a.media_type, "size": len(a.content)} for a in mail.attachments],
        "unreadable": [
            {"type": u.media_type, "why": sentence(Remark(u.why)), "size": len(u.raw)} for u in mail.unreadable
        ],
        "warnings": [sentence(remark) for remark in mail.remarks],
    }
