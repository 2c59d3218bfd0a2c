"""E-mail: what comes out of mailboxes and files, and goes in as commands."""
