"""T4: no number of what was traded, moved or rested can be another without being found out."""

from copy import deepcopy
from random import Random

from tests.checker.lived import Entry, lived
from tests.golden.write import FOLDER
from tests.reference.logbook import read, ruleset_of
from trueman.checker.log import LogChecker
from trueman.core import codec
from trueman.core import events as fact

LOG = FOLDER / "day-8.log"
TRIALS = 400
WATCHED = (
    fact.Traded, fact.MatchPrevented, fact.LevelChanged, fact.Moved, fact.OrderAccepted, fact.OrderTerms,
    fact.OrderActivated, fact.OrderAmended, fact.AuctionUncrossed, fact.AuctionCalled,
)  # fmt: skip
SOON = 40
"""Frames, within which what was told wrong has to come out; most of it does at once."""


def test_a_number_that_is_off_by_one_is_found_out() -> None:
    """T4"""
    random, ruleset = Random(8), ruleset_of(LOG)
    entries = lived(read(LOG), ruleset)
    picks = sorted(random.choices(range(len(entries) - SOON), k=TRIALS))
    checker, tried, missed = LogChecker(ruleset), 0, []
    for at, entry in enumerate(entries):
        for _ in range(picks.count(at)):
            lie = off_by_one(random, entry)
            if lie is None:
                continue
            tried += 1
            what, false = lie
            witness = deepcopy(checker)
            for shown in (false, *entries[at + 1 : at + SOON]):
                witness.check(*shown)
                if witness.faults:
                    break
            if not witness.faults:
                missed.append(f"command {witness.number}: {what}")
        checker.check(*entry)
    assert not checker.faults
    assert tried > TRIALS // 3
    assert missed == []


def off_by_one(random: Random, entry: Entry) -> tuple[str, Entry] | None:
    """The entry with one number of one of its events changed, and which; None where nothing of the kind happened."""
    events = codec.decode_events(entry.events)
    places = [place for place, event in enumerate(events) if isinstance(event, WATCHED)]
    if not places:
        return None
    place = random.choice(places)
    event = events[place]
    name = random.choice([name for name in event._fields if isinstance(getattr(event, name), int)])
    value = getattr(event, name) + random.choice((-1, 1))
    if not codec.fits(name, value):
        return None
    events[place] = event._replace(**{name: value})
    return f"{event} with {name} {value}", entry._replace(events=b"".join(map(codec.encode, events)))
