"""Bytes of a file to a safe XML tree: the only place where outside XML is parsed."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from bpmn.model import Problem
from bpmn.names import BPMN

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 200
MAX_ATTRIBUTES = 200
MAX_ELEMENTS = 200_000
MAX_PROCESSES = 1_000

_EXPORT_HINT = "Export the diagram again as BPMN 2.0 XML (.bpmn) and upload that file."
_PROCESS = f"{BPMN} process"
_ZIP = b"PK\x03\x04"
_OTHER_ROOTS = {
    "http://www.omg.org/spec/DMN": "a DMN decision file; deploy it with the extension .dmn",
    "http://www.omg.org/spec/CMMN": "a CMMN case file, which Laneway does not run",
    "http://www.wfmc.org": "an XPDL file, which Laneway does not run",
    "http://www.w3.org/1999/xhtml": "a web page, perhaps a login page saved instead of the file",
    "http://www.w3.org/2000/svg": "a picture of a diagram; export the diagram itself",
}


class NotADiagram(ValueError):
    """The bytes are not a BPMN file that may be opened; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse(data: bytes) -> etree._Element:
    """Parse *data*, without DTD, entities, network, comments or processing instructions.

    A first pass (expat, linear in the size whatever the file holds) looks at depth, counts and
    root only, because the tree builder needs quadratic time for thousands of attributes.

    Args:
        data: the file, at most `MAX_BYTES`.

    Raises:
        NotADiagram: empty, too large, no XML, a DOCTYPE, too deep, too many elements or
            attributes, or another root than BPMN 2.0's ``definitions``.
    """
    return parse_with(data, Inspection())


def parse_with(data: bytes, inspection: Inspection) -> etree._Element:
    """Parse as ``parse`` does; *inspection* says which root the file must have.

    Raises:
        NotADiagram: as ``parse``.
    """
    _check_bytes(data)
    inspection.run(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise _refusal("file-not-xml", f"The file is not well-formed XML: {error}.", line) from None


def _check_bytes(data: bytes) -> None:
    if not data.strip():
        raise _refusal("file-empty", "The file is empty.")
    if len(data) > MAX_BYTES:
        raise _refusal(
            "file-too-large",
            f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read.",
            hint="Split the diagram: move parts into processes of their own and call them.",
        )
    if data.startswith(_ZIP):
        raise _refusal(
            "file-is-archive",
            "The file is a ZIP archive, not a diagram.",
            hint="Unpack it and upload the .bpmn files inside.",
        )


def _refusal(code: str, message: str, line: int = 0, hint: str = _EXPORT_HINT) -> NotADiagram:
    return NotADiagram(Problem(code=code, message=message, hint=hint, line=line))


class Inspection:
    """Walks the file once and stops at the first thing that is not allowed."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0
        self.processes = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def run(self, data: bytes) -> None:
        """Walk *data*; raises NotADiagram."""
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise _refusal(
                "file-not-xml",
                f"The file is not well-formed XML: {expat.ErrorString(error.code)} "
                f"(line {error.lineno}, column {error.offset + 1}).",
                error.lineno,
            ) from None
        except (LookupError, ValueError) as error:
            if isinstance(error, NotADiagram):
                raise
            raise _refusal("file-not-xml", f"The file's encoding is unknown: {error}.") from None

    def start(self, name: str, attributes: list[str]) -> None:
        """Count an element."""
        if not self.elements:
            self.check_root(name)
        self.elements += 1
        self.processes += name == _PROCESS
        self.depth += 1
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            self.refuse(
                "file-too-many-attributes",
                f"One element has {len(attributes) // 2} attributes; at most {MAX_ATTRIBUTES} "
                "are read.",
            )
        if self.depth > MAX_DEPTH:
            self.refuse("file-too-deep", f"Elements are nested more than {MAX_DEPTH} deep.")
        if self.elements > MAX_ELEMENTS:
            self.refuse(
                "file-too-many-elements", f"The file has more than {MAX_ELEMENTS:,} elements."
            )
        if self.processes > MAX_PROCESSES:
            self.refuse(
                "file-too-many-processes", f"The file has more than {MAX_PROCESSES:,} processes."
            )

    def end(self, _name: str) -> None:
        """Leave an element."""
        self.depth -= 1

    def doctype(self, *_declaration: object) -> None:
        """Refuse the declaration."""
        self.refuse(
            "file-has-doctype",
            "The file has a DOCTYPE declaration, which is not read because it can carry attacks.",
            "Remove the line that begins with <!DOCTYPE; BPMN files need none.",
        )

    def check_root(self, name: str) -> None:
        """Refuse another root than the one wanted; *name* is ``namespace local``."""
        namespace, _, local = name.rpartition(" ")
        if (namespace, local) == (BPMN, "definitions"):
            return
        for start, meaning in _OTHER_ROOTS.items():
            if namespace.startswith(start):
                self.refuse("file-not-bpmn", f"The file is {meaning}.")
        if local == "definitions":
            self.refuse(
                "file-not-bpmn",
                f"The root element 'definitions' has the namespace {namespace!r}.",
                f"BPMN 2.0's namespace is {BPMN}; export the diagram again as BPMN 2.0.",
            )
        self.refuse(
            "file-not-bpmn",
            f"The root element is {local!r}, not BPMN's 'definitions'.",
        )

    def refuse(self, code: str, message: str, hint: str = _EXPORT_HINT) -> None:
        """Stop here; raises NotADiagram."""
        raise _refusal(code, message, self.parser.CurrentLineNumber, hint)
