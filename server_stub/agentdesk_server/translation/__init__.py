"""Translation of messages and drafts by a service that the operator has named."""
