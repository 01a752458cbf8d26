"""The error tree of the contract package.

ContractError             something from outside does not have the form we agreed on
├── IdentifierInvalid     an id, number or code (ids.py, dates.py); carries a stable dotted code
├── BundleMalformed       a visit bundle's parts (bundle.py)
├── PacketMalformed       a packet's frame or header (packet.py)
└── RulesInvalid          a rule set (rules/); names file and place
"""

from __future__ import annotations


class ContractError(ValueError):
    """Input from outside does not have the agreed form. `code` is stable and dotted, the text is for the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class IdentifierInvalid(ContractError):
    """An identifier or date that cannot be what it claims to be."""


class BundleMalformed(ContractError):
    """A visit bundle whose parts do not fit its head; nothing of it may be believed."""


class PacketMalformed(ContractError):
    """A packet frame that cannot be parsed; nothing of it may be believed."""


class RulesInvalid(ContractError):
    """A rule set that cannot be used."""
