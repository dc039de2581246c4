"""Found by every Python process that has this folder on its path: nothing may leave the machine, and all is logged.

What was refused is appended to the file REACHED, by name of the event, and what any library logs, at the most talkative
level, to the file LOGGED.
"""

import logging
import os
import sys
from ipaddress import ip_address


def _is_local(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        address = ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, given: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        wrong = isinstance(address, tuple) and not _is_local(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        host = given[0][0] if isinstance(given[0], tuple) else given[0]
        wrong = not _is_local(host)
    else:
        return
    if wrong:
        with open(os.environ["REACHED"], "a") as file:
            file.write(f"{event} {given[:2]}\n")
        raise OSError("no network")


sys.addaudithook(_refuse)
logging.basicConfig(filename=os.environ["LOGGED"], level=logging.DEBUG)
