"""What holds for every command: who may give it, that it is pure, travels, can be repeated, and refuses in words."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import pytest
from tests.domain.samples import SAMPLES, busy, giver, sample
from tests.domain.world import World

import agentdesk.domain
import agentdesk_server.authority
from agentdesk.desk.texts import words
from agentdesk.domain.catalogue import COMMANDS, RECORDS
from agentdesk.domain.forum import Ask
from agentdesk.domain.kernel import INTERNAL_ROLES, ROLES, Actor, Condition, Denied, Put, Refusal, Trait, Unknown
from agentdesk.domain.kernel.masking import MARK
from agentdesk.domain.kernel.rights import OLD_NAMES
from agentdesk.domain.kernel.tidying import tidied
from agentdesk.domain.rules import DraftRules, Rule
from agentdesk.protocol import BadMessage, decode_command

EVERY = sorted(COMMANDS)


@pytest.mark.parametrize("name", EVERY)
def test_what_stands_upright_is_left_as_it_is(name: str) -> None:
    command = sample(name)
    assert tidied(command) is command


def test_no_name_or_title_turns_what_stands_around_it() -> None:
    turned, title = "\u202enoitseuq\u2067\x07", "noitseuq"
    asked = Ask(topic="t", post="p", space="", title=turned, text=turned, tags=(turned,))
    assert tidied(asked) == Ask(topic="t", post="p", space="", title=title, text=turned, tags=(title,))
    tag = Trait("tag", "is", (turned,))
    drafted = DraftRules(
        rulebook="r", rules=(Rule(id="1", name=turned, when="opened", condition=Condition(((tag,),))),)
    )
    (rule,) = tidied(drafted).rules
    assert (rule.name, rule.condition.clauses[0][0].values) == (title, (title,))
    kept = "שלום\u200f (A\u200e)"
    assert tidied(Ask(topic="t", post="p", space="", title=kept, text="")).title == kept


def test_each_has_a_sample() -> None:
    assert sorted(SAMPLES) == EVERY


@pytest.mark.parametrize("name", EVERY)
def test_it_can_be_granted(name: str) -> None:
    world = busy()
    assert world.do(sample(name), giver(world, name)), "the sample changes nothing"


@pytest.mark.parametrize("name", EVERY)
def test_other_roles_are_denied(name: str) -> None:
    world = busy()
    everywhere = giver(world, name).scopes
    for role in {*ROLES, *INTERNAL_ROLES, "nobody", ""} - COMMANDS[name].roles:
        with pytest.raises(Denied, match="may not do this"):
            world.decide(sample(name), Actor("ann", role, "Ann", ("t1",), everywhere))


def test_no_command_is_for_everybody() -> None:
    for name, spec in COMMANDS.items():
        assert spec.roles <= {*ROLES, *OLD_NAMES, *INTERNAL_ROLES}, name
        assert spec.roles, name


@pytest.mark.parametrize("name", EVERY)
def test_who_cannot_see_cannot_do(name: str) -> None:
    """The actor has the role, and holds no scope at all: every record named is out of sight."""
    spec, world = COMMANDS[name], busy()
    command = sample(name)
    named = [(f, k) for f, k in spec.refs if getattr(command, f)]
    for role in spec.roles.intersection(ROLES):
        if not named:
            continue
        stranger = Actor("cat", role, "Cat", (), frozenset())
        missing = busy()
        for field, kind in spec.refs:
            missing.records.pop((kind, getattr(command, field)), None)
        assert _answer(world, command, stranger) == _answer(missing, command, stranger)


def _answer(world: World, command: Any, who: Actor) -> Any:
    """What somebody is told, to the letter."""
    try:
        return world.decide(command, who)
    except Refusal as refusal:
        return refusal.sentence, refusal.code, refusal.data


@pytest.mark.parametrize("name", EVERY)
def test_it_takes_over_nothing_out_of_sight(name: str) -> None:
    """An id said to be new that belongs to something the actor cannot see: denied, refused, or nothing happens."""
    spec, world = COMMANDS[name], busy()
    for field, kind in spec.creates:
        taken = next((id for k, id in world.records if k == kind), "")
        if not taken or kind not in ("case", "message", "conversation"):
            continue
        stranger = world.actor("cat")
        command = msgspec.structs.replace(sample(name), **{field: taken})
        if hasattr(command, "team"):
            command = msgspec.structs.replace(command, team="t2")
        try:
            assert world.decide(command, stranger) == []
        except Refusal:
            pass


@pytest.mark.parametrize("name", EVERY)
def test_deciding_is_pure(name: str) -> None:
    world = busy()
    who, command = giver(world, name), sample(name)
    before = dict(world.records)
    first = world.decide(command, who)
    assert world.decide(command, who) == first
    assert world.decide(copy.deepcopy(command), who) == first
    assert world.records == before
    assert [r for r in before.values() if r != world.records[_key(world, r)]] == []


def _key(world: World, record: Any) -> tuple[str, str]:
    return next(key for key, value in world.records.items() if value is record)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("binary", [True, False])
def test_it_travels(name: str, binary: bool) -> None:
    command = sample(name)
    encode = msgspec.msgpack.encode if binary else msgspec.json.encode
    assert decode_command(name, encode(command), binary=binary) == command
    plain = msgspec.to_builtins(command)
    assert decode_command(name, encode({**plain, "not_known_here": [1]}), binary=binary) == command
    for field in plain:
        with pytest.raises(BadMessage):
            decode_command(name, encode({**plain, field: {"not": "this"}}), binary=binary)


@pytest.mark.parametrize("name", EVERY)
def test_hostile_ids_are_not_even_read(name: str) -> None:
    plain = msgspec.to_builtins(sample(name))
    for field, _ in (*COMMANDS[name].refs, *COMMANDS[name].creates):
        if name == "case.assign" and field in ("assignee", "team"):
            continue  # may be empty: such an id is looked for, and not found
        for hostile in ("", "\x00", "a b", "../x", "a" * 121, "abc\n", "ä", MARK + "name"):
            with pytest.raises(BadMessage):
                decode_command(name, msgspec.msgpack.encode({**plain, field: hostile}), binary=True)


@pytest.mark.parametrize("name", EVERY)
def test_repeating_it_is_harmless(name: str) -> None:
    world = busy()
    who, command = giver(world, name), sample(name)
    world.do(command, who)
    before = world.records
    world.records = dict(before)
    try:
        world.do(command, who)
    except Refusal:
        return  # a rule says so in words; nothing happened
    assert set(world.records) == set(before), "it made something more"
    for key, record in before.items():
        assert _lasting(world.records[key]) == _lasting(record)


def _lasting(record: Any) -> Any:
    """A record without its revision, and without when somebody began to follow."""
    return msgspec.structs.replace(record, rev=0, **({"since": 0} if hasattr(record, "since") else {}))


@pytest.mark.parametrize("name", EVERY)
def test_its_records_fit_their_types(name: str) -> None:
    world = busy()
    for change in world.decide(sample(name), giver(world, name)):
        if isinstance(change, Put):
            assert msgspec.convert(msgspec.to_builtins(change.record), type(change.record)) == change.record
            assert change.record.rev == 0 or change.record == world.records.get(_of(change.record))


def _of(record: Any) -> tuple[str, str]:
    return next((s.kind for s in RECORDS.values() if s.cls is type(record)), ""), record.id


@pytest.mark.parametrize("name", EVERY)
def test_it_cannot_carry_a_mask(name: str) -> None:
    """Whatever text comes in, no record keeps a NUL, and so no record keeps a mask."""
    world = busy()
    command = _with_masks(sample(name))
    try:
        changes = world.decide(command, giver(world, name))
    except Refusal:
        return
    stored = msgspec.json.encode([change.record for change in changes if isinstance(change, Put)])
    assert rb"\u0000" not in stored


def _with_masks(command: Any) -> Any:
    ids = {field for field, _ in (*COMMANDS[_name(command)].refs, *COMMANDS[_name(command)].creates)}
    fields: dict[str, Any] = {}
    for field in command.__struct_fields__:
        value = getattr(command, field)
        if field in ids or field in ("role", "state", "key", "origins", "tag"):
            continue
        if isinstance(value, str):
            fields[field] = f"{MARK}name{value}"
        elif field == "files":
            fields[field] = tuple(msgspec.structs.replace(f, name=MARK + f.name, type=MARK + f.type) for f in value)
        elif field in ("teams", "languages"):
            fields[field] = tuple(MARK + one for one in (*value, "en")) if field == "languages" else value
    return msgspec.structs.replace(command, **fields)


def _name(command: Any) -> str:
    return next(name for name, spec in COMMANDS.items() if spec.cls is type(command))


@pytest.mark.parametrize("name", EVERY)
def test_a_desk_that_knows_little_leaves_it_to_the_server(name: str) -> None:
    """Where nothing but the organisation is known, a command is granted, refused for what is known, or `Unknown`."""
    world = busy()
    who, known = giver(world, name), ("team", "person", "site", "availability")
    world.records = {key: record for key, record in world.records.items() if key[0] in known}
    world.knows_all = False
    needs_case = {kind for _, kind in COMMANDS[name].refs} & {"case", "customer"}
    if not needs_case:
        return
    try:
        assert world.decide(sample(name), who) == [], "it decided about what it cannot know"
    except Unknown:
        pass


# -- what refusals say


def _sentences(folder: Path) -> Iterator[tuple[str, set[str], str]]:
    """(sentence, names of the data that come with it, place) of each refusal in the source."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Refusal",
                "Denied",
                "need",
                "refuse_newer",
            ):
                names = {keyword.arg for keyword in node.keywords if keyword.arg}
                if getattr(node.func, "id", "") == "need":
                    names |= {"kind", "id"}
                place = f"{path.name}:{node.lineno}"
                yield from ((text, names, place) for text in _texts(node.args))


def _texts(args: list[ast.expr]) -> Iterator[str]:
    for arg in args:
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and " " in arg.value:
            yield arg.value


DOMAIN = Path(agentdesk.domain.__file__).parent
SENTENCES = [*_sentences(DOMAIN), ("This is no longer there.", {"kind", "id"}, "view.py")]


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 30


@pytest.mark.parametrize(("sentence", "names", "place"), SENTENCES)
def test_each_refusal_is_a_sentence(sentence: str, names: set[str], place: str) -> None:
    wanted = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    assert wanted <= names, place
    said = str(Refusal(sentence, **dict.fromkeys(names, "x")))
    assert "{" not in said
    assert said.endswith("."), place
    assert said[0].isupper() or sentence.startswith("{"), place


SERVER = Path(agentdesk_server.authority.__file__).parent.parent


def _german() -> dict[str, str]:
    return words("de")


@pytest.mark.parametrize("sentence", sorted({text for text, _, _ in SENTENCES}))
def test_each_refusal_has_its_german(sentence: str) -> None:
    german = _german().get(sentence, "")
    assert german, f"no German for {sentence!r} in resources/i18n/de"
    assert german.endswith(".")
    assert _names(german) == _names(sentence)


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_catalogue_says_nothing_that_nobody_says() -> None:
    """A sentence that was reworded leaves no dead German behind."""
    folder = DOMAIN.parent.parent.parent / "resources" / "i18n" / "de" / "domain.json"
    dead = set(json.loads(folder.read_text("utf-8"))) - {text for text, _, _ in SENTENCES} - SAID_BY_THE_SERVER
    assert dead == set()


SAID_BY_THE_SERVER = {
    "This cannot be sent as a command: ask for it where the server offers it.",
    "Command {n} came before command {expected}.",
    "The server could not do this. It was written to its log; please tell your administrator.",
    "The server could not read this command.",
    "The server could not read this question.",
    "The server does not know this command.",
    "The server does not know this question.",
    "There is no such command.",
    "You have had many values revealed in a short time. Please wait a minute.",
    "Another export is being made. Try again in a minute.",
    "No head of {size} entries was signed.",
    "That head is older than the entry {number}.",
    "The log has no entry {number}.",
    "The log is still being read: {done} of {size} entries. Try again in a moment.",
    "This depends on something that was refused before.",
    "You are asking too much at once. Please wait a moment and try again.",
    "{name} has not reached the server. Please attach it again.",
}


@pytest.mark.parametrize("sentence", sorted(SAID_BY_THE_SERVER))
def test_the_servers_answers_have_their_german(sentence: str) -> None:
    assert _names(_german().get(sentence, "")) == _names(sentence)
    assert _german()[sentence].endswith(".")
    said = "".join(path.read_text("utf-8") for path in SERVER.rglob("*.py"))
    assert sentence in said
