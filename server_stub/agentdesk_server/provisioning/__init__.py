"""The company's directory makes, changes and closes accounts and teams here: SCIM 2.0 (RFC 7643, RFC 7644)."""
