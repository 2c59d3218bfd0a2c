"""Text of which a program broke the lines (format=flowed, RFC 3676), with the lines that were written."""

from __future__ import annotations


def unflow(text: str, deletes_space: bool) -> str:
    """Lines that end in a space go on in the next one, if that is quoted as deeply; a signature's mark never does."""
    lines: list[str] = []
    open_depth = -1  # of the line that is to go on; -1: none
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        if open_depth == depth and body != "-- ":
            lines[-1] += body
        else:
            lines.append(">" * depth + " " * (depth > 0) + body)
        flows = body.endswith(" ") and body != "-- "
        open_depth = depth if flows else -1
        if flows and deletes_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
