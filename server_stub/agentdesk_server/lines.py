"""The WebSocket lines under the application: read on while somebody keeps up with what they bring."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

AHEAD = 8
"""So many messages may lie there unread before a line is not listened to any more."""


class LineProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, without its stopping and starting to listen for each message: two calls to the system, of which a desk
    that empties its outbox would cause thousands a second.
    """

    def data_received(self, data: bytes) -> None:
        if self.read_paused:
            super().data_received(data)
            return
        self.read_paused = True  # as it takes it: nothing is left to be stopped
        super().data_received(data)
        if self.queue.qsize() > AHEAD:
            self.transport.pause_reading()  # until the application has taken all of them
        else:
            self.read_paused = False
