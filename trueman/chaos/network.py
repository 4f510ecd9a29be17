"""Networks of their own for the services, so that a way between two parts can be lost as it is lost in a data centre.

Each service runs in a network namespace, and has a virtual wire of its own to each server and to the public. A wire is
unplugged, or loses what one side sends: its packets then go to an address that nobody has. Nobody is told: connections
hang, and what is sent again arrives late when the wire is mended. That needs root on Linux; where it is not allowed the
cables (cable.py) do what they can without any right.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from random import SystemRandom
from typing import Final

from trueman.errors import StartError

TESTING: Final = IPv4Network("198.18.0.0/15")
"""Set aside for tests of networks (RFC 2544): nobody is reached there."""
BLOCK_BITS: Final = 26
"""Sixteen wires of four addresses each."""
NOBODY: Final = "02:00:00:00:de:ad"
PREFIX: Final = "trueman-chaos"
PUBLIC: Final = "public"
NAMESPACES: Final = Path("/run/netns")


class Wire:
    """From the host, where the servers and the public are, into one service's namespace."""

    def __init__(self, namespace: str, name: str, far: str, addresses: IPv4Network, number: int) -> None:
        self._namespace = namespace
        self._name = name
        self._far_name = far
        self.near, self.far = map(str, addresses.hosts())
        self._near_mac, self._far_mac = f"02:00:00:00:{number:02x}:01", f"02:00:00:00:{number:02x}:02"

    def lay(self) -> None:
        inside = f"name {self._far_name} address {self._far_mac} netns {self._namespace}"
        _ip(f"link add {self._name} address {self._near_mac} type veth peer {inside}")
        _ip(f"addr add {self.near}/30 dev {self._name}")
        _ip(f"-n {self._namespace} addr add {self.far}/30 dev {self._far_name}")
        _ip(f"-n {self._namespace} link set {self._far_name} up")
        self.mend()

    def unplug(self) -> None:
        """Nothing passes, either way."""
        _ip(f"link set {self._name} down")

    def lose_what_the_service_sends(self) -> None:
        self._tell_the_service(NOBODY)

    def lose_what_it_is_sent(self) -> None:
        self._tell_the_host(NOBODY)

    def mend(self) -> None:
        _ip(f"link set {self._name} up")
        self._tell_the_service(self._near_mac)
        self._tell_the_host(self._far_mac)

    def _tell_the_service(self, mac: str) -> None:
        _ip(f"-n {self._namespace} neigh replace {self.near} lladdr {mac} dev {self._far_name} nud permanent")

    def _tell_the_host(self, mac: str) -> None:
        _ip(f"neigh replace {self.far} lladdr {mac} dev {self._name} nud permanent")


class Network:
    """The namespaces and wires of one run."""

    def __init__(self) -> None:
        self._blocks = _free_block().subnets(new_prefix=30)
        self._namespaces: dict[str, str] = {}
        self._count = 0
        self.wires: dict[tuple[str, str], Wire] = {}

    def add(self, service: str, ways: tuple[str, ...]) -> None:
        """Raise StartError when this machine does not allow it."""
        namespace = f"{PREFIX}.{os.getpid()}.{service}"
        _ip(f"netns add {namespace}")
        self._namespaces[service] = namespace
        _ip(f"-n {namespace} link set lo up")
        for way in ways:
            self._count += 1
            wire = Wire(namespace, f"tm{os.getpid()}.{self._count}", way, next(self._blocks), self._count)
            wire.lay()
            self.wires[service, way] = wire

    def argv_in(self, service: str, argv: list[str]) -> list[str]:
        return ["ip", "netns", "exec", self._namespaces[service], *argv]

    def remove(self) -> None:
        """A wire goes with the namespace of its one end."""
        for namespace in self._namespaces.values():
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
        self._namespaces.clear()


def sweep() -> None:
    """Take away what runs left behind that were killed."""
    for path in NAMESPACES.glob(f"{PREFIX}.*") if NAMESPACES.is_dir() else ():
        pid = path.name.removeprefix(f"{PREFIX}.").partition(".")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            subprocess.run(["ip", "netns", "del", path.name], capture_output=True)


def _free_block() -> IPv4Network:
    """Where no other run has its addresses."""
    if shutil.which("ip") is None:
        raise StartError("there is no program `ip`")
    said = subprocess.run(["ip", "-o", "-4", "addr"], capture_output=True, text=True).stdout
    taken = [IPv4Address(word.partition("/")[0]) for word in said.split() if word.startswith("198.1")]
    free = [block for block in _blocks() if not any(address in block for address in taken)]
    if not free:
        raise StartError(f"all of {TESTING} is taken")
    return SystemRandom().choice(free)


def _blocks() -> Iterator[IPv4Network]:
    return TESTING.subnets(new_prefix=BLOCK_BITS)


def _ip(words: str) -> None:
    done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
    if done.returncode:
        raise StartError(f"`ip {words}` says: {done.stderr.strip()}")
