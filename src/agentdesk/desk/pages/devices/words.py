"""A laptop in words: its state, what it says of itself, what is wrong and what to do; and the table's columns."""

from __future__ import annotations

from collections.abc import Callable

from agentdesk.desk.fuzzy import fold
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import day_and_clock
from agentdesk.domain.devices import Device, compliant

STATES = {
    "invited": mark("Invited"),
    "active": mark("Active"),
    "revoked": mark("Shut out"),
    "wiped": mark("Wiped"),
}
TONES = {"invited": "plain", "active": "good", "revoked": "bad"}
RANKS = ("active", "invited", "revoked", "wiped")
KNOWN = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("unknown")}
FILTERS: dict[str, tuple[str, Callable[[Device], bool]]] = {
    "all": (mark("All"), lambda _: True),
    "active": (mark("Active"), lambda one: one.status == "active"),
    "doubtful": (mark("Not compliant"), lambda one: one.status == "active" and not compliant(one)),
    "invited": (mark("Invited"), lambda one: one.status == "invited"),
    "out": (mark("Shut out"), lambda one: one.status in ("revoked", "wiped")),
}
"""Which laptops are listed, by the tab that is chosen."""


def name_of(device: Device) -> str:
    """What a laptop is called."""
    return device.name or tr("Laptop")


def state_of(device: Device) -> tuple[str, str]:
    """Its state in a word, and the tone."""
    if device.wipe and device.status == "active":
        return tr("To be wiped"), "warn"
    return tr(STATES.get(device.status, device.status)), TONES.get(device.status, "plain")


def doubts(device: Device) -> list[str]:
    """What is wrong with a laptop that works here, each with what to do."""
    if device.status != "active":
        return []
    told = []
    if device.disk == "no":
        told.append(tr("The disk is not encrypted. Have its person turn on the system's disk encryption."))
    elif device.disk != "yes":
        told.append(tr("Its system does not say whether the disk is encrypted. Look at the laptop yourself."))
    if device.lock == "no":
        told.append(tr("The screen does not lock by itself. Have its person turn that on."))
    elif device.lock != "yes":
        told.append(tr("Its system does not say whether the screen locks itself. Look at the laptop yourself."))
    if not device.system:
        told.append(tr("It does not say which system it runs. It tells so when it is next connected."))
    return told


def posture(device: Device) -> Cell:
    """Compliant, or the first thing that is not as it should be."""
    if device.status != "active":
        return Cell("–", ink="faint")
    if compliant(device):
        return Cell(tr("Compliant"), ink="good")
    if device.disk != "yes":
        words = tr("Disk not encrypted") if device.disk == "no" else tr("Disk unknown")
    elif device.lock != "yes":
        words = tr("Screen does not lock") if device.lock == "no" else tr("Screen lock unknown")
    else:
        words = tr("System unknown")
    return Cell(words, ink="warn")


def columns(person: Callable[[str], str], now: Callable[[], int]) -> list[Column]:
    """The table: the last columns give way first. `person` gives a name."""

    def time(at: int) -> Cell:
        return Cell(day_and_clock(at, now()), ink="muted") if at else Cell("–", ink="faint")

    def state(device: Device) -> Cell:
        words, tone = state_of(device)
        return Cell(words, tone)

    return [
        Column(tr("Laptop"), lambda one: Cell(name_of(one), strong=True), lambda one: fold(name_of(one))),
        Column(tr("Person"), lambda one: Cell(person(one.person)), lambda one: fold(person(one.person))),
        Column(tr("State"), state, lambda one: (_rank(one), one.wipe), 110),
        Column(tr("Seen"), lambda one: time(one.seen), lambda one: one.seen, 120),
        Column(tr("Protection"), posture, lambda one: (_rank(one), compliant(one), posture(one).text), 170),
        Column(tr("Opens until"), lambda one: time(one.lease_until), lambda one: one.lease_until, 130),
        Column(tr("System"), lambda one: Cell(one.system or "–", ink="muted"), lambda one: fold(one.system), 150),
        Column(tr("Version"), lambda one: Cell(one.version or "–", ink="muted"), lambda one: fold(one.version), 110),
    ]


def _rank(device: Device) -> int:
    return RANKS.index(device.status) if device.status in RANKS else len(RANKS)


def wanted(tab: str, typed: str, person: Callable[[str], str]) -> Callable[[Device], bool]:
    """What a tab and typed words list: each word must be in a laptop's name, person, system or version."""
    words, fits = fold(typed).split(), FILTERS[tab][1]

    def listed(device: Device) -> bool:
        if not words or not fits(device):
            return fits(device)
        text = fold(" ".join((name_of(device), person(device.person), device.system, device.version)))
        return all(word in text for word in words)

    return listed


def facts(device: Device, whose: str, now: int) -> list[tuple[str, str]]:
    """What there is to know of it."""
    ended = device.ended and device.status in ("revoked", "wiped")
    return [
        (tr("Person"), whose),
        (tr("System"), device.system or tr("unknown")),
        (tr("Version"), device.version or tr("unknown")),
        (tr("Disk encrypted"), tr(KNOWN.get(device.disk, "unknown"))),
        (tr("Screen locks itself"), tr(KNOWN.get(device.lock, "unknown"))),
        (tr("Since"), day_and_clock(device.since, now) if device.since else ""),
        (tr("Last seen"), day_and_clock(device.seen, now) if device.seen else tr("never")),
        (tr("Opens until"), day_and_clock(device.lease_until, now) if device.lease_until else ""),
        (tr("Invited until"), day_and_clock(device.invited_until, now) if device.status == "invited" else ""),
        (tr("Ended"), day_and_clock(device.ended, now) if ended else ""),
        (tr("Id"), device.id),
    ]
