"""The chains that bring deposits, as the operator has declared them: a closed set, and one name for each thing in it.

A deposit is credited once because its place (chain, transaction, index) is written down once. So a chain has one name,
whoever spells it how, and a transaction one spelling: where it is a hexadecimal number, capitals and 0x mean nothing.
"""

import re
from typing import Final, NamedTuple

HEX: Final = "hex"
EXACT: Final = "exact"
NAME: Final = re.compile("[a-z0-9][a-z0-9-]{0,31}")
CODE: Final = re.compile("[A-Z0-9]{1,10}")
TXID: Final = {HEX: re.compile("(?:0x)?[0-9a-f]{1,126}"), EXACT: re.compile("[!-~]{1,128}")}


class Chain(NamedTuple):
    name: str
    form: str
    """How its transactions are named: `hex`, or `exact` where every letter counts."""
    assets: tuple[str, ...]

    def txid(self, text: str) -> str | None:
        """The one spelling of a transaction; None when it is none of this chain."""
        text = text.lower() if self.form == HEX else text
        return text.removeprefix("0x" if self.form == HEX else "") if TXID[self.form].fullmatch(text) else None


def chains_of(text: str) -> dict[str, Chain]:
    """Raise ValueError for what is no declaration of chains: name:form:ASSET+ASSET, separated by commas."""
    found: dict[str, Chain] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, form, assets = (*part.split(":"), "", "")[:3] if part.count(":") == 2 else ("", "", "")
        codes = tuple(assets.split("+"))
        if not NAME.fullmatch(name) or form not in TXID or not all(CODE.fullmatch(code) for code in codes):
            raise ValueError(
                f"{part!r} is no chain; write name:form:ASSET+ASSET, such as bitcoin:hex:BTC; forms: hex, exact"
            )
        if name in found:
            raise ValueError(f"the chain {name} is declared twice")
        found[name] = Chain(name, form, codes)
    return found
