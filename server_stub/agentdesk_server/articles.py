"""`agentdesk articles`: looks through articles in files, says what would not be understood, packs them for the desk."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from agentdesk.text import enclosed
from agentdesk.text.bundles import ENDINGS, Bundle, Note, bundled, packed_as, told
from agentdesk.text.enclosed import pictures_of
from agentdesk.text.folders import LONGEST, MOST_FILES, Unreadable, is_one_of, texts_of

DONE, SOME_NOT, USAGE = 0, 1, 2


def main(argv: list[str]) -> int:
    """0 if all was understood, 1 with sentences if something was not, 2 for arguments without sense."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as leave:  # argparse has already said why, or shown its help
        return USAGE if leave.code else DONE
    troubles: list[str] = []
    pictures: dict[str, bytes] = {}
    texts = list(_texts([Path(path) for path in options.paths], troubles, pictures))
    found = bundled(texts, pictures)
    for sentence in (*troubles, *map(_said, found.notes)):
        print(f"agentdesk articles: {_plain(sentence)}", file=sys.stderr)
    if options.out and (why := _written(Path(options.out), options.form, found)):
        print(f"agentdesk articles: {why}", file=sys.stderr)
        return SOME_NOT
    print(f"{len(found.sheets)} articles, {len(troubles) + len(found.notes)} remarks")
    return SOME_NOT if troubles or found.notes else DONE


def _texts(paths: Sequence[Path], troubles: list[str], pictures: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files of these folders and archives by their names in them, so that links between them are found; `pictures`
    gets those beside them.
    """
    left = MOST_FILES
    for root in paths:
        for path in sorted(_files(root)) if root.is_dir() else [root]:
            if not left:
                troubles.append(f"There are more than {MOST_FILES} files. Take them in parts.")
                return
            left -= 1
            name = path.relative_to(root).as_posix() if root.is_dir() else path.name
            try:
                if path.stat().st_size > _longest(root, path):
                    raise Unreadable("It is too long. Divide it first.")
                data = path.read_bytes()
                pictures.update(pictures_of(name, data))
                if sum(map(len, pictures.values())) > enclosed.MOST_BYTES:
                    raise Unreadable("The pictures are too many. Take them in parts.")
                if not is_one_of(name, enclosed.ENDINGS):
                    yield from texts_of(name, data, ENDINGS)
            except OSError:
                troubles.append(f"{name} cannot be read.")
            except Unreadable as error:
                troubles.append(f"{error.about or name}: {error}")


def _longest(root: Path, path: Path) -> int:
    if not root.is_dir():
        return enclosed.MOST_BYTES
    return enclosed.LARGEST if is_one_of(path.name, enclosed.ENDINGS) else 4 * LONGEST


def _files(root: Path) -> Iterator[Path]:
    """Nothing outside of the folder: links that lead elsewhere are not followed."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            if is_one_of(name, (*ENDINGS, *enclosed.ENDINGS)) and not path.is_symlink():
                yield path


def _said(note: Note) -> str:
    sentence, values = told(note)
    return f"{note.name}: {sentence.format_map(values)}"


def _plain(sentence: str) -> str:
    """Names come from files of others: nothing in them steers a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in sentence)


def _written(out: Path, form: str, found: Bundle) -> str:
    try:
        with out.open("xb") as file:
            pictures = {digest: one.data for digest, one in found.pictures.items()}
            file.write(packed_as("html" if form == "html" else "markdown", found.sheets, pictures))
    except FileExistsError:
        return f"{out} is there already. Choose another name."
    except OSError as error:
        return f"{out} cannot be written: {error.strerror}"
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentdesk articles", description=__doc__)
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a folder, a file, a .zip of Markdown or web pages")
    parser.add_argument("--out", metavar="FILE", default="", help="pack them into this new .zip, to be imported")
    parser.add_argument("--form", choices=("markdown", "html"), default="markdown", help="how they are packed")
    return parser
