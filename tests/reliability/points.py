"""Every point at which something may die, and what must hold then: the numbers that tests name in their docstrings."""

from typing import NamedTuple


class Point(NamedTuple):
    what: str
    must_hold: str


POINTS = {
    "C1": Point("API dies before its append", "no command, no effect"),
    "C2": Point("API dies after its append, before the answer", "one order; a repeat gets the first result"),
    "C3": Point("the reply of an append is lost, the client sends again", "one order; balances moved once"),
    "C4": Point("the answer does not come in time", "504; afterwards a definite answer by client id"),
    "C5": Point("a client disconnects", "the append goes on; nobody gets another's answer"),
    "C6": Point("Valkey is killed", "everything acknowledged is there, dense, the chain whole"),
    "C7": Point("the power is cut", "everything acknowledged is there, dense, the chain whole"),
    "C8": Point("the log's disk is full", "503; nothing acknowledged lost; it goes on when there is room"),
    "C9": Point("the log's memory is full", "503; nothing evicted"),
    "C10": Point("the log starts empty or in the wrong folder", "all refuse; nobody makes a log by accident"),
    "C11": Point("a log that has lost its newest entries", "all halt; never silently on"),
    "C12": Point("Valkey is killed while it rewrites its file", "nothing lost"),
    "C13": Point("the engine dies before it decides", "the command is decided exactly once"),
    "C14": Point("the engine dies between decision and append", "the same result"),
    "C15": Point("the engine dies between append and its reply", "not emitted twice"),
    "C16": Point("the reply of the engine's append is lost", "no gap, nothing twice"),
    "C17": Point("the engine stands still and is replaced", "the old one is fenced and ends"),
    "C18": Point("two engines are started", "the later one goes on; one chain"),
    "C19": Point("a crash while a snapshot is written", "the one before is used"),
    "C20": Point("the newest snapshot is damaged", "the one before; the log reaches back to it"),
    "C21": Point("a command that the engine cannot decide", "it stops; skipped by two signatures, its market halts"),
    "C22": Point("two engines come to different results", "both emit nothing more; the first difference is told"),
    "C23": Point("the updater dies before COMMIT", "rows and offset unchanged"),
    "C24": Point("the updater dies after COMMIT", "no row twice"),
    "C25": Point("the connection is lost in COMMIT", "all or nothing"),
    "C26": Point("two updaters", "one is fenced; the sums are right"),
    "C27": Point("PostgreSQL is killed", "database and engine agree at the offset"),
    "C28": Point("PostgreSQL is restored to an older moment", "written again; ends equal"),
    "C29": Point("PostgreSQL is slow or its disk full", "an alarm, then cancels alone; memory is bounded"),
    "C30": Point("the stream service dies", "no gap that a client does not notice"),
    "C31": Point("a reader of streams is slow", "it is disconnected; nobody else notices"),
    "C32": Point("a clock jumps", "times never decrease; nothing expires early; one engine"),
    "C33": Point("the network is cut", "safe always; alive within 10 s after it is mended"),
    "C34": Point("a withdrawal's sender dies in the middle", "paid at most once"),
    "C35": Point("a deposit is seen twice, or taken back", "credited once, and only when it is final"),
    "C36": Point("the rules change in the midst of trading", "one chain across both rulesets"),
    "C37": Point("a file cannot be made durable", "never taken for success"),
    "C38": Point("everything starts at once, in any order", "the whole comes up by itself"),
}
