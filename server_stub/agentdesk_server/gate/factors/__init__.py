"""What proves a person beside the password: an authenticator app, a passkey, a recovery code."""
