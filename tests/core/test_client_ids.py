"""Remembered client ids against a plain dictionary, also where every id has one hash, and the hash against ids that
differ in few letters."""

from itertools import product
from random import Random

import pytest
from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.client_ids import TICKET, ClientIds
from trueman.core.members import Members
from trueman.core.units import NONE


def words_of(text: str) -> vec[i64]:
    field = text.encode().ljust(40, b"\0")
    words = vec[i64]()
    for at in range(0, 40, 8):
        words = append(words, int.from_bytes(field[at : at + 8], "little"))
    return words


def found(ids: ClientIds, account: int, text: str) -> int:
    words = words_of(text)
    return ids.find(ids.hash_of(account, words), account, words)


def remembered(ids: ClientIds, account: int, text: str) -> int:
    words = words_of(text)
    return ids.add(ids.hash_of(account, words), account, words)


def with_one_hash() -> ClientIds:
    ids = ClientIds(Members())
    ids.factors = vec[i64]([0] * len(ids.factors))
    return ids


@pytest.mark.parametrize("ids", [ClientIds(Members()), with_one_hash()], ids=["salted", "one hash for all"])
def test_ids_come_and_go_as_in_a_dictionary(ids: ClientIds) -> None:
    random, plain = Random(5), dict[tuple[int, str], int]()
    for _ in range(3_000):
        account, text = random.randrange(5), f"id-{random.randrange(60)}"
        if (account, text) in plain:
            ids.close(plain.pop((account, text)))
        else:
            assert found(ids, account, text) == NONE
            slot = remembered(ids, account, text)
            ids.words[slot + TICKET] = 0
            plain[account, text] = slot
    assert ids.count == len(plain)
    for (account, text), slot in plain.items():
        assert found(ids, account, text) == slot


def test_ids_that_differ_in_the_last_letters_of_their_words_spread() -> None:
    ids = ClientIds(Members())
    letters = [chr(letter) for letter in range(ord("A"), ord("Z") + 1)]
    for first, second in product(letters, repeat=2):
        remembered(ids, 1_024, "x" * 7 + first + "x" * 7 + second)
    assert ids.slots.count == 26 * 26
