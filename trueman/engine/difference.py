"""Where two engines disagree: the first command whose results are not the same, and both of them, for a person."""

from trueman.core.codec import Result, decode_results
from trueman.infra.log import EventEntry

WORDS_MAX = 600
"""Of one result in a message: enough to see what it is about."""


def difference(ours: EventEntry, theirs: EventEntry) -> str:
    """Both are the results of the same commands, or should be."""
    if (ours.first, ours.last) != (theirs.first, theirs.last):
        return f"their entry holds commands {theirs.first} to {theirs.last}, ours {ours.first} to {ours.last}"
    try:
        pairs = zip(decode_results(ours.frame), decode_results(theirs.frame), strict=True)
        for mine, other in pairs:
            if mine != other:
                return f"command {mine.decided.number} comes to {words(mine)}, and was written as {words(other)}"
    except ValueError as error:
        return f"the results of commands {theirs.first} to {theirs.last} cannot be compared one by one: {error}"
    return (
        f"commands {theirs.first} to {theirs.last} come to the same results, but the hash chain is "
        f"{ours.chain.hex()} instead of {theirs.chain.hex()}: a command before them was another"
    )


def words(result: Result) -> str:
    text = repr(result)
    return text if len(text) <= WORDS_MAX else f"{text[:WORDS_MAX]} …"
