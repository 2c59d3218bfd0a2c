"""What is asked about one case, and by the jobs that keep its clocks."""

from __future__ import annotations

from ..kernel import Question, eq, gt, lt
from .records import Attachment, Case, Conversation, Message

MESSAGES = Question("message.of_case", Message, (eq("case", ":case"),), ("-seq",))
MESSAGES_AFTER = Question("message.after", Message, (eq("case", ":case"), gt("seq", ":seq")), ("seq",))
MESSAGE_AT = Question("message.at", Message, (eq("case", ":case"), eq("seq", ":seq")), ())
CONVERSATIONS = Question("conversation.of_case", Conversation, (eq("case", ":case"),), ("-opened_at",))
VISITOR_CONVERSATIONS = Question("conversation.of_visitor", Conversation, (eq("visitor", ":visitor"),), ("-opened_at",))
SITE_CONVERSATIONS = Question("conversation.of_site", Conversation, (eq("site", ":site"),), ("-opened_at",))
ATTACHMENTS = Question("attachment.of_case", Attachment, (eq("case", ":case"),), ())
BY_DIGEST = Question("attachment.by_digest", Attachment, (eq("digest", ":digest"),), ())
CUSTOMER_CASES = Question("case.of_customer", Case, (eq("customer", ":customer"),), ("-updated_at",))
DUE_SNOOZED = Question(
    "case.due_snoozed",
    Case,
    (eq("status", "snoozed"), eq("home", ""), lt("snoozed_until", ":now")),
    ("snoozed_until",),
)
DUE_HELD = Question("message.due_held", Message, (eq("state", "held"), lt("hold_until", ":now")), ("hold_until",))
