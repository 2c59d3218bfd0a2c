"""Why a wish is not granted: a Refusal, a denial, or a record this place cannot know."""

from __future__ import annotations

from typing import Any

import msgspec


class Telling(msgspec.Struct, frozen=True):
    """A value in a refusal that not everybody may read alike."""

    def to(self, view: Any) -> str:
        """The text for a view; None for a place that holds only what its person may see."""
        raise TypeError(f"{type(self).__name__} tells nothing")


class Refusal(Exception):
    """The rule that says no.

    `sentence` is a template a person can read once its `{names}` are filled from `data`; it is also the key by which a
    desk finds its translation. `code` is short and stable, for programs.
    """

    code = "refused"

    def __init__(self, sentence: str, code: str = "", **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.raw = data
        self.data = self.told(None)
        if code:
            self.code = code

    def told(self, view: Any) -> dict[str, Any]:
        """The data as a view may read it."""
        return {name: value.to(view) if isinstance(value, Telling) else value for name, value in self.raw.items()}

    def __str__(self) -> str:
        return self.sentence.format_map(_Gaps(self.data))


class Denied(Refusal):
    """The actor has no right to this, whatever the state of things."""

    code = "denied"


class Unseen(Refusal):
    """The actor may not see what the command names. It reads like the refusal for what does not exist, to the letter;
    only the log knows the difference.
    """

    def __init__(self, missing: Refusal) -> None:
        super().__init__(missing.sentence, missing.code, **missing.raw)


def step_up() -> Refusal:
    """Where an act is privileged and nobody has proved anew who they are."""
    return Refusal("Confirm that it is you: this needs a fresh proof, not older than five minutes.", "step_up")


class Unknown(Exception):
    """A record outside this desk's scopes is needed: only the server can decide."""


class _Gaps(dict[str, Any]):
    """Leaves a placeholder without a value as it stands, so that a sentence never fails to print."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
