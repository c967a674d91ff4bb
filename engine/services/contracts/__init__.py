"""Contracts: what an operation of another system takes and gives, named and versioned.

A contract is a file (``*.contract.json``) that says which connector calls which address with which
settings, and has a JSON Schema of the request and of the answer, both checked at every call. A task
names it (``contract:NAME:VERSION``); so it is known which models and instances use it.
"""

from engine.services.contracts.book import ContractBook, ContractMissing
from engine.services.contracts.bound import BoundContract
from engine.services.contracts.model import Contract, Lifecycle
from engine.services.contracts.reading import read_contract
from engine.services.contracts.references import (
    PREFIX,
    Reference,
    ReferenceInvalid,
    parse_reference,
)
from engine.services.contracts.version import Version, VersionInvalid

__all__ = [
    "PREFIX",
    "BoundContract",
    "Contract",
    "ContractBook",
    "ContractMissing",
    "Lifecycle",
    "Reference",
    "ReferenceInvalid",
    "Version",
    "VersionInvalid",
    "parse_reference",
    "read_contract",
]
