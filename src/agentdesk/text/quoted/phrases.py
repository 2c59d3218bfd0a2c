"""How programs begin what they quote and end what they sign, in the languages that they write."""

from __future__ import annotations

import re

_WROTE = (
    *(
        r"\bwrote\s*:?",
        r"\bschrieb\b.{0,200}:",
        r"\ba écrit\s*:",
        r"\bescribió\s*:",
        r"\bha scritto\s*:",
        r"\bescreveu\s*:",
    ),
    *(
        r"\bschreef\b.{0,200}:",
        r"\bnapisał(?:\(a\)|a)?\s*:",
        r"\bskrev\b.{0,200}:",
        r"\bkirjoitti\s*:",
        r"\bnapsala?\s*:",
    ),
    *(r"\bпише\s*:", r"\bпишет\s*:", r"\bнаписала?\s*:", r"yazdı\s*:", r"写道\s*[:：]", r"寫道\s*[:：]", r"\bírta\s*:"),
)
WROTE = re.compile("(?:" + "|".join(_WROTE) + r")\s*(?:-{2,})?$", re.IGNORECASE)
"""The end of "On … Ann wrote:"."""
STARTS = re.compile(
    r"^\W{0,6}(?:on|am|le|el|il|in data|em|op|den|dnia|w dniu|\d|[^\W\d]{2,10}[.,]{0,2} (?:den )?\d)(?:\b|(?<=\d))",
    re.IGNORECASE,
)
"""Its beginning, where it goes over several lines."""
DATED = re.compile(
    r"(?<!\d)\d{4}(?!\d)|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}\b|[^\W\d]{3,}\.? \d{1,2}\b|\b\d{1,2}\.? [^\W\d]{3,}"
)
"""Something like a date or a time of day."""
ORIGINAL = re.compile(
    r"^\W{0,3}[-_*=]{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|message d['’]origine|message original|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|oprindelig (?:besked|meddelelse)|ursprungligt meddelande|opprinnelig melding"
    r"|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|orijinal (?:mesaj|ileti)"
    r"|eredeti üzenet|on .{5,200} wrote)\s*[-_*=]{2,}\s*$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^\W{0,3}-{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht)|^begin forwarded message:",
    re.IGNORECASE,
)
FROM = re.compile(
    r"^\W{0,6}(?:from|von|de|da|van|fra|från|od|от|lähettäjä|feladó|kimden|message du)\s*[:：]\*?\s*\S", re.IGNORECASE
)
FIELD = re.compile(
    r"^\W{0,6}(?:from|de|sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|objet|à|a|copie à|sujet"
    r"|enviado(?: el)?|fecha|para|asunto|assunto|data|inviato|oggetto|verzonden|aan|onderwerp|sendt|dato|til|emne"
    r"|skickat|till|ämne|wysłano|do|temat|отправлено|дата|кому|тема|odesláno|komu|předmět|lähetetty|vastaanottaja|aihe)\s*[:：]",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"^\W{0,6}(?:subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема|předmět|aihe|tárgy|konu)"
    r"\s*[:：]",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*(?:_{8,}|-{3,}|={4,})\s*$")
QUOTED = re.compile(r"^[ \t]{0,3}>(?!:$)")
MARK = re.compile(r"^(?:--[ \t]*|[—–]+|_{2,})$")
"""What stands above a signature. Of these only "-- " is agreed upon (RFC 3676, 4.3)."""
DEVICE = re.compile(
    r"^\W{0,3}(?:sent|gesendet|envoyé|enviado|inviato|verzonden|sendt|skickat|wysłane|отправлено|lähetetty)\s"
    r"(?:from|with|via|using|von|mit|aus|depuis|à partir d[eu]|de|desde|con|do|da|dal|vanaf|van|met|fra|från|z|ze"
    r"|с|из)\s"
    r"(?:my|meinem|meiner|mon|mi|meu|il mio|mio|mijn|min|mojego|моего|outlook|yahoo|gmail|proton|typeapp|samsung|mail"
    r"|the all-new)\b[^.!?;]{0,60}(?:<https?://[^<>\s]{1,300}>)?$"
    r"|^\W{0,3}von meine[mr] [\w -]{2,40} gesendet$"
    r"|^\W{0,3}get outlook for \w{2,20}(?:\s*<[^<>\s]{1,300}>)?$",
    re.IGNORECASE,
)
