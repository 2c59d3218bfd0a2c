"""Lines that are finished as the team writes them: what is sure, what is one customer's, what was erased."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from agentdesk.assist.frames import Begin, Finish, Finished, Learn, Open, Source, Swept
from agentdesk.assist.phrases import Phrases
from agentdesk.assist.serving import Serving

LINE = "We have sent it again today. It left us on {{date}} with the morning post.\nKind regards"


def filled(*texts: str) -> Phrases:
    made = Phrases()
    for id, text in enumerate(texts, 1):
        made.add(id, text)
    return made


def test_what_was_written_twice_or_stands_in_a_macro_goes_on() -> None:
    made = filled(LINE, LINE, "We have sent you a letter.")
    assert made.finish("Hello. we have  sent", lambda _: 1)[0] == " it again today."
    assert made.finish("We have sent ", lambda _: 1)[0] == "it again today."
    assert made.finish("We have sent you", lambda _: 1) == ("", 0), "once is chance"
    assert made.finish("We have sent you", lambda id: 2 if id == 3 else 0) == (" a letter.", 3)
    assert made.finish("It left us", lambda _: 1)[0] == " on", "up to the first fact, which is another customer's"
    for typed in ("", "We", "We have ", "It left us on", "It left us on 3 May", "Kind regards", "ﬁ" * 20):
        assert made.finish(typed, lambda _: 1) == ("", 0)


words = st.lists(st.text(string.ascii_letters + "ßİ.!? ", max_size=60), max_size=6)


@settings(max_examples=200, deadline=None)
@given(words, st.text(string.ascii_letters + "ßİ. ", max_size=40))
def test_what_goes_leaves_at_once_and_nothing_else_does(texts: list[str], typed: str) -> None:
    made = filled(*texts, *texts)
    rest, source = made.finish(typed, lambda _: 1)
    assert bool(rest) == bool(source)
    for id in range(1, 2 * len(texts) + 1):
        made.drop(id)
    assert (made._keys, made._said, made.finish(typed, lambda _: 2)) == ([], {}, ("", 0))


def test_the_worker_finishes_lines_and_forgets_what_is_erased() -> None:
    worker = Serving(Open(b"k" * 32, ""), ())

    def finished() -> Finished:
        while worker.idle()[0]:
            pass
        (found,) = worker.hear(Finish(7, "We are sorry that"))
        assert isinstance(found, Finished)
        return found

    text = "We are sorry that your parcel is late, Lena Canary."
    macro = Source(id="macro:m1", kind="macro", title="Late", text=text.replace(", Lena Canary", ""), macro="m1")
    cases = [Source(id=f"case:c{n}:1", kind="case", title="", asked="Late", text=text, names=("Lena Canary",))
             for n in (1, 2)]  # fmt: skip
    for frame in (Begin(), Learn("case:c1", (cases[0],)), Learn("case:c2", (cases[1],)), Swept()):
        worker.hear(frame)
    assert finished().rest == " your parcel is late,"
    worker.hear(Learn("case:c1", (), gone=True))
    assert finished().rest == ""
    worker.hear(Learn("macro:m1", (macro,)))
    assert (finished().rest, finished().source) == (" your parcel is late.", "macro:m1")
    worker.hear(Begin())
    assert finished().rest == "", "until all is named anew nothing of before is seen"
    worker.close()
