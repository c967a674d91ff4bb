"""Opens a BPMN file: bytes to a `Diagram`, through SpiffWorkflow's parser. One public name."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from bpmn import source
from bpmn.dialects import vendor
from bpmn.dialects.languages import declared_language
from bpmn.loading import diagram as whole
from bpmn.loading import drawn as look
from bpmn.loading import global_tasks, schema
from bpmn.loading.census import census
from bpmn.loading.compile import Compiler, read_correlation_properties
from bpmn.loading.constraints import constraints
from bpmn.loading.facts import Reader
from bpmn.loading.normalise import normalise
from bpmn.loading.parsers import DiagramParser
from bpmn.loading.references import references
from bpmn.loading.tables import read_tables
from bpmn.model import Diagram, Dialect, Problem, ProcessModel
from bpmn.names import tag

__all__ = ["load"]


def load(data: bytes, *, name: str = "") -> Diagram:
    """Read one BPMN file.

    Bad input never raises: a file that cannot be opened gives a diagram without processes whose
    ``problems`` say why. Everything that is drawn is in the diagram, also what Laneway does not
    run; `bpmn.validation` judges that.

    Args:
        data: the bytes of the file.
        name: its file name, for the problems.

    Returns:
        The diagram with all problems found while loading. Errors among them forbid deployment,
        never viewing.
    """
    problems: list[Problem] = []
    try:
        found = _read(source.parse(data), problems)
    except source.NotADiagram as error:
        problems.append(error.problem)
        found = Diagram("", "", "", Dialect.PLAIN)
    except ValidationException as error:
        problems.append(_refused_by_parser(error))
        found = Diagram("", "", "", Dialect.PLAIN)
    return replace(
        found,
        name=found.name or name,
        problems=tuple(replace(problem, file=name) for problem in problems),
    )


def _read(root: etree._Element, problems: list[Problem]) -> Diagram:
    problems.extend(schema.check(root))
    problems.extend(normalise(root))
    problems.extend(global_tasks.expand(root))
    dialect = whole.find_dialect(root)
    problems.extend(references(root, dialect))
    problems.extend(constraints(root, dialect))
    processes = _processes(root, dialect)
    problems.extend(census(root, processes))
    if not processes:
        problems.append(_without_process())
    return Diagram(
        id=root.get("id", ""),
        name=root.get("name", ""),
        target_namespace=root.get("targetNamespace", ""),
        dialect=dialect,
        exporter=root.get("exporter", ""),
        platform_version=whole.platform_version(root),
        processes=processes,
        participants=tuple(whole.participants(root)),
        message_flows=tuple(whole.message_flows(root)),
        shapes=tuple(look.shapes(root, problems)),
        drawn=tuple(look.drawn(root)),
    )


def _processes(root: etree._Element, dialect: Dialect) -> tuple[ProcessModel, ...]:
    tables = read_tables(root)
    parser = DiagramParser({name: lanes[-1] for name, lanes in tables.lanes.items()})
    parser.add_bpmn_xml(root)
    parser.complete(root)
    reader = Reader(dialect, declared_language(root.get("expressionLanguage")))
    compiler = Compiler(
        reader=reader,
        vendor=vendor(dialect, whole.dialect_facts(root, tables)),
        tables=tables,
        scopes=parser.read(),
        correlation_properties=tuple(read_correlation_properties(root, reader)),
    )
    return tuple(compiler.process(element) for element in root.iter(tag("process")))


def _refused_by_parser(error: ValidationException) -> Problem:
    return Problem(
        code="file-not-readable",
        message=f"The parser cannot read the file: {error}.",
        hint="Export the diagram again with a current modeler; if that does not help, report it.",
        element_id=str(error.id or ""),
        element_name=str(error.name or ""),
    )


def _without_process() -> Problem:
    return Problem(
        code="process-missing",
        message="The file has no process.",
        hint="Draw at least one process; a collaboration needs a pool with a process in it.",
    )
