"""The settings page: every setting and every key, in one searchable form."""

from __future__ import annotations

from agentdesk.desk.pages.settings.form import SettingsForm, SettingsPage
from agentdesk.desk.pages.settings.network import NetworkPage

__all__ = ["NetworkPage", "SettingsForm", "SettingsPage"]
