"""The audit log: a Merkle tree of every command, sealed details, signed heads, and a verifier that needs no server."""
