"""Money in and out: what was asked, exactly, once."""

from tests.api.conftest import Person


async def test_a_deposit_is_there_in_the_next_read(alice: Person) -> None:
    answer = await alice.post("/v1/wallet/deposits", {"asset": "BTC", "amount": "0.5"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kind"], told["asset"], told["amount"], told["state"]) == ("deposit", "BTC", "0.50000000", "done")
    assert await alice.free("BTC") == "10.50000000"
