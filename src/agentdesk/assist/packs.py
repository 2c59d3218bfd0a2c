"""The packs that this version was made with: their files and the digests that they must have."""

from __future__ import annotations

EMBEDDER = "assist/minilm.pack"
"""Within the resources."""
MOOD = "mood/mood.json"
"""What was learned of how customers feel by what they write."""
EMBEDDER_SHA256 = "28b14163a19b9e1fe352b6e074b5f1a029abd4aca27e2be2d47f6b15489ddcb2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published weights that it is made of."""
