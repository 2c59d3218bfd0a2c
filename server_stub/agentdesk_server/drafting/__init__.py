"""Drafts by a service of the OpenAI form: off unless connected, asked with masked words, judged, never sent."""
