"""The settings page: every setting and every key, in one searchable form."""

from __future__ import annotations

from agentdesk.desk.pages.settings.form import SettingsForm, SettingsPage

__all__ = ["SettingsForm", "SettingsPage"]
