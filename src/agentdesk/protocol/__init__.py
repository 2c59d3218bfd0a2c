"""The wire: frames, encoding, versions. No I/O."""
