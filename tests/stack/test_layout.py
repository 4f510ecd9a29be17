"""What the parts of a one-machine exchange are told."""

import pytest

from trueman.infra.peers import Proxies
from trueman.infra.settings import Settings
from trueman.stack.layout import proxies

PEERS = [
    ("127.0.0.1", "127.0.0.1"),
    ("0.0.0.0", "127.0.0.1"),
    ("::", "::ffff:127.0.0.1"),
    ("192.168.1.5", "192.168.1.5"),
    ("localhost", "127.0.0.1"),
]


@pytest.mark.parametrize(("host", "peer"), PEERS)
def test_the_api_believes_the_web_client_beside_it_and_whom_the_operator_names(host: str, peer: str) -> None:
    told = proxies(Settings(host=host, trusted_proxies="10.0.0.0/8"))["TRUEMAN_TRUSTED_PROXIES"]
    assert Proxies(told).caller(peer, "1.1.1.1") == "1.1.1.1"
    assert Proxies(told).caller(peer, "6.6.6.6, 1.1.1.1, 10.0.0.7") == "1.1.1.1"
    assert Proxies(told).caller("1.1.1.1", "6.6.6.6") == "1.1.1.1"
