"""National numbers that begin with a day of birth: whether there can be such a day, and the digits that follow."""

from __future__ import annotations

from ..numbers import luhn, weighted
from .checks import baltic as isikukood
from .checks import by_weights, dated, is_day


def austrian(number: str) -> bool:
    """Austria: the fourth digit follows from the others, which end with the day of birth."""
    total = weighted(number, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6))
    return total % 11 == int(number[3]) and 1 <= int(number[6:8]) <= 15


def swedish(number: str) -> bool:
    """Sweden: Luhn over the last ten digits; days of coordination numbers are raised by 60."""
    ten = number[-10:]
    day = int(ten[4:6])
    return is_day(int(ten[:2]), int(ten[2:4]), day - 60 if day > 60 else day) and luhn(ten)


def polish(number: str) -> bool:
    """Poland: the century is added to the month."""
    check = by_weights((1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10)
    return dated(check, "yymmdd", (0, 20, 40, 60, 80))(number)


def czech(number: str) -> bool:
    """Czechia and Slovakia: women's months are raised by 50; ten digits are a multiple of 11."""
    whole = len(number) == 9 or int(number) % 11 == 0 or (int(number[:9]) % 11 == 10 and number[9] == "0")
    return dated(lambda _: whole, "yymmdd", (0, 20, 50, 70))(number)


def romanian(number: str) -> bool:
    """Romania: the first digit says sex and century."""
    left = weighted(number, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return dated(lambda _: (1 if left == 10 else left) == int(number[12]), "-yymmdd")(number)


def bulgarian(number: str) -> bool:
    """Bulgaria: months are raised by 20 before 1900 and by 40 after 2000."""
    check = by_weights((2, 4, 8, 5, 10, 9, 7, 3, 6), 11, last=lambda left: left % 10)
    return dated(check, "yymmdd", (0, 20, 40))(number)


def baltic(number: str) -> bool:
    """Estonia and Lithuania, with the day of birth after the first digit."""
    return dated(isikukood, "-yymmdd")(number)
