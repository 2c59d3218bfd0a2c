"""Words that say what a number is: of a telephone, of a document, of an order, or a day of birth. In many languages."""

from __future__ import annotations

import re

from .folding import fold

PHONE = """
    phone; telephone; tel; mob; mobile; cell; cellular; call; fax; whatsapp; whats app; sms; text me; ring; reach
    reached; dial; contact; contact number; answering; my number; telefon*; handy*; anruf*; ruf*; rückruf; erreich*
    mobil*; portable; tél; téléphone; teléfono; móvil; celular; llam*; ligue; ligar; telefone; telefono; cellulare
    chiam*; telefoon; gsm; bel me; komórk*; puhelin; тел*; звон*; номер; 電話; 电话; 手机; 携帯; 전화; هاتف; جوال
    فون; फोन
    मोबाइल
"""
OTHER = """
    order; invoice; ref; reference; case; ticket; tracking; shipment; parcel; isbn; issn; serial; s/n; sku; article
    item; model; part; version; batch; account; customer; booking; confirmation; transaction; policy; zip; code
    pin; amount; total; bestell*; rechnung*; auftrag*; sendung*; kunden*; artikel*; commande; facture; dossier
    pedido; factura; ordine; fattura; zamówien*; заказ*; #; №; $; €; £; ¥
"""
DOCUMENT = """
    ssn; itin; social security; national id; nat. insurance; national insurance; identity card; identity number
    id card; id number; id no; tax id; tax number; tax no; tax file; taxpayer id; taxpayer number; tfn; passport
    driver license; driver's license; drivers license; driver's licence; driving licence; driving license
    licence number; license number; residence permit; visa number; nhs; medicare; health insurance
    insurance number; nino; steuer-id; steuerid; steuernummer; steueridentifikation*; ausweis*; personalausweis*
    reisepass*; führerschein*; sozialversicherung*; krankenversicher*; versichertennummer; versichertennr; svnr
    ahv; sécurité sociale; carte d'identité; passeport; permis de conduire; numéro fiscal; dni; nie; nif; pasaporte
    carné de conducir; cédula; curp; rfc; cuit; cuil; seguridad social; codice fiscale; carta d'identità
    passaporto; bsn; burgerservicenummer; paspoort; rijbewijs; cpf; cnpj; passaporte; pesel; dowód; paszport
    personnummer; samordningsnummer; fødselsnummer; cpr; hetu; henkilötunnus; rodné číslo; cnp; egn; oib; isikukood
    tc kimlik; kimlik no; aadhaar; aadhar; pan card; pan number; pan no; nric; инн; снилс; паспорт; 身份證; 身份证; 護照
    护照; マイナンバー; パスポート; 주민등록번호; 여권; جواز; هوية; आधार
"""
BORN = """
    born; birth; date of birth; birthday; birth day; birthdate; birth date; dob; d.o.b.; d.o.b; geboren; geburt*
    geb.; naissance; nacimiento; nacido; nacida; nascimento; nascido; nascida; nato il; nata il; nato a; nata a
    nascita; geboorte*; urodz*; narozen*; född; fødsels*; født; syntyn*; syntymä*; născut*; született; doğum; рожд*
    родил*; народж*; 生年月日; 出生; 生日; 誕生日; 생년월일; 생일; تاريخ الميلاد; ميلاد; जन्म; né le; née le; né à
"""
SOLID = re.compile("[\u0900-\u0dff\u0e00-\u0eff\u2e80-\uffef]")
"""Scripts in which a word need not begin after a space, or whose vowels are no letters to a pattern."""


class Cues:
    """Finds the words of a list in folded text: whole words in any case; a star stands for any ending."""

    def __init__(self, listed: str) -> None:
        found = [fold(word.strip()).text.lower() for line in listed.strip().splitlines() for word in line.split(";")]
        self._pattern = re.compile(_branches(sorted(filter(None, found), reverse=True)))

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where they stand."""
        low = text.lower()
        if len(low) != len(text):  # a few capitals become two letters, and places would shift
            low = "".join(sign.lower()[0] for sign in text)
        spans = (found.span() for found in self._pattern.finditer(low))
        return [(start, end) for start, end in spans if _is_start(low, start) and _is_end(low, end)]


def _is_start(text: str, at: int) -> bool:
    before = text[at - 1 : at]
    return not before.isalnum() or not text[at].isalnum() or SOLID.match(before) is not None


def _is_end(text: str, at: int) -> bool:
    after, last = text[at : at + 1], text[at - 1]
    return not after.isalpha() or not last.isalpha() or SOLID.match(last) is not None


def _branches(words: list[str]) -> str:
    """A pattern that looks at each sign once: words with the same beginning share it. Longer ones come first."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[:1], []).append(word[1:])
    parts = [_branch(sign, rest) for sign, rest in by_first.items()]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _branch(sign: str, rest: list[str]) -> str:
    if not sign:
        return ""
    if sign == "*":
        return r"\w{0,20}"
    return (r"\s{1,2}" if sign == " " else re.escape(sign)) + _branches(rest)
