"""How often one address may ask for something that is free to all.

Counted in this process alone and kept nowhere: asking changes nothing in the database, who is over
the limit costs it nothing, and no list of visitors comes into being. Several processes let through
as many times as much, which is all the same to somebody who tries codes of 58 bits.
"""

import ipaddress
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from registration import clock
from registration.errors import TooMany

_MOST_ADDRESSES = 20_000  # more than that at once, and the ones seen longest ago begin anew
_NETWORK_OF_ONE = 64  # bits of an IPv6 address that a single subscriber is given


class Allowance:
    """So many questions within a window, for each network address. Threads may share it."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most, self._window = most, window
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def take(self, address: str) -> None:
        """Count one question from there. Raises TooMany when the window's are used up."""
        now, who = clock.now(), _subscriber(address)
        with self._lock:
            begun, count = self._asked.pop(who, (now, 0))
            if now - begun >= self._window:
                begun, count = now, 0
            self._asked[who] = begun, count + 1
            if len(self._asked) > _MOST_ADDRESSES:
                self._asked.popitem(last=False)
        if count >= self._most:
            raise TooMany("This was asked too often. Please wait fifteen minutes.")


def _subscriber(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _NETWORK_OF_ONE), strict=False))
    return address
