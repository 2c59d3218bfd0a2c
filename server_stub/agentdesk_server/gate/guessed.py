"""Which passwords are guessed first: common words in all their usual disguises, walks over the keyboard, dates.

A list of every leaked password is gigabytes long, and nearly all of it is made of few words by few rules. So the words
are kept and the rules are undone: what is left of `P@ssw0rd2024!!` is `password`.
"""

from __future__ import annotations

import re

_WRITTEN = """
password passwort passwd pass kennwort geheim secret letmein welcome willkommen hello hallo login admin administrator
root user username guest test testing tester changeme change default temp temporary master access private system server
computer internet network windows office microsoft google facebook amazon apple samsung android iphone outlook hotmail
gmail yahoo youtube twitter linkedin instagram whatsapp company firma support helpdesk service customer customers kunde
kunden agent agentdesk desk supervisor manager sales billing team ticket queue love iloveyou ichliebedich loveyou lover
liebe schatz darling honey baby angel engel princess prinzessin prince queen king dragon drache monkey tiger lion wolf
eagle dolphin panda kitten kitty puppy doggy horse pferd shadow sunshine sonnenschein sonne moonlight flower blume rose
summer winter spring autumn sommer herbst fruehling frühling january february march april june july august september
october november december januar februar maerz märz juni juli oktober dezember monday tuesday wednesday thursday friday
saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag football fussball fußball soccer baseball
basketball hockey tennis golf superman batman spiderman pokemon pikachu starwars matrix ninja samurai killer hunter
hacker ranger trustno freedom freiheit whatever nothing qwerty qwertz azerty qazwsx asdfgh zxcvbn yxcvbn zaqwsx michael
jennifer jessica ashley daniel thomas andrew joshua matthew charlie robert jordan michelle nicole amanda andreas stefan
alexander maximilian sebastian christian martin peter sabine claudia susanne julia anna laura sarah lisa hannah berlin
hamburg muenchen münchen frankfurt london paris newyork chelsea liverpool arsenal barcelona bayern schalke dortmund
borussia deutschland germany america england mercedes porsche ferrari mustang harley yamaha corvette camaro banana
orange cheese chocolate cookie coffee kaffee pepper ginger butter peanut family familie mother father mutter vater
brother sister bruder schwester forever immer friends freunde music musik guitar piano gaming player minecraft fortnite
superstar rockstar jesus christ blessed heaven money geld lucky diamond silver golden purple yellow orange black white
correcthorsebatterystaple abc abcd one two three eins zwei drei my the mein meine ist is new neu your dein now jetzt
sex sexy fuck fuckyou shit scheisse arsch bitch
"""
WORDS = frozenset(_WRITTEN.split())
_DISGUISES = tuple(str.maketrans("@48306$5!7+€" + "1|", "aabeogssitte" + one) for one in ("ii", "ll"))
_ROWS = (
    *("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "12345678901234567890"),
    *("abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujm", "1qaz2wsx3edc4rfv5tgb6zhn7ujm8ik9ol0p"),
    *("1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "1a2s3d4f5g6h7j8k9l", "a1b2c3d4e5f6g7h8i9", "qweasdzxc"),
)
_LINES = tuple(direction for row in _ROWS for direction in (row, row[::-1]))
RUN, STRAY = 3, 3
"""So many neighbours in a row are a walk; a walk with fewer strays than this beside it is still one."""


def guessable(password: str) -> bool:
    """Whether it falls to somebody who has the words and the rules by which people disguise them."""
    lowered = password.casefold()
    if not re.search(r"[^\W\d_]", lowered) or _repeats(lowered) or _walks(lowered):
        return True
    return any(_made_of_words(reading) for reading in _readings(lowered))


def _readings(lowered: str) -> set[str]:
    """The letters of it, with what stands around them taken off and what stands for a letter read as one."""
    bare = re.sub(r"[\W\d_]+$", "", lowered)
    cores = (lowered, bare, re.sub(r"^[\W\d_]+", "", bare))
    read = {core.translate(table) for core in cores for table in (*_DISGUISES, {})}
    return {re.sub(r"[\W\d_]+", "", one) for one in read} - {""}


def _made_of_words(letters: str, most: int = 2) -> bool:
    """Whether it is one or two of the words, one after the other; short words alone make none."""
    if letters in WORDS:
        return True
    splits = range(1, len(letters)) if most > 1 else ()
    return any(letters[:at] in WORDS and _made_of_words(letters[at:], most - 1) for at in splits)


def _repeats(lowered: str) -> bool:
    """One piece over and over, or hardly any different characters."""
    doubled = (lowered + lowered).find(lowered, 1)
    return len(set(lowered)) < 4 or doubled <= len(lowered) // 2


def _walks(lowered: str) -> bool:
    at = strays = 0
    while at < len(lowered):
        length = _run(lowered[at:])
        strays += length < RUN
        at += length if length >= RUN else 1
    return strays < STRAY


def _run(text: str) -> int:
    """How many characters from the start lie side by side in one row of keys or of the alphabet."""
    length = RUN
    while length <= len(text) and any(text[:length] in line for line in _LINES):
        length += 1
    return length - 1
