"""The table of national numbers: country, class of data, form, check, and whether form and check are proof enough."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..numbers import luhn, verhoeff
from . import born, checks
from .checks import Check, by_weights, dated


class Id(NamedTuple):
    """One sort of number. `sure`: form and check prove it; else it counts only for a customer from that country, or
    after words that announce such a number.
    """

    kind: str
    country: str
    form: re.Pattern[str]
    check: Check
    sure: bool = False
    data_class: str = "identity"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])", re.IGNORECASE)


def _eleven(total: int) -> int:
    """0 where the remainder leaves no digit."""
    return 0 if total < 2 else 11 - total


S = "[ .-]?"
NUMBERS: tuple[Id, ...] = (
    Id("ssn", "US", _form(r"\d{3}-\d{2}-\d{4}"), checks.ssn, True),
    Id("ssn", "US", _form(r"\d{3} \d{2} \d{4}"), checks.ssn),
    Id("sin", "CA", _form(r"[1-9]\d{2}[ -]\d{3}[ -]\d{3}"), luhn, True),
    Id("nino", "GB", _form(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"), checks.always, True),
    Id("nhs", "GB", _form(rf"\d{{3}}{S}\d{{3}}{S}\d{{4}}"), by_weights(range(10, 1, -1), 11), False, "health"),
    Id("ppsn", "IE", _form(r"\d{7}[A-W][ABHW]?"), checks.irish, True),
    Id("steuer_id", "DE", _form(r"\d{2} ?\d{3} ?\d{3} ?\d{3}"), checks.steuer_id),
    Id("kvnr", "DE", _form(r"[A-Z]\d{9}"), checks.kvnr, True, "health"),
    Id("svnr", "AT", _form(r"[1-9]\d{3} ?\d{6}"), born.austrian),
    Id("ahv", "CH", _form(r"756\.?\d{4}\.?\d{4}\.?\d{2}"), checks.ean, True),
    Id("nir", "FR", _form(r"[1-8] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}"), checks.nir, True),
    Id("rrn", "BE", _form(rf"\d{{2}}\.?\d{{2}}\.?\d{{2}}{S}\d{{3}}{S}\d{{2}}"), checks.belgian, True),
    Id("bsn", "NL", _form(rf"\d{{3}}{S}\d{{3}}{S}\d{{3}}|\d{{4}}\.\d{{2}}\.\d{{3}}"), checks.bsn),
    Id("dni", "ES", _form(r"\d{8}[ -]?[A-HJ-NP-TV-Z]"), checks.dni, True),
    Id("nie", "ES", _form(r"[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]"), checks.dni, True),
    Id("nif", "PT", _form(r"[123568]\d{2} ?\d{3} ?\d{3}"), by_weights(range(9, 1, -1), 11, last=_eleven)),
    Id(
        "codice_fiscale",
        "IT",
        _form(r"[A-Z]{6} ?[0-9L-NP-V]{2}[A-EHLMPR-T][0-9L-NP-V]{2} ?[A-Z][0-9L-NP-V]{3}[A-Z]"),
        checks.codice_fiscale,
        True,
    ),
    Id("amka", "GR", _form(r"\d{11}"), dated(luhn, "ddmmyy")),
    Id("personnummer", "SE", _form(r"(?:19|20)?\d{6}[-+]\d{4}"), born.swedish, True),
    Id("personnummer", "SE", _form(r"(?:19|20)?\d{10}"), born.swedish),
    Id("fodselsnummer", "NO", _form(r"\d{6} ?\d{5}"), dated(checks.norwegian, "ddmmyy", (0, 40)), True),
    Id("cpr", "DK", _form(r"\d{6}-\d{4}"), dated(checks.always, "ddmmyy"), True),
    Id("hetu", "FI", _form(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"), checks.hetu, True),
    Id("pesel", "PL", _form(r"\d{11}"), born.polish, True),
    Id("rodne_cislo", "CZ", _form(r"\d{6}/\d{3,4}"), born.czech, True),
    Id("rodne_cislo", "CZ", _form(r"\d{10}"), born.czech),
    Id("cnp", "RO", _form(r"[1-9]\d{12}"), born.romanian, True),
    Id("egn", "BG", _form(r"\d{10}"), born.bulgarian),
    Id("oib", "HR", _form(r"\d{11}"), checks.mod_11_10),
    Id("isikukood", "EE", _form(r"[1-6]\d{10}"), born.baltic, True),
    Id("tckn", "TR", _form(r"[1-9]\d{10}"), checks.turkish),
    Id("cpf", "BR", _form(r"\d{3}\.\d{3}\.\d{3}[-/]\d{2}"), checks.cpf, True),
    Id("cpf", "BR", _form(r"\d{11}"), checks.cpf),
    Id("cnpj", "BR", _form(r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}"), checks.cnpj, True),
    Id("curp", "MX", _form(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d"), checks.always, True),
    Id("rut", "CL", _form(r"\d{1,2}\.?\d{3}\.?\d{3}-[0-9K]"), checks.chilean, True),
    Id("cuit", "AR", _form(r"(?:20|23|24|27|30|33|34)-\d{8}-\d"), checks.argentine, True),
    Id("aadhaar", "IN", _form(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}"), verhoeff, True),
    Id("aadhaar", "IN", _form(r"[2-9]\d{11}"), verhoeff),
    Id("pan", "IN", _form(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"), checks.always, True),
    Id("resident_id", "CN", _form(r"[1-9]\d{5}(?:19|20)\d{9}[0-9X]"), checks.chinese, True),
    Id("rrn", "KR", _form(r"\d{6}-[1-8]\d{6}"), dated(checks.always, "yymmdd"), True),
    Id("my_number", "JP", _form(r"\d{4}[ -]?\d{4}[ -]?\d{4}"), checks.japanese),
    Id("nric", "SG", _form(r"[STFGM]\d{7}[A-Z]"), checks.singapore, True),
    Id("national_id", "TW", _form(r"[A-Z][1289]\d{8}"), checks.taiwanese, True),
    Id("national_id", "TH", _form(r"[1-8]-?\d{4}-?\d{5}-?\d{2}-?\d"), checks.thai),
    Id("id", "IL", _form(r"\d{9}"), luhn),
    Id("id", "ZA", _form(r"\d{6} ?\d{4} ?[01]\d{2}"), dated(luhn, "yymmdd"), True),
    Id("tfn", "AU", _form(r"\d{3} ?\d{3} ?\d{3}"), checks.australian),
    Id("medicare", "AU", _form(r"[2-6]\d{3} ?\d{5} ?\d"), checks.medicare, False, "health"),
)  # fmt: skip
