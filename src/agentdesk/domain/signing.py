"""Signing in, as the log keeps it: who came in and how, what proves them, and what the company has decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from .kernel import COMMANDS, ROLES, Actor, Change, Command, Fact, Name, Refusal, View, clean, command, need
from .people import Person, PersonId

Way = Literal["password", "provider", "totp", "passkey", "recovery", "code"]
"""What somebody proves themselves with; `code` is one that a colleague with the right to do so has made for them."""
Ways = Annotated[tuple[Way, ...], Meta(max_length=6)]
Url = Annotated[str, Meta(max_length=500)]
WAY, SETTING = "way", "setting"
"""What an entry of the log says it has touched, where that is no record: it names nobody."""


@command("session.begin", "system", beside=True)
class BeginSession(Command, frozen=True):
    """Somebody has signed in at a device. The actor is the person: the server has seen their proofs."""

    ways: Ways

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield from _with(self.ways, "session.begun")


@command("session.end", "system", beside=True)
class EndSession(Command, frozen=True):
    """Somebody has signed out."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("session.ended", SETTING, "session")


@command("session.prove", "system", beside=True)
class ProveAnew(Command, frozen=True):
    """Somebody who was signed in has proved anew that it is them: for some minutes they may do what is privileged."""

    ways: Ways

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield from _with(self.ways, "session.proved")


@command("session.revoke", "system", beside=True)
class RevokeSessions(Command, frozen=True):
    """The operator has ended somebody's sessions, at one device or at all."""

    person: PersonId
    device: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Person, self.person, "There is no such person.")
        yield Fact("session.revoked", "person", self.person)


@command("factor.add", "system", beside=True)
class AddFactor(Command, frozen=True):
    """Somebody has set up something to prove themselves with; new recovery codes end the old ones."""

    way: Way

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("factor.added", WAY, self.way)


@command("factor.use", "system", beside=True)
class UseFactor(Command, frozen=True):
    """It was used: each code and each answer of a passkey works once."""

    way: Way

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("factor.used", WAY, self.way)


@command("factor.remove", "system", beside=True)
class RemoveFactor(Command, frozen=True):
    """Somebody has taken it away."""

    way: Way

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("factor.removed", WAY, self.way)


@command("password.change", "system", beside=True)
class ChangePassword(Command, frozen=True):
    """A new password: one's own, or what the operator has set for `person`. It is in no command and no log."""

    person: PersonId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Person, self.person, "There is no such person.")
        yield Fact("password.changed", "person", self.person)


@command("person.reset", "person.reset", "system", fresh=True, beside=True)
class ResetPerson(Command, frozen=True):
    """Help a colleague who has lost their second factor: all of them go, and all their sessions end.

    Beside their password they then need a code that works once; whoever asks for it hands it over, and never learns
    the password.
    """

    person: PersonId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        person = need(view, Person, self.person, "There is no such person.")
        if not person.active:
            raise Refusal("The account of {name} is closed.", "closed", name=person.name)
        if person.id == who.id:
            raise Refusal("Ask another administrator: nobody takes away their own proofs.", "self")
        yield Fact("person.reset", "person", person.id)


@command("signin.require", "signin.manage", "system", fresh=True, beside=True)
class RequireSecondFactor(Command, frozen=True):
    """Say which roles must have a second factor; none: nobody must."""

    roles: Annotated[tuple[Name, ...], Meta(max_length=50)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        for role in self.roles:
            check_role(role)
        yield Fact("setting.changed", SETTING, "second-factor")


@command("signin.origin", "signin.manage", "system", fresh=True, beside=True)
class SetOrigin(Command, frozen=True):
    """Say under which address people reach the server. Passkeys belong to it."""

    origin: Url

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "origin")


@command("signin.connect", "signin.manage", "system", fresh=True, beside=True)
class ConnectProvider(Command, frozen=True):
    """Let people sign in with the company's provider. Its secret is given beside this, never in a command."""

    issuer: Url
    client: Url
    name: Name = ""
    role: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if self.role:
            check_role(self.role)
        yield Fact("setting.changed", SETTING, "provider")


@command("signin.disconnect", "signin.manage", "system", fresh=True, beside=True)
class DisconnectProvider(Command, frozen=True):
    """No provider any more."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "provider")


@command("directory.connect", "provisioning.manage", "system", fresh=True, beside=True)
class ConnectDirectory(Command, frozen=True):
    """Make a token for the company's directory; an older one ends. The token is told once, in no command and no log."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "directory")


@command("directory.disconnect", "provisioning.manage", "system", fresh=True, beside=True)
class DisconnectDirectory(Command, frozen=True):
    """The directory's token ends, and no other one is made."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "directory")


@command("directory.group", "provisioning.manage", "system", fresh=True, beside=True)
class LetGroupGive(Command, frozen=True):
    """Let a group of the directory give a role; without a role, let it be a team again."""

    group: Name
    role: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not clean(self.group):
            raise Refusal("Name the group as the directory does.", "group")
        if self.role:
            check_role(self.role)
        yield Fact("setting.changed", SETTING, "directory")


Keys = Literal["laptops", "seals", "heads"]
EVERY_KEY: tuple[Keys, ...] = ("laptops", "seals", "heads")


@command("keys.rotate", "keys.rotate", "system", fresh=True, beside=True)
class RotateKeys(Command, frozen=True):
    """Replace keys: the halves lent to laptops, those that seal what the log says, the one that signs its heads.

    What was sealed stays readable, and old heads stay good.
    """

    keys: Annotated[tuple[Keys, ...], Meta(min_length=1, max_length=3)] = EVERY_KEY

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        for one in dict.fromkeys(self.keys):
            yield Fact("keys.rotated", SETTING, f"keys-{one}")


@command("backup.make", "system", beside=True)
class MakeBackup(Command, frozen=True):
    """The operator has all data written into one file. Where that lies is not said."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("backup.made", SETTING, "backup")


def roles_that_step_up() -> tuple[str, ...]:
    """The roles that may do what needs a fresh proof, as all declared commands say: to type a password once more proves
    nothing where it is the password that was stolen, so in a new company they must have a second factor.
    """
    return tuple(role for role in ROLES if any(spec.fresh and role in spec.roles for spec in COMMANDS.values()))


def check_role(role: str) -> None:
    """Refuses a name that is no role's."""
    if role not in ROLES:
        raise Refusal("{role} is not a role. Roles are: {roles}.", "role", role=role, roles=", ".join(ROLES))


def _with(ways: Ways, name: str) -> Iterable[Change]:
    """One measure for each way; the entry in the log can be found by them."""
    for way in dict.fromkeys(ways):
        yield Fact(name, WAY, way)


@command("mailbox.connect", "signin.manage", "system", fresh=True, beside=True)
class ConnectMailbox(Command, frozen=True):
    """Read and send the mails of a mailbox. Its secret is given beside this, never in a command."""

    mailbox: Name
    team: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "mailbox")


@command("mailbox.disconnect", "signin.manage", "system", fresh=True, beside=True)
class DisconnectMailbox(Command, frozen=True):
    """A mailbox is neither read nor written from any more."""

    mailbox: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("setting.changed", SETTING, "mailbox")
