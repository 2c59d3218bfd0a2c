"""`agentdesk articles`: a folder of another help desk is looked through, reported on and packed for the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentdesk.cli import main
from agentdesk.text.bundles import bundle


def test_a_folder_is_reported_on_and_packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "export", tmp_path / "out.zip"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.html").write_text('<h1>A</h1><p>See <a href="sub/b.md">b</a> <img src="x.png">', "utf-8")
    (folder / "sub" / "b.md").write_text("# B\n\nSee [a](../a.html) and [c](c.md).", "utf-8")
    (folder / "outside.md").symlink_to("/etc/hostname")
    assert main(["articles", str(folder), "--out", str(out), "--form", "html"]) == 1
    told = capsys.readouterr()
    assert told.out == "2 articles, 2 remarks\n"
    assert "a.html: a picture was left out, only its words stand: x.png" in told.err
    assert "sub/b.md: a link leads to no article of these files: c.md" in told.err
    sheets = {one.facts["title"]: one for one in bundle("out.zip", out.read_bytes()).sheets}
    assert f"[b](/help/articles/{sheets['B'].facts['id']})" in sheets["A"].text
    assert f"[a](/help/articles/{sheets['A'].facts['id']})" in sheets["B"].text
    (folder / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n of a picture")
    assert main(["articles", str(folder), "--out", str(tmp_path / "more.zip")]) == 1
    assert "x.png" not in capsys.readouterr().err
    (picture,) = bundle("more.zip", (tmp_path / "more.zip").read_bytes()).pictures.values()
    assert picture.data == (folder / "x.png").read_bytes()
    assert main(["articles", str(folder), "--out", str(out)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["articles", str(tmp_path / "none.md")]) == 1
    assert "none.md cannot be read." in capsys.readouterr().err
