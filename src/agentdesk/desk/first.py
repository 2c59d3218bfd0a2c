"""What stands first of a desk that is opened: the list of cases, before all else of it is loaded."""

from __future__ import annotations

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.glance import Opened
from agentdesk.desk.live import Live
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.queue.front import QueueFront
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell


class First:
    """A session takes it over; `close` if none comes any more."""

    def __init__(self, opened: Opened, bridge: Bridge, shell: Shell, place: LatePage, settings: Settings) -> None:
        self.live = Live(opened, bridge, shell.notices, shell)
        self.front = QueueFront(self.live, settings)
        place.begin(self.front.widget)

    def close(self) -> None:
        """Put it away."""
        self.front.list.close_list()
        self.live.close()
