"""Records on disk: tables, migrations, search, encryption, outbox, vault."""
