"""Mails as the programs of the world write them: Outlook and its winmail.dat, Apple, Gmail, phones, web forms."""

from __future__ import annotations

from collections.abc import Iterator

from .making import Case, attachment, b64, joined, mail, multi, nested, part, qp, typed

TNEF = b"\x78\x9f\x3e\x22\x00\x00\x01\x06\x90\x08\x00"


def _outlook() -> Iterator[Case]:
    winmail = part("application/ms-tnef; name=winmail.dat", b64(TNEF), encoding="base64")
    file = attachment("winmail.dat", "application/ms-tnef", len(TNEF))
    raw = multi([part(body="See attached."), winmail])
    yield Case("winmail", raw, {"text": "See attached.", "attachments": [file], "why": ["winmail"]})
    raw = typed("application/ms-tnef; name=winmail.dat", b64(TNEF), "base64")
    yield Case("winmail-alone", raw, {"text": "", "attachments": [file], "why": ["winmail"]})
    named = part("application/octet-stream; name=winmail.dat", b64(TNEF), encoding="base64")
    file = attachment("winmail.dat", "application/octet-stream", len(TNEF))
    yield Case("winmail-by-name", multi([part(), named]), {"attachments": [file], "why": ["winmail"]})
    word = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0}</style>'
        "<!--[if gte mso 9]><xml><o:x/></xml><![endif]--></head><body lang=EN-US><div class=WordSection1>"
        "<p class=MsoNormal>Hello there,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal>it works.<o:p></o:p></p></div></body></html>"
    )
    raw = typed("text/html; charset=us-ascii", word)
    yield Case("outlook-html", raw, {"text": "Hello there,\n\nit works.", "without": ["MsoNormal {", "o:p", "<style"]})
    reply = (
        "Works now, thanks!\r\n\r\nFrom: Desk <desk@shop.example>\r\nSent: Monday, April 2, 2012 6:22 PM\r\n"
        "To: Ann\r\nSubject: Hello\r\n\r\nTry again please.\r\n"
    )
    yield Case("outlook-reply", mail(reply), {"visible": "Works now, thanks!"})
    line = "_" * 32
    sent = "Von: Desk\r\nGesendet: Montag, 2. April 2012 18:22\r\nAn: Ann\r\nBetreff: Hallo"
    german = f"Danke!\r\n\r\n{line}\r\n{sent}\r\n\r\nText\r\n"
    yield Case("outlook-reply-de", typed("text/plain; charset=utf-8", german), {"visible": "Danke!"})
    encrypted = part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b64("x"), encoding="base64")
    file = attachment("smime.p7m", "application/pkcs7-mime", 1)
    yield Case("smime", multi([encrypted]), {"text": "", "attachments": [file], "why": ["encrypted"]})
    pgp = [part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream; name=e.asc", "-----BEGIN")]
    yield Case("pgp-mime", multi(pgp, "encrypted"), {"text": "", "why": ["encrypted"]})
    invite = part("text/calendar; charset=utf-8; method=REQUEST", "BEGIN:VCALENDAR")
    file = attachment("attachment.ics", "text/calendar", 15)
    raw = multi([part(), part("text/html", "<p>Hello</p>"), invite], "alternative")
    yield Case("meeting", raw, {"text": "Hello", "attachments": [file], "html_safe": "<p>Hello</p>"})


def _apple() -> Iterator[Case]:
    image = part("image/jpeg; name=IMG_1.jpg", b64("jpeg"), encoding="base64", disposition="inline; filename=IMG_1.jpg")
    raw = multi([part(body="Before"), image, part(body="\r\n\r\nSent from my iPhone")], X_Mailer="iPhone Mail")
    file = attachment("IMG_1.jpg", "image/jpeg", 4)
    expected = {"text": "Before\n\nSent from my iPhone", "attachments": [file], "visible": "Before"}
    yield Case("apple-between", raw, expected)
    quote = "> Am 02.04.2012 um 18:22 schrieb Desk <desk@shop.example>:\r\n> \r\n> Text\r\n"
    body = f"Danke!\r\n\r\nVon meinem iPhone gesendet\r\n\r\n{quote}"
    yield Case("apple-phone-de", mail(body), {"visible": "Danke!"})
    body = "Yes.\r\n\r\nOn Apr 2, 2012, at 6:22 PM, Desk <desk@shop.example> wrote:\r\n\r\n> Is it so?\r\n> Really?\r\n"
    yield Case("apple-reply", mail(body), {"visible": "Yes."})
    double = part(
        "multipart/appledouble; boundary=b3",
        joined([part("application/applefile; name=a.pdf", "res"), part("application/pdf; name=a.pdf", "data")], b"b3"),
    )
    raw = multi([part(), double])
    files = [attachment("a.pdf", "application/applefile", 3), attachment("a.pdf", "application/pdf", 4)]
    yield Case("apple-double", raw, {"text": "Hello", "attachments": files})
    html = part("text/html; charset=utf-8", '<html><body style="word-wrap:break-word;">Hi<br><br>Ann</body></html>')
    yield Case("apple-html", multi([html], "alternative"), {"text": "Hi\n\nAnn"})


def _gmail() -> Iterator[Case]:
    quote = '<div class="gmail_quote">On Mon, Apr 2 Desk wrote:<br><blockquote>No?</blockquote></div>'
    quote = f'<div dir="ltr">Yes.</div><br>{quote}'
    plain = "Yes.\r\n\r\nOn Mon, Apr 2, 2012 at 6:22 PM Desk <desk@shop.example> wrote:\r\n\r\n> No?\r\n>\r\n"
    raw = multi([part('text/plain; charset="UTF-8"', plain), part('text/html; charset="UTF-8"', quote)], "alternative")
    yield Case("gmail-reply", raw, {"visible": "Yes.", "within": ["<blockquote"], "attachments": []})
    head = "On Mon, Apr 2, 2012 at 6:22 PM Somebody With A Long Name\r\n<somebody@shop.example> wrote:"
    yield Case("gmail-split-line", mail(f"Yes.\r\n\r\n{head}\r\n\r\n> No?\r\n"), {"visible": "Yes."})
    told = {
        "de": "Am Mo., 2. Apr. 2012 um 18:22 Uhr schrieb Desk <desk@shop.example>:",
        "fr": "Le lun. 2 avr. 2012 à 18:22, Desk <desk@shop.example> a écrit :",
        "es": "El lun, 2 abr 2012 a las 18:22, Desk (<desk@shop.example>) escribió:",
        "it": "Il giorno lun 2 apr 2012 alle ore 18:22 Desk <desk@shop.example> ha scritto:",
        "pt": "Em seg., 2 de abr. de 2012 às 18:22, Desk <desk@shop.example> escreveu:",
        "nl": "Op ma 2 apr. 2012 om 18:22 schreef Desk <desk@shop.example>:",
        "pl": "pon., 2 kwi 2012 o 18:22 Desk <desk@shop.example> napisał(a):",
        "da": "Den man. 2. apr. 2012 kl. 18.22 skrev Desk <desk@shop.example>:",
        "sv": "Den mån 2 apr. 2012 kl 18:22 skrev Desk <desk@shop.example>:",
        "fi": "ma 2. huhtik. 2012 klo 18.22 Desk (desk@shop.example) kirjoitti:",
        "cs": "po 2. 4. 2012 v 18:22 odesílatel Desk <desk@shop.example> napsal:",
        "ru": "пн, 2 апр. 2012 г. в 18:22, Desk <desk@shop.example>:",
        "uk": "пн, 2 квіт. 2012 р. о 18:22 Desk <desk@shop.example> пише:",
        "tr": "Desk <desk@shop.example>, 2 Nis 2012 Pzt, 18:22 tarihinde şunu yazdı:",
        "ja": "2012年4月2日(月) 18:22 Desk <desk@shop.example>:",
        "zh": "Desk <desk@shop.example> 于2012年4月2日周一 18:22写道：",
    }
    for language, line in told.items():
        raw = typed("text/plain; charset=utf-8", f"Ok.\r\n\r\n{line}\r\n\r\n> Text\r\n> More\r\n", "8bit")
        yield Case(f"gmail-{language}", raw, {"visible": "Ok.", "unreadable": []})


def _others() -> Iterator[Case]:
    form = "Name: Ann\r\nOn: Monday\r\nFrom: the web form\r\nQuestion: who wrote: this?\r\n"
    yield Case("web-form", mail(form), {"visible": form.replace("\r\n", "\n").strip()})
    trip = "I need a ticket:\r\n\r\nFrom: Berlin\r\nTo: Paris\r\nDate: 3 May\r\n\r\nThanks"
    yield Case("a-journey", mail(trip), {"visible": trip.replace("\r\n", "\n")})
    body = "Hi,\r\n\r\nit broke.\r\n\r\n-- \r\nAnn Example\r\nTel. 555 0199\r\n"
    yield Case("signature", mail(body), {"visible": "Hi,\n\nit broke.", "text": body.replace("\r\n", "\n").strip()})
    yield Case("signature-qp", typed("text/plain", qp("Hi\n\n-- \nAnn\n"), "quoted-printable"), {"visible": "Hi"})
    yield Case("signature-only", mail("-- \r\nAnn\r\n"), {"visible": "", "text": "-- \nAnn"})
    body = "> What colour?\r\n\r\nRed.\r\n\r\n> What size?\r\n\r\nLarge.\r\n"
    yield Case("answers-between", mail(body), {"visible": "Red.\n\nLarge."})
    body = "See below.\r\n\r\n-----Original Message-----\r\nFrom: x\r\n\r\nOld words\r\n"
    yield Case("original-message", mail(body), {"visible": "See below."})
    head = "---------- Forwarded message ---------\r\nFrom: Bob <bob@example.net>\r\nSubject: It broke"
    body = f"FYI\r\n\r\n{head}\r\n\r\nPlease help.\r\n"
    yield Case("forwarded-stays", mail(body), {"visible": body.replace("\r\n", "\n").strip()})
    body = "Sent from my desk to yours: thanks.\r\nOn the whole he wrote well.\r\n"
    yield Case("no-quote", mail(body), {"visible": body.replace("\r\n", "\n").strip()})
    body = "x > y\r\n\r\n>\r\n"
    yield Case("greater-than", mail(body), {"starts": "x > y", "visible": "x > y"})
    body = "The prompt is:\r\n>>> print(1)\r\n1\r\n"
    yield Case("only-quotes-fold", mail(body), {"text": "The prompt is:\n>>> print(1)\n1"})
    yield Case("all-quoted", mail("> one\r\n> two\r\n"), {"visible": "", "text": "> one\n> two"})
    yield Case("quotes-100000", mail("> a\r\n\r\n" * 100_000), {"starts": "> a"})
    marks = "--\n" * 20_000 + "Hello"
    yield Case("marks-20000", mail(marks.replace("\n", "\r\n")), {"starts": "--\n--", "text": marks})
    yield Case("wrote-bomb", mail("On On On wrote " * 20_000), {"starts": "On On"})
    yield Case("wrote-lines", mail("On Monday\r\n" * 50_000), {"starts": "On Monday"})
    amp = part("text/x-amp-html", "<html amp4email>")
    raw = multi([part(), amp, part("text/html", "<p>Hello</p>")], "alternative")
    yield Case("amp", raw, {"text": "Hello", "html_safe": "<p>Hello</p>", "attachments": []})
    file = attachment("attachment", "text/x-amp-html", 16)
    yield Case("amp-alone", multi([amp]), {"text": "", "attachments": [file]})
    deep = nested([nested([part(), part("text/html", "<p>Hello</p>")], "alternative", "b3")], "related", "b2")
    raw = multi([deep, part("text/plain", "--\r\nFooter of a list")])
    yield Case("list-footer", raw, {"text": "Hello\n\n--\nFooter of a list", "visible": "Hello"})


def cases() -> Iterator[Case]:
    """All of this sort."""
    for some in (_outlook, _apple, _gmail, _others):
        yield from some()
