"""What to show where the files may not be opened: shut out, out of touch for too long, not enrolled yet."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentdesk.desk.app.whose import Known, device_of
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.desk.app.entrance import Entrance
    from agentdesk.desk.here import Here
    from agentdesk.desk.holding import KeyLost
    from agentdesk.store.vault import Secrets

log = logging.getLogger(__name__)


def show(entrance: Entrance, error: BaseException | None) -> None:
    """Why the files of the one who was here are not opened."""
    from agentdesk.desk import startup
    from agentdesk.desk.pages.held import LapsedPage

    known = entrance.who.known()
    if isinstance(error, startup.Lapsed):
        entrance.covered.emit()
        page = LapsedPage(tr(str(error)))
        page.again.connect(entrance.again)
        page.sign_in.connect(entrance.show_sign_in)
        entrance.front.put(page)
    elif isinstance(error, startup.KeyLost):
        show_lost(entrance, error, entrance.again.emit)
    elif isinstance(error, startup.ShutOut) and known is not None:
        wipe(entrance, entrance.vault, known, str(error))
    else:
        entrance.show_trouble(error)


def show_lost(entrance: Entrance, error: KeyLost, again: Callable[[], Any]) -> None:
    """There are files that nobody can open: what becomes of them is for the person to say."""
    from agentdesk.desk.holding import begin_anew
    from agentdesk.desk.pages.held import LostPage

    entrance.covered.emit()
    page = LostPage(tr(str(error)))
    page.again.connect(again)
    page.anew.connect(lambda: entrance.bridge.run(lambda: begin_anew(error.folder), lambda _result, _error: again()))
    entrance.front.put(page)


def wipe(entrance: Entrance, vault: Secrets | None, known: Known, sentence: str, *, sure: bool = True) -> None:
    """Destroy all that is here of this person; nothing of theirs may be open any more.

    Not `sure`: whether the person who was here last is the one with this e-mail is for the keyring to say.
    """
    entrance.who.forget_all()
    entrance.covered.emit()
    folder = entrance.folder

    def work() -> str:
        from agentdesk.desk import glance, startup

        safe = vault or glance.keyring()
        identity = glance.named(safe, glance.Identity(*known))
        if not sure and safe.account(identity.server) != identity.email:
            identity = replace(identity, person="")  # the files are somebody else's
        startup.wipe(safe, folder, identity)
        return identity.email

    def done(email: str | None, error: BaseException | None) -> None:
        from agentdesk.desk.pages.held import ShutOutPage

        if email:
            entrance.settings.remember(device_of(known[0], email), "")
        if error is not None:
            log.warning("could not wipe: %s", type(error).__name__)
        page = ShutOutPage(tr(sentence))
        page.sign_in.connect(entrance.show_sign_in)
        entrance.front.put(page)

    entrance.bridge.run(work, done)


def stopped(
    entrance: Entrance, here: Here, error: BaseException | None, again: Callable[[str], None]
) -> bool:  # fmt: skip
    """Whether a sign-in ended because of the device: it is to be wiped, or a code from IT is needed first."""
    from agentdesk.sync.http import Problem

    if not isinstance(error, Problem) or not (error.shut_out or error.not_enrolled):
        return False
    if error.shut_out:
        known = entrance.who.known()
        person = known[2] if known is not None and known[0] == here.server else ""
        wipe(entrance, entrance.vault, (here.server, here.email, person, here.device), str(error), sure=False)
        return True
    from agentdesk.desk.pages.held import EnrolPage

    page = EnrolPage(tr(str(error)))
    page.asked.connect(again)
    page.back.connect(entrance.show_sign_in)
    entrance.front.put(page)
    return True


def guarded(
    entrance: Entrance, here: Here, again: Callable[..., None], then: Callable[..., None]
) -> Callable[..., None]:
    """Goes on with `then` (result, error, again), unless the sign-in ended because of the device."""

    def done(result: Any, error: BaseException | None) -> None:
        if not stopped(entrance, here, error, again):
            then(result, error, again)

    return done
