"""Numbers in words, in the languages that are told apart: fourteen, vierzehn and catorce are all 14."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

VALUES = (*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 1_000, 1_000_000)
ROWS = {
    "en": """zero one/an/a two three four five six seven eight nine ten eleven twelve/dozen thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
        million/millions""",
    "de": """null ein/eins/eine/einen/einem/einer/eines zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf
        dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig
        achtzig neunzig hundert tausend million/millionen""",
    "fr": """zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize - - -
        vingt/vingts trente quarante cinquante soixante septante huitante/octante nonante cent/cents mille
        million/millions""",
    "es": """cero un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
        diecisiete dieciocho diecinueve veinte/~veinti treinta cuarenta cincuenta sesenta setenta ochenta noventa
        cien/ciento/cientos/cientas mil millón/millones""",
    "it": """zero un/uno/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici
        quindici sedici diciassette diciotto diciannove venti/~vent trenta/~trent quaranta/~quarant
        cinquanta/~cinquant sessanta/~sessant settanta/~settant ottanta/~ottant novanta/~novant cento mille/mila
        milione/milioni""",
    "nl": """nul een/één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien
        zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend
        miljoen""",
    "pt": """zero um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze
        dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove vinte trinta quarenta cinquenta sessenta
        setenta oitenta noventa cem/cento/centos mil milhão/milhões""",
    "pl": """zero jeden/jedna/jedno/jednego dwa/dwie/dwóch/dwu trzy/trzech cztery/czterech pięć/pięciu sześć/sześciu
        siedem/siedmiu osiem/ośmiu dziewięć/dziewięciu dziesięć/dziesięciu jedenaście/jedenastu dwanaście/dwunastu
        trzynaście/trzynastu czternaście/czternastu piętnaście/piętnastu szesnaście/szesnastu siedemnaście/siedemnastu
        osiemnaście/osiemnastu dziewiętnaście/dziewiętnastu dwadzieścia/dwudziestu trzydzieści/trzydziestu
        czterdzieści/czterdziestu pięćdziesiąt/pięćdziesięciu sześćdziesiąt/sześćdziesięciu
        siedemdziesiąt/siedemdziesięciu osiemdziesiąt/osiemdziesięciu dziewięćdziesiąt/dziewięćdziesięciu sto/stu
        tysiąc/tysiące/tysięcy milion/miliony/milionów""",
    "sv": """noll en/ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton
        nitton tjugo trettio fyrtio femtio sextio sjuttio åttio nittio hundra tusen miljon/miljoner""",
    "da": """nul en/et/~enog to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten
        atten nitten tyve tredive fyrre halvtreds tres halvfjerds firs halvfems hundrede tusind/tusinde
        million/millioner""",
    "tr": """sıfır bir iki üç dört beş altı yedi sekiz dokuz on - - - - - - - - - yirmi otuz kırk elli altmış yetmiş
        seksen doksan yüz bin milyon""",
    "ru": """ноль/нуля один/одна/одно/одного два/две/двух три/трёх/трех четыре/четырёх/четырех пять/пяти шесть/шести
        семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати
        тринадцать/тринадцати четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати
        семнадцать/семнадцати восемнадцать/восемнадцати девятнадцать/девятнадцати двадцать/двадцати тридцать/тридцати
        сорок/сорока пятьдесят/пятидесяти шестьдесят/шестидесяти семьдесят/семидесяти восемьдесят/восьмидесяти
        девяносто/девяноста сто/ста тысяча/тысячи/тысяч миллион/миллиона/миллионов""",
    "el": """μηδέν ένα/μία/μια/έναν/ένας δύο/δυο τρία/τρεις/τριών τέσσερα/τέσσερις/τεσσάρων πέντε έξι επτά/εφτά
        οκτώ/οχτώ εννέα/εννιά δέκα έντεκα/ένδεκα δώδεκα δεκατρία/δεκατρείς δεκατέσσερα/δεκατέσσερις δεκαπέντε
        δεκαέξι/δεκάξι δεκαεπτά/δεκαεφτά δεκαοκτώ/δεκαοχτώ δεκαεννέα/δεκαεννιά είκοσι τριάντα σαράντα πενήντα εξήντα
        εβδομήντα ογδόντα ενενήντα εκατό/εκατόν χίλια/χίλιες/χιλιάδες εκατομμύριο/εκατομμύρια""",
}
"""For each language the words of `VALUES` in order. What begins with ~ stands only within a longer word."""
MORE = {
    "fr": {"quatrevingt": 80, "quinzaine": 15, "vingtaine": 20, "trentaine": 30},
    "es": {"quinientos": 500, "quinientas": 500, "setecientos": 700, "novecientos": 900},
    "pt": {"duzentos": 200, "trezentos": 300, "quinhentos": 500},
    "pl": {"dwieście": 200, "trzysta": 300, "czterysta": 400, "pięćset": 500},
    "ru": {"двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500},
    "el": {"διακόσια": 200, "τριακόσια": 300, "πεντακόσια": 500},
}  # fmt: skip
AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "nl": "en", "pt": "e", "pl": "i", "sv": "och",
       "da": "og", "ru": "и", "el": "και"}  # fmt: skip
_DOUBTFUL = """
    a an to on sex tio ti sei cent cents once dix set do fire ni bin sto dos dois due seize mil sept neuf nove
    otto tien drie doze tres firs otte piec elle seis alti yuz iki uc bes elli diez mila stu et en"""
DOUBTFUL = frozenset(_DOUBTFUL.split())
"""Words of another language, or with another meaning in one: read only where the language is theirs."""
COUNTED = re.compile(
    r"\s+(?:[^\W\d_]+\s+)?(?:day|days|week|month|year|hour|minute|euro|dollar|pound|percent|business|working|tag|tages|tags|woche|monat|"
    r"monats|jahr|jahres|stunde|werktag|werktags|arbeitstag|dollar|prozent|jour|semaine|mois|an|annee|heure|dia|semana|"
    r"mes|ano|hora|giorno|settimana|mese|anno|ora|dag|maand|jaar|uur|manad|ar|timme|maned|time|dzien|tydzien|"
    r"miesiac|rok|gun|hafta|ay|yil|день|дня|неделя|неделю|месяц|год|час|ημερα|εβδομαδα|μηνα|χρονο)\b"
)
"""Before these, and nowhere else, the article is the number one."""
PARTS = {"half": "half halb halbe halben halber halbes medio media demi demie mezzo mezza halve meio meia pol halva "
                 "halvt",
         "twice": "twice double doubled doppelt doppelte doppelten doppelter doble double doppio dubbel dobro "
                  "podwojnie dubbelt dobbelt вдвое διπλασιο",
         "%": "percent prozent pourcent porcentaje percento procent procenta procentow προσεντ процент процента "
              "процентов"}  # fmt: skip
_PART = {word: part for part, words in PARTS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
_AND = frozenset(AND.values())
_GAP = re.compile(rf"[ \t\u00a0\u2010\u2011-]*(?:(?:{'|'.join(AND.values())})[ \t\u00a0\u2010\u2011-]+)?")
_EIGHTY = re.compile(r"quatre[ -]vingts?")
_TAIL = re.compile(r"(?:tagig|wochig|monatig|jahrig|stundig|minutig|fach|mal)\w{0,2}$")


def fold(text: str) -> str:
    """Small, without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in spread if not unicodedata.combining(sign)))


def numerals(text: str, language: str) -> set[str]:
    """The numbers that are written in words, as figures; and parts of a whole, one word for each."""
    folded, words = _EIGHTY.sub("quatrevingt", fold(text)), _words(language)
    found = {_PART[word] for word in _WORD.findall(folded) if word in _PART} | ({"%"} if "%" in text else set())
    run, end = list[int](), 0
    for at in _WORD.finditer(folded):
        value = _read(at[0], language)
        counts = value != 1 or (run and run[-1] >= 20) or COUNTED.match(folded, at.end())
        if not counts and not _multiplied(folded, at.end(), words):
            value = None
        if value is None and run and at[0] in _AND:
            continue  # the gap after it tells
        if value is None or _GAP.fullmatch(folded, end, at.start()) is None:
            found |= set(_sums(run))
            run = []
        if value is not None:
            run.append(value)
            end = at.end()
    return found | set(_sums(run))


@cache
def _words(language: str) -> dict[str, int]:
    """What is read: words that are numbers in whatever language, and all of this one."""
    sure = {word: value for one in ROWS for word, value in _own(one).items() if word not in DOUBTFUL}
    return sure | _own(language)


@cache
def _own(language: str) -> dict[str, int]:
    rows = zip(ROWS.get(language, "").split(), VALUES, strict=False)
    own = {fold(word): value for words, value in rows for word in words.split("/") if word != "-"}
    return own | {fold(word): value for word, value in MORE.get(language, {}).items()}


@cache
def _part(language: str) -> re.Pattern[str]:
    """What a longer word is put together from."""
    own = _own(language)
    parts = [one.lstrip("~") for one, value in _words(language).items() if len(one) > 2 or (one in own and value > 1)]
    return re.compile(f"({'|'.join(sorted(parts, key=len, reverse=True))})(?:und|en|og|och|e|y)?")


def _read(word: str, language: str) -> int | None:
    """The number that a word is, or begins with as in vierzehntägig."""
    words = _words(language)
    if (value := words.get(word)) is not None:
        return value
    if (bare := _TAIL.sub("", word)) != word:
        return _read(bare, language)
    found, at = list[str](), 0
    while (part := _part(language).match(word, at)) is not None:
        found.append(part[1])
        at = part.end()
    if at < len(word) or len(found) < 2:
        return None
    total = now = 0
    for one in found:
        value = words.get(one, words.get(f"~{one}", 0))
        if value >= 1_000:
            total, now = total + max(now, 1) * value, 0
        else:
            now = max(now, 1) * 100 if value == 100 else now + value
    return total + now


def _multiplied(text: str, at: int, words: dict[str, int]) -> bool:
    after = _WORD.search(text, at)
    return after is not None and words.get(after[0], 0) >= 100


def _sums(run: Sequence[int]) -> Iterator[str]:
    """Twenty five is one number, two three are two."""
    total = now = 0
    is_open = False
    for value in run:
        if value in (1_000, 1_000_000) and not (total and total < value):
            total, now = total + max(now, 1) * value, 0
        elif value == 100 and now < 20:
            now = max(now, 1) * 100
        elif not is_open or _adds(total, now, value):
            now += value
        else:
            yield str(total + now)
            total, now = 0, value
        is_open = True
    if is_open:
        yield str(total + now)


def _adds(total: int, now: int, value: int) -> bool:
    if now == 0:
        return 0 < value < 1_000 <= total
    tens = now % 100
    return 0 < value < 100 and (tens == 0 or (tens >= 20 and tens % 10 == 0 and value < 10)
                                or (tens in (60, 80) and 10 <= value < 20))  # fmt: skip
