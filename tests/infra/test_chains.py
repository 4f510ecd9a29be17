"""A chain has one name, and a transaction of it one spelling."""

import pytest

from trueman.infra.chains import chains_of


def test_chains_are_declared_with_their_assets() -> None:
    found = chains_of("bitcoin:hex:BTC, ethereum:hex:ETH+USDT,solana:exact:SOL")
    assert list(found) == ["bitcoin", "ethereum", "solana"]
    assert found["ethereum"].assets == ("ETH", "USDT")
    assert chains_of("") == {}


@pytest.mark.parametrize(
    "text",
    ["bitcoin", "Bitcoin:hex:BTC", "bitcoin:hex:", "bitcoin:hex:btc", "bitcoin:b58:BTC", "a:hex:B,a:hex:C", ":"],
)
def test_what_declares_no_chain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no chain|declared twice"):
        chains_of(text)


def test_a_hexadecimal_transaction_has_one_spelling_and_another_keeps_its_letters() -> None:
    """C35"""
    found = chains_of("ethereum:hex:ETH,solana:exact:SOL")
    assert {found["ethereum"].txid(text) for text in ("0xAB", "ab", "AB", "0Xab")} == {"ab"}
    assert found["ethereum"].txid("xyz") is None
    assert found["ethereum"].txid("0x") is None
    assert (found["solana"].txid("aB"), found["solana"].txid("a b"), found["solana"].txid("")) == ("aB", None, None)
