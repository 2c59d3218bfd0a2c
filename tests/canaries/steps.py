"""What a person does at the desk, and what goes wrong there: each a step that waits without stopping the program."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import threading
import warnings
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import pyotp
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QWidget

from agentdesk.desk import glance, holding
from agentdesk.desk.app.program import Program
from agentdesk.desk.bugreport import BugDialog
from agentdesk.desk.pages.key import KeyPage
from agentdesk.desk.pages.queue.context_sections import FilesSection, TagsSection
from agentdesk.desk.pages.queue.reveal import RevealDialog
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.domain.cases import ATTACHMENTS, Case
from agentdesk.store.lease import data_key

Step = Generator[Callable[[], Any], Any, Any]
LEFT = Qt.MouseButton.LeftButton


class Driver(Protocol):
    """What a step sees of the program."""

    @property
    def program(self) -> Program: ...

    @property
    def session(self) -> Any: ...

    @property
    def live(self) -> bool: ...


def always() -> bool:
    """Nothing is waited for."""
    return True


def typed(field: Any, text: str) -> None:
    """By keys as far as a keyboard has them, else as an input method brings it."""
    field.setFocus()
    field.clear()
    if text.isascii():
        QTest.keyClicks(field, text)
    elif hasattr(field, "insertPlainText"):
        field.insertPlainText(text)
    else:
        field.insert(text)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, LEFT)


# --- Coming in ---


def sign_in(driver: Driver, server: str, email: str, password: str, how: str) -> Step:
    """`how` it goes: it "works", it "fails", or it has just begun."""
    page = yield lambda: isinstance(driver.program.front.page, SignInPage) and driver.program.front.page
    for field, text in ((page.server, server), (page.email, email), (page.password, password)):
        typed(field.line, text)
    press(page.go)
    if how != "begins":
        yield lambda: driver.live if how == "works" else page.go.isEnabled()
    return ""


def come(driver: Driver, server: str, email: str, password: str) -> Step:
    """By what the last run has left, or by the password if it was killed before it had left anything."""
    front = driver.program.front
    yield lambda: driver.live or (front.isVisible() and isinstance(front.page, SignInPage))
    if not driver.live:
        yield from sign_in(driver, server, email, password, "works")
    return ""


def secrets(driver: Driver) -> Step:
    """All that opens anything, as this process knows it: texts, and bytes in hex."""
    live = driver.session.live
    identity, vault, shown = live.identity, live.vault, live._worker.passport
    half = _half(driver)
    local = vault.find_key(identity.server, identity.person)
    yield always
    return {
        "text": {"access token": shown._tokens.access, "refresh token": vault.token(identity.server)},
        "raw": {
            "local key": local.hex(),
            "half of the server": half,
            "data key": data_key(local, half).hex(),
            "device seed": vault.find_device_seed(identity.server, identity.email).hex(),
        },
    }


def _half(driver: Driver) -> str:
    live = driver.session.live
    folder = glance.folder_of(driver.program.entrance.folder, live.identity)
    return holding.lease(live.vault, folder, live.identity).half


# --- Working ---


def open_case(driver: Driver, number: int) -> Step:
    """The case with this number."""
    panel = driver.session.queue.list
    panel.show_view("all")

    def found() -> list[str]:
        panel.model.release()
        records = [panel.model.record(row) for row in range(panel.model.rowCount())]
        return [one.id for one in records if isinstance(one, Case) and one.number == number]

    cases = yield found
    driver.session.queue.show_case(cases[0])
    return cases[0]


def write(driver: Driver, kind: str, text: str, sends: bool) -> Step:
    panel = driver.session.queue.conversation
    panel.write(kind)
    typed(panel.composer.box, text)
    if sends:
        press(panel.composer.send)
        yield lambda: driver.session.live.status.waiting == 0 and not panel.composer.text()
    else:
        journal = driver.session.live._worker._real._inside.saving.journal
        yield lambda: journal.due(0) is None
    return ""


def draft(driver: Driver) -> Step:
    """The reply that is being written."""
    panel = driver.session.queue.conversation
    panel.write("reply")
    yield always
    return panel.composer.text()


def discard(driver: Driver) -> Step:
    """The draft goes into the history."""
    panel = driver.session.queue.conversation
    panel.composer.put_text("")
    yield always
    return ""


def search(driver: Driver, text: str) -> Step:
    panel = driver.session.queue.list
    panel.show_search()
    typed(panel.search, text)
    yield lambda: panel.finder.state != "asking"
    return panel.found.rowCount()


def palette(driver: Driver, text: str) -> Step:
    shell = driver.program.shell
    assert shell is not None
    shell.open_palette()
    typed(shell.palette_panel._line, text)
    yield always
    shell.palette_panel.close()
    return ""


def tag(driver: Driver, text: str) -> Step:
    (section,) = driver.session.queue.context.body.findChildren(TagsSection)
    typed(section.field, text)
    yield always
    return ""


def _in_dialog(dialog: QFileDialog, path: str) -> None:
    dialog.setDirectory(str(Path(path).parent))
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(path)
    (box,) = dialog.findChildren(QDialogButtonBox)
    next(button for button in box.buttons() if box.buttonRole(button) == box.ButtonRole.AcceptRole).click()


def attach(driver: Driver, path: str) -> Step:
    """Through the dialog, as a person does."""
    composer = driver.session.queue.conversation.composer
    before = len(composer.strip.files())
    press(composer.attach)
    dialog = yield lambda: composer.findChild(QFileDialog)
    _in_dialog(dialog, path)
    yield lambda: len(composer.strip.files()) > before
    return ""


def paste_picture(driver: Driver, text: str) -> Step:
    composer = driver.session.queue.conversation.composer
    before = len(composer.strip.files())
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0)
    image.setText("Comment", text)
    QGuiApplication.clipboard().setImage(image)
    composer.strip.take_picture(image)
    yield lambda: len(composer.strip.files()) > before
    return ""


def copy(driver: Driver, text: str) -> Step:
    QGuiApplication.clipboard().setText(text)
    yield always
    return ""


def save_file(driver: Driver, case: str, name: str, path: str, waits: bool = True) -> Step:
    """An attachment of the customer's, to where the person says."""
    queue, view = driver.session.queue, driver.session.live.view
    found = yield lambda: [one for one in view.page(ATTACHMENTS(case=case), limit=50) if one.name == name]
    queue.conversation._act("file", found[0].id)
    dialog = yield lambda: queue.conversation.findChild(QFileDialog)
    _in_dialog(dialog, path)
    if waits:
        yield lambda: Path(path).exists()
    return len(queue.context.body.findChildren(FilesSection))


def reveal(driver: Driver, reason: str, shows: str) -> Step:
    """What is hidden of the newest message, until it is on the screen."""
    panel = driver.session.queue.conversation
    hidden = yield lambda: [i.message.id for i in panel.timeline.entries.items if i.message and "\0" in i.message.text]
    panel.hidden.reveal(hidden[-1])
    dialog = yield lambda: panel.findChild(RevealDialog)
    dialog.purpose.setCurrentIndex(dialog.purpose.findData("payment"))
    typed(dialog.reason, reason)
    press(dialog.reveal)
    yield lambda: any(shows in i.message.text for i in panel.timeline.entries.items if i.message)
    return ""


def break_glass(driver: Driver, number: str, reason: str) -> Step:
    shell = driver.program.shell
    assert shell is not None
    shell.open_page("rights")
    page = driver.session.hosting._hosts["rights"].real
    typed(page.form.number, number)
    typed(page.form.reason, reason)
    press(page.form.button)
    yield lambda: page.form.words.text() or not page.form.number.text()
    shell.open_page("queue")
    return str(page.form.words.text())


def notify(driver: Driver, title: str, text: str) -> Step:
    driver.program.settings.put("notify.preview", True)
    driver.session.notifier.show(title, text)
    yield always
    return ""


def proxy_login(driver: Driver, name: str, password: str) -> Step:
    told: list[str] = []
    driver.program.entrance.keep_login(name, password, told.append)
    yield lambda: told
    return told[0]


def recovery(driver: Driver) -> Step:
    """An authenticator app is set up: its key, and the recovery codes, as they are shown."""
    ways, panel = driver.session.ways, driver.session.ways.panel
    ways.open()
    yield panel.set_up.isVisible
    panel.set_up.click()
    key = yield panel.secret.text
    typed(panel.code.line, pyotp.TOTP(key).now())
    panel.confirm.click()
    codes = yield panel.codes.text
    ways.overlay.close_panel()
    return [key, *codes.split()]


# --- Going wrong ---


def fail(driver: Driver, text: str) -> Step:
    """Something breaks wherever it can, with somebody's words in what is raised."""
    inside = driver.session.live._worker._real._inside

    def broken() -> None:
        raise ValueError(text)

    async def breaking() -> None:
        broken()

    class Leaving:
        def __del__(self) -> None:
            broken()

    QTimer.singleShot(0, broken)
    inside.call(broken)
    inside.loop.call_soon_threadsafe(lambda: inside.loop.create_task(breaking()))
    driver.session.live._bridge.run(broken, lambda _result, error: None)
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    Leaving()
    warnings.warn(text, stacklevel=1)
    dialog = yield bug_dialog
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), inside.loop).result()
    gc.collect()
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), inside.loop).result()
    dialog.copy()
    return dialog.text.toPlainText()


def bug_dialog() -> BugDialog | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, BugDialog)), None)


def last_words(driver: Driver) -> Step:
    """What the program tells of how it ended the last time."""
    dialog = yield bug_dialog
    return dialog.text.toPlainText()


def renew(driver: Driver) -> Step:
    """The session is renewed, which puts a new token into the keyring. Why it could not be."""
    told: list[str] = []
    passport = driver.session.live._worker.passport
    driver.session.live._bridge.run(
        lambda: passport.renewed(at_once=True), lambda _result, error: told.append(str(error or ""))
    )
    yield lambda: told
    return told[0]


def key_page(driver: Driver) -> Step:
    """What stands where there is no keyring to be used."""
    page = yield lambda: isinstance(driver.program.front.page, KeyPage) and driver.program.front.page
    return [one.text() for one in page.findChildren(QLabel)]


def try_again(driver: Driver) -> Step:
    page = driver.program.front.page
    assert isinstance(page, KeyPage)
    page.again.emit()
    yield lambda: driver.live
    return ""


def crash(driver: Driver, how: str) -> Step:
    yield always
    if how == "abort":
        os.abort()
    ctypes.string_at(0)
    return ""


def busy(driver: Driver, text: str) -> Step:
    """Writes and searches without rest, until somebody kills us."""
    session = driver.session
    box, line = session.queue.conversation.composer.box, session.queue.list.search
    session.queue.list.show_search()
    while True:
        for end in range(1, len(text) + 1):
            box.insertPlainText(text[:end])
            line.setText(text[:end])
            yield always
            print(json.dumps("busy"), flush=True)
            QApplication.processEvents()


def close(driver: Driver) -> Step:
    shell = driver.program.shell
    assert shell is not None
    QTimer.singleShot(0, shell.close)
    yield always
    return ""


STEPS: dict[str, Callable[..., Step]] = {
    step.__name__: step
    for step in (
        *(sign_in, come, secrets, open_case, write, draft, discard, search, palette, tag, attach, paste_picture, copy),
        *(save_file, reveal, break_glass, notify, proxy_login, recovery, renew, key_page, try_again, fail, last_words),
        *(crash, busy, close),
    )
}
