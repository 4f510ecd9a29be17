"""Remembered client ids against a plain dictionary, also where every id has one hash, and the hash against ids that
differ in few letters."""

from itertools import product
from random import Random

import pytest
from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.client_ids import QUOTE_QUANTITY, TERMS, ClientIds
from trueman.core.hashed import HALF_BITS
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
    for at in range(len(ids.factors)):
        ids.factors[at] = 0
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
            number = remembered(ids, account, text)
            ids.tie(number, 0)
            plain[account, text] = number
    assert ids.hashed.count == len(plain)
    for (account, text), number in plain.items():
        assert found(ids, account, text) == number


def test_ids_that_differ_in_the_last_letters_of_their_words_spread() -> None:
    ids = ClientIds(Members())
    letters = [chr(letter) for letter in range(ord("A"), ord("Z") + 1)]
    names = [words_of("x" * 7 + first + "x" * 7 + second) for first, second in product(letters, repeat=2)]
    assert len({ids.hash_of(1_024, name) for name in names}) == len(names)
    assert len({ids.hash_of(1_024, name) >> HALF_BITS for name in names}) > len(names) - 3


def test_long_ids_quote_and_terms_are_kept_whole_and_leave_no_trace() -> None:
    """What lies in the second arena is exact, and a record that is used again starts empty."""
    ids, texts = ClientIds(Members()), ["a" * 36, "a" * 35 + "b", "a" * 16, "a" * 17, "a"]
    numbers = {text: remembered(ids, 7, text) for text in texts}
    ids.say_more(numbers["a"], 5, 6)
    ids.say_more(numbers["a" * 36], 0, 0)
    for text, number in numbers.items():
        ids.tie(number, 0)
        assert found(ids, 7, text) == number
        assert [ids.id_word(number, word) for word in range(5)] == list(words_of(text))
        assert ids.is_repeat(number, 0, 0, 0, *((5, 6) if text == "a" else (0, 0)))
    for text, number in numbers.items():
        ids.close(number)
        assert found(ids, 7, text) == NONE
    again = remembered(ids, 7, "z" * 17)
    assert [ids.id_word(again, word) for word in range(5)] == list(words_of("z" * 17))
    assert (ids.added(again, QUOTE_QUANTITY), ids.added(again, TERMS)) == (0, 0)
