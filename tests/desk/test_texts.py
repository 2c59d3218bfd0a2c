"""Every text has a German twin with the same places to fill; a report holds no words of a customer."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless

import agentdesk.desk
from agentdesk.desk import bugreport, resources, texts, times
from agentdesk.desk.pages.audit.words import moment
from agentdesk.desk.pages.queue.context_sections import date_word
from agentdesk.desk.pages.queue.list_times import written
from agentdesk.desk.resources import resource
from agentdesk.text.bundles import LEFT_OUT, NOTES

DESK = Path(agentdesk.desk.__file__).parent
CALLS = ("tr", "mark")


def _calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path in DESK.rglob("*.py")
        if path.name != "texts.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    ]


def _literals() -> list[str]:
    return sorted({
        call.args[0].value
        for _, call in _calls()
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    })  # fmt: skip


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_texts_are_never_concatenated() -> None:
    bad = [(path.name, call.lineno) for path, call in _calls() if isinstance(call.args[0], ast.BinOp | ast.JoinedStr)]
    assert bad == []


@pytest.mark.parametrize("text", [*_literals(), *NOTES.values(), LEFT_OUT])
def test_each_text_has_its_german(text: str) -> None:
    german = texts.words("de").get(text, "")
    assert german, f"no German for {text!r} in resources/i18n/de"
    assert _places(german) == _places(text)


def test_german_files_do_not_contradict_each_other() -> None:
    seen: dict[str, str] = {}
    for path in resource("i18n/de").glob("*.json"):
        for source, target in json.loads(path.read_text("utf-8")).items():
            assert seen.setdefault(source, target) == target, source


def test_german_has_one_word_for_a_case() -> None:
    """A `Vorgang` is worked on, a `Gespräch` is what is said in it: two words for one thing look like two things."""
    others = re.compile(r"\b(Falle?s?|Fällen?|Unterhaltung(en)?|Konversation(en)?|Tickets?)\b")
    assert [german for german in texts.words("de").values() if others.search(german)] == []


def test_a_catalogue_speaks_only_for_us(qapp: QApplication) -> None:
    catalogue = texts.Catalogue({"Hello {name}": "Hallo {name}"}, qapp)
    qapp.installTranslator(catalogue)
    try:
        assert texts.tr("Hello {name}", name="{x}") == "Hallo {x}"
        assert texts.tr("Unknown") == "Unknown"
        assert QCoreApplication.translate("Other", "Hello {name}") == "Hello {name}"
    finally:
        qapp.removeTranslator(catalogue)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lena Sørensen", "Lena Sørensen"),
        ("松田 浩", "松田 浩"),
        ("ליאור כהן", "\u2068ליאור כהן\u2069"),
        ("\u202enoitseuq", "\u2068noitseuq\u2069"),
        ("a\u2069\u2069b", "\u2068ab\u2069"),
        ("ליאור\u2069 b \u2068", "\u2068ליאור b \u2069"),
        ("\u2068ליאור\u2069, 3", "\u2068\u2068ליאור\u2069, 3\u2069"),
    ],
)
def test_names_turn_nothing_in_our_sentences(name: str, shown: str) -> None:
    assert texts.tr("Rule {name} is on.", name=name) == f"Rule {shown} is on."


@pytest.mark.parametrize(("setting", "language"), [("de", "de"), ("en", "en"), ("fr", "en")])
def test_the_language_chosen(setting: str, language: str) -> None:
    assert texts.chosen(setting) == language
    assert texts.chosen("system") in texts.LANGUAGES


@pytest.mark.parametrize(("elapsed", "long", "short"), [
    (-5, "0 s ago", "now"), (2_000, "2 s ago", "now"), (7 * times.MINUTE, "7 min ago", "7m"),
    (2 * times.HOUR, "2 h ago", "2h"), (3 * times.DAY, "3 d ago", "3d"),
])  # fmt: skip
def test_ages(elapsed: int, long: str, short: str) -> None:
    assert (times.ago(elapsed), times.short_age(elapsed)) == (long, short)


def test_a_moment_of_another_day_names_the_day() -> None:
    QLocale.setDefault(QLocale("en_GB"))
    now = 1_800_000_000_000
    assert times.day_and_clock(now, now) == times.clock(now)
    assert times.day_and_clock(now - 3 * times.DAY, now).startswith("12 Jan, ")


def test_a_german_date_has_its_dot(qapp: QApplication) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    catalogue = texts.Catalogue(texts.words("de"), qapp)
    qapp.installTranslator(catalogue)
    now = 1_800_000_000_000
    try:
        assert times.day_and_clock(now - 3 * times.DAY, now).startswith("12. Jan., ")
        assert date_word(now) == "15. Jan. 2027"
        assert moment(now).startswith("15. Jan. 2027, ")
        assert written(now + 3 * times.DAY, now).startswith("Mo. 18. Jan., ")
    finally:
        QLocale.setDefault(before)
        qapp.removeTranslator(catalogue)


def test_resources_are_found_in_a_bundle_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources/theme").mkdir(parents=True)
    (tmp_path / "resources/theme/desk.qss").write_text("")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    resources._roots.cache_clear()
    try:
        assert resource("theme/desk.qss") == tmp_path / "resources/theme/desk.qss"
        assert resource("theme/tokens.json").exists()
        with pytest.raises(FileNotFoundError, match="missing from this installation"):
            resource("theme/none.json")
    finally:
        resources._roots.cache_clear()


def _fail() -> None:
    secret = "lena@example.org"
    try:
        raise KeyError(secret)
    except KeyError as cause:
        raise ValueError(f"cannot read {secret}") from cause


def test_a_report_names_code_and_no_words() -> None:
    with pytest.raises(ValueError, match="cannot read") as caught:
        _fail()
    text = bugreport.report(caught.value, "0.1")
    assert "lena" not in text
    assert str(Path(__file__).parent) not in text
    assert "builtins.ValueError" in text
    assert "caused by builtins.KeyError" in text
    assert "_fail" in text


def test_one_window_for_many_errors(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    expect_log(r"ERROR agentdesk\.desk\.bugreport: unexpected: AgentDesk 0\.1")
    reporter = bugreport.BugReporter("0.1")
    for _ in range(3):
        reporter._hook(ValueError, ValueError("secret"), None)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    dialog = reporter.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog._count.text() == "Happened again: 2")
    assert nameless(dialog) == []
    dialog.copy()
    assert QApplication.clipboard().text() == dialog.text.toPlainText()
    assert "secret" not in dialog.text.toPlainText()
    dialog.accept()
    assert reporter.dialog is None
    assert all("secret" not in record.getMessage() for record in caplog.records)


def test_leaving_is_no_bug(qtbot: QtBot) -> None:
    reporter = bugreport.BugReporter("0.1")
    reporter._hook(KeyboardInterrupt, KeyboardInterrupt(), None)
    QApplication.processEvents()
    assert reporter.dialog is None
