"""The page for IT: every laptop with its state and what it says of itself; invite, shut out, wipe."""

from __future__ import annotations

from agentdesk.desk.pages.devices.page import DevicesPage

__all__ = ["DevicesPage"]
