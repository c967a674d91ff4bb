"""Namespaces of DMN files, 1.1 to 1.5, and what vendors add to them."""

from __future__ import annotations

DMN = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""In the order of the editions; 1.1 has two spellings in the wild."""

CAMUNDA = "http://camunda.org/schema/1.0/dmn"
MODELER = "http://camunda.org/schema/modeler/1.0"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def is_dmn(namespace: str) -> bool:
    """Tell whether a namespace is an edition of DMN's model."""
    return namespace in DMN
