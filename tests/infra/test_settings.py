"""What an operator writes wrong is said at the start, not to a customer later."""

import pytest
from pydantic import ValidationError

from trueman.errors import StartError
from trueman.infra.settings import Settings
from trueman.operator import read_settings

WRONG = {
    "TRUEMAN_FAUCET_AMOUNT_MAX": ["1e6", "-1", "", "1_000", "a lot", "1" * 41],
    "TRUEMAN_TRUSTED_PROXIES": ["10.0.0.300", "10.0.0.0/33", "proxy.example"],
    "TRUEMAN_LOG_KEEP_COMMANDS": ["-1", "1.5"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_setting_that_cannot_be_is_named(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(StartError, match=f"{name}: ..."):
        read_settings()


def test_settings_made_in_code_are_held_to_the_same() -> None:
    with pytest.raises(ValidationError):
        Settings(faucet_amount_max="much")
    assert Settings(faucet_amount_max="0.5", trusted_proxies="10.0.0.0/8, ::1", log_keep_commands=0)
