"""Check digits of national numbers. Each function takes the bare number, in capitals, and says whether it adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..numbers import weighted

Check = Callable[[str], bool]
DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_day(year: int, month: int, day: int) -> bool:
    """Whether there can be such a day; years only say whether there is a 29th of February."""
    longest = (31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= longest[month - 1]


def dated(check: Check, form: str, months: Sequence[int] = (0,)) -> Check:
    """The check, and that the number begins with a day: `form` says where y, m and d stand; a month may be raised."""

    def both(number: str) -> bool:
        part = {sign: int("".join(n for f, n in zip(form, number, strict=False) if f == sign)) for sign in "ymd"}
        return any(is_day(part["y"], part["m"] - more, part["d"]) for more in months) and check(number)

    return both


def by_weights(weights: Sequence[int], modulus: int, *, last: Callable[[int], int] | None = None) -> Check:
    """The last digit follows from the weighted sum of those before it; `last` says how, else sum and digit make 0."""

    def check(number: str) -> bool:
        total = weighted(number[: len(weights)], weights)
        want = last(total % modulus) if last else (modulus - total % modulus) % modulus
        return want == int(number[len(weights)])

    return check


def steuer_id(number: str) -> bool:
    """Germany, tax number: ISO 7064 MOD 11,10; of the first ten digits one occurs twice or three times."""
    counts = sorted(map(number[:10].count, set(number[:10])))
    return number[0] != "0" and counts[-1] in (2, 3) and counts[-2:] != [2, 2] and mod_11_10(number)


def mod_11_10(number: str) -> bool:
    """ISO 7064 MOD 11,10: Germany's tax number, Croatia's OIB."""
    product = 10
    for sign in number[:-1]:
        product = ((int(sign) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[-1])


def nir(number: str) -> bool:
    """France, number of the social insurance: 13 signs (Corsica has letters) and 97 minus their remainder."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(number[13:])


def dni(number: str) -> bool:
    """Spain: a letter by the remainder of 23; numbers of foreigners begin with X, Y or Z for 0, 1 or 2."""
    digits = number[:-1].translate(str.maketrans("XYZ", "012"))
    return DNI[int(digits) % 23] == number[-1]


ODD = dict(zip("0123456789ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21) * 2, strict=True)) | dict(
    zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)
)


def codice_fiscale(number: str) -> bool:
    """Italy: values by odd and even places, the remainder of 26 is the last letter."""
    even = sum(int(sign, 36) - (10 if sign.isalpha() else 0) for sign in number[1:15:2])
    return chr(65 + (even + sum(ODD[sign] for sign in number[0:15:2])) % 26) == number[15]


def bsn(number: str) -> bool:
    """The Netherlands: the eleven-test."""
    return number != "000000000" and weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def ssn(number: str) -> bool:
    """United States: areas, groups and serials that are given out, to persons (SSN) or for taxes alone (ITIN)."""
    return number[:3] not in ("000", "666") and number[3:5] != "00" and number[5:] != "0000"


def cpf(number: str) -> bool:
    """Brazil, persons: two digits by the remainder of 11; one and the same digit throughout is none."""
    return len(set(number)) > 1 and all(
        weighted(number[:n], range(n + 1, 1, -1)) * 10 % 11 % 10 == int(number[n]) for n in (9, 10)
    )


def cnpj(number: str) -> bool:
    """Brazil, companies: as for persons, with weights that begin anew."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return len(set(number)) > 1 and all(
        (weighted(number[:n], weights[13 - n :]) * 10 % 11 % 10) == int(number[n]) for n in (12, 13)
    )


def norwegian(number: str) -> bool:
    """Norway: two check digits by the remainder of 11."""
    first, second = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    return all((11 - weighted(number, w) % 11) % 11 == int(number[len(w)]) for w in (first, second))


def hetu(number: str) -> bool:
    """Finland: one of 31 signs by the remainder."""
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number[:6] + number[7:10]) % 31] == number[10]


def belgian(number: str) -> bool:
    """Belgium: 97 minus the remainder; since 2000 with a 2 before the number."""
    return any(97 - int(lead + number[:9]) % 97 == int(number[9:]) for lead in ("", "2"))


def baltic(number: str) -> bool:
    """Estonia and Lithuania: the remainder of 11, with other weights where it is 10."""
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        left = weighted(number, weights) % 11
        if left < 10:
            return left == int(number[10])
    return number[10] == "0"


def turkish(number: str) -> bool:
    """Turkey: the tenth from odd and even places, the eleventh from all before it."""
    values = [int(sign) for sign in number]
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[0] != 0 and tenth == values[9] and sum(values[:10]) % 10 == values[10]


def ean(number: str) -> bool:
    """The check of GS1 articles, which Switzerland took for its social insurance."""
    return (sum(map(int, number[0::2])) + 3 * sum(map(int, number[1::2]))) % 10 == 0


def chinese(number: str) -> bool:
    """China: ISO 7064 MOD 11-2, with the day of birth in the seventh to fourteenth place."""
    total = sum(int(sign) * pow(2, 17 - i, 11) for i, sign in enumerate(number[:17]))
    born = is_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return born and "10X98765432"[total % 11] == number[17]


def singapore(number: str) -> bool:
    """Singapore: a letter by the remainder of 11; which one, the first letter decides."""
    total = weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}[number[0]]
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}
    left = total % 11
    return letters[number[0]][10 - left if number[0] == "M" else left] == number[8]


def taiwanese(number: str) -> bool:
    """Taiwan: the letter counts as two digits, the sum ends in 0."""
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    return (first // 10 + first % 10 * 9 + weighted(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def irish(number: str) -> bool:
    """Ireland: a letter by the remainder of 23; a second letter counts nine times."""
    more = (ord(number[8]) - 64) * 9 if len(number) > 8 and number[8] != "W" else 0
    return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(number[:7], range(8, 1, -1)) + more) % 23] == number[7]


def kvnr(number: str) -> bool:
    """Germany, health insurance: the letter counts as two digits; digits once and twice by turns, as in Luhn's."""
    body = f"{ord(number[0]) - 64:02d}{number[1:9]}"
    total = sum(sum(map(int, str(int(sign) * (1 + i % 2)))) for i, sign in enumerate(body))
    return total % 10 == int(number[9])


def medicare(number: str) -> bool:
    """Australia: the ninth of ten digits by the remainder of 10."""
    return number[0] in "23456" and weighted(number[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(number[8])


def always(number: str) -> bool:
    """Forms that tell enough by themselves."""
    return True


def chilean(number: str) -> bool:
    """Chile: weights 2 to 7 from the right, K stands for 10."""
    total = sum(int(sign) * (2 + i % 6) for i, sign in enumerate(reversed(number[:-1])))
    return "0K987654321"[total % 11] == number[-1]


def argentine(number: str) -> bool:
    """Argentina: the remainder of 11, 9 for 10."""
    left = (11 - weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return (9 if left == 10 else left) == int(number[10])


def japanese(number: str) -> bool:
    """Japan: the remainder of 11 with weights 2 to 7 from the right, 0 for 0 and 1."""
    left = weighted(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if left < 2 else 11 - left) == int(number[11])


def australian(number: str) -> bool:
    """Australia, taxes: the weighted sum is a multiple of 11."""
    return weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def thai(number: str) -> bool:
    """Thailand: weights 13 to 2, what is missing to a multiple of 11."""
    return (11 - weighted(number, range(13, 1, -1)) % 11) % 10 == int(number[12])
