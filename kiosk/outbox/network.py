"""Knowing at once that the network is back: the kernel tells of links, addresses and routes (rtnetlink(7)).

Nothing it says is looked at: any message means "ask the office now". Where there is no such socket (another system, a
unit without AF_NETLINK) the courier's own asking, every few seconds, still finds the line.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_log = structlog.get_logger("courier")
_ROUTE = 0  # NETLINK_ROUTE
# RTMGRP_LINK | IPV4_IFADDR | IPV4_ROUTE | IPV6_IFADDR | IPV6_ROUTE (linux/rtnetlink.h)
_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
_SETTLE = 0.2  # seconds: messages come in bursts, and the route a moment after the address


def kernel_messages() -> socket.socket:
    """A socket on which the kernel tells of every change of the network. Raises `OSError` where there is none."""
    messages = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE)
    try:
        messages.bind((0, _GROUPS))
    except OSError:
        messages.close()
        raise
    return messages


class NetworkWatch:
    """Calls `changed` on a thread of its own after every change; start once, stop once."""

    def __init__(self, changed: Callable[[], None], *, messages: Callable[[], socket.socket] = kernel_messages) -> None:
        self._changed, self._open = changed, messages
        self._stop = -1
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Without the kernel's word nothing is watched, and nothing else is different."""
        try:
            messages = self._open()
        except OSError as error:
            _log.info("courier.no_network_watch", error=error.strerror)
            return
        self._stop = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._watch, args=(messages,), name="network", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Harmless when it was never started, or stopped before."""
        thread, self._thread = self._thread, None
        if thread:
            os.eventfd_write(self._stop, 1)
            thread.join()
            os.close(self._stop)

    def _watch(self, messages: socket.socket) -> None:
        with messages:
            while not self._stopped(messages):
                self._drain(messages)
                if self._stopped(messages, wait=_SETTLE, only_stop=True):
                    return
                self._drain(messages)
                self._changed()

    def _stopped(self, messages: socket.socket, *, wait: float | None = None, only_stop: bool = False) -> bool:
        """Wait for a message or the end; True for the end."""
        awaited: list[socket.socket | int] = [self._stop] if only_stop else [self._stop, messages]
        ready, _, _ = select.select(awaited, [], [], wait)
        return self._stop in ready

    def _drain(self, messages: socket.socket) -> None:
        """Take what is there; ENOBUFS (too many to keep) is news too."""
        messages.setblocking(False)
        with suppress(OSError):
            while messages.recv(65_536):
                pass
