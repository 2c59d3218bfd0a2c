"""What the entries of commands are called on the screen, for sentences that name one."""

from __future__ import annotations

from agentdesk.desk.texts import mark, tr

_OTHER = mark("One of the entries")
_NAMES = {
    "acts": mark("What is done"),
    "after": mark("How much later"),
    "answer": mark("The answer"),
    "answers": mark("Answers"),
    "budget": mark("Nobody is interrupted more often in an hour than"),
    "channel": mark("Channel"),
    "channels": mark("Channels"),
    "clauses": mark("Conditions"),
    "color": mark("Colour"),
    "columns": mark("Columns"),
    "customer_email": mark("E-mail"),
    "customer_name": mark("Name"),
    "days": mark("Days"),
    "details": mark("Details"),
    "device": mark("Device"),
    "domains": mark("Domains"),
    "doubt": mark("What is still open"),
    "email": mark("E-mail"),
    "equals": mark("Value"),
    "evidence": mark("Evidence"),
    "fields": mark("Fields"),
    "greeting": mark("Greeting"),
    "hours": mark("Working hours"),
    "key": mark("Short name"),
    "language": mark("Language"),
    "languages": mark("Languages"),
    "messages": mark("Messages"),
    "minutes": mark("Minutes"),
    "name": mark("Name"),
    "nodes": mark("Teams in the picture"),
    "note": mark("Note"),
    "number": mark("Number"),
    "options": mark("Choices"),
    "origins": mark("Web addresses"),
    "person": mark("Person"),
    "questions": mark("Questions"),
    "reason": mark("Reason"),
    "region": mark("Region"),
    "rules": mark("Rules"),
    "skills": mark("Skills"),
    "space": mark("Space"),
    "subject": mark("Subject"),
    "tag": mark("Tag"),
    "tags": mark("Tags"),
    "teams": mark("Teams"),
    "text": mark("Text"),
    "texts": mark("Texts"),
    "tier": mark("Tier"),
    "title": mark("Title"),
    "units": mark("How much at a time"),
    "value": mark("Value"),
    "values": mark("Value"),
    "ways": mark("Ways"),
    "windows": mark("Working hours"),
    "wording": mark("Wording"),
    "words": mark("Your words"),
    "zone": mark("Time zone"),
}


def entry_name(field: str) -> str:
    """The word for a field of a command, in the reader's language."""
    return tr(_NAMES.get(field, _OTHER))
