"""What a contract's file may say, as a JSON Schema of its own."""

from __future__ import annotations

from engine.services.contracts.references import LONGEST

_TEXT = {"type": "string", "maxLength": 10_000}
_SHORT = {"type": "string", "maxLength": LONGEST}
_COUNT = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
_SECONDS = {"type": "number", "exclusiveMinimum": 0, "maximum": 86_400}
_DAY = {"type": "string", "maxLength": 40}
_SCHEMA = {"type": ["object", "boolean"]}

FILE_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Contract of an operation of another system",
    "type": "object",
    "required": ["contract", "version", "owner", "connector"],
    "additionalProperties": False,
    "properties": {
        "$schema": _SHORT,
        "contract": {**_SHORT, "description": "The name that its versions share."},
        "version": {**_SHORT, "description": "One to three numbers: 2, 2.1 or 2.1.4."},
        "title": _SHORT,
        "description": _TEXT,
        "owner": {
            "description": "Who answers for it.",
            "anyOf": [
                {**_SHORT, "minLength": 1},
                {
                    "type": "object",
                    "required": ["name"],
                    "additionalProperties": False,
                    "properties": {"name": {**_SHORT, "minLength": 1}, "contact": _SHORT},
                },
            ],
        },
        "connector": {**_SHORT, "minLength": 1},
        "settings": {
            "type": "object",
            "description": "Inputs of the connector; '= ...' is FEEL over the request.",
        },
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "rate": {
                    "type": "object",
                    "required": ["calls", "seconds"],
                    "additionalProperties": False,
                    "properties": {"calls": _COUNT, "seconds": _SECONDS},
                },
                "concurrency": _COUNT,
                "breaker": {
                    "type": "object",
                    "required": ["failures", "seconds"],
                    "additionalProperties": False,
                    "properties": {"failures": _COUNT, "seconds": _SECONDS},
                },
            },
        },
        "request": _SCHEMA,
        "response": _SCHEMA,
        "deprecated": _DAY,
        "sunset": _DAY,
        "successor": _SHORT,
    },
}
