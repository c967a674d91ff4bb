"""Deployments, definitions, decisions."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import UUID, Boolean, Dict, Integer, List, Nested, Raw, String
from apiflask.validators import Length

from web.api.v1.schemas.base import PageQuery, any_variables, file_field, moment, short_text, whole


class FileProblem(Schema):
    """What is wrong with a file that should be deployed."""

    code = String()
    severity = String(metadata={"enum": ["error", "warning", "info"]})
    message = String()
    hint = String()
    file = String()
    line = Integer(allow_none=True)
    element_id = String(allow_none=True)
    element_name = String(allow_none=True)


class Files(Schema):
    """Diagrams, decisions, forms."""

    files = List(file_field(), required=True, validate=Length(1, 100))
    name = short_text(load_default="")


class Judged(Schema):
    """Whether files can be deployed."""

    is_deployable = Boolean()
    problems = List(Nested(FileProblem))


class DeployedPart(Schema):
    """A process, decision or form of a deployment."""

    id = UUID()
    key = String(metadata={"description": "Its id in the file."})
    name = String()
    version = Integer()
    is_new = Boolean()
    resource = String()


class Deployment(Schema):
    """What was deployed."""

    id = UUID()
    is_new = Boolean(metadata={"description": "False: these very files were deployed before."})
    processes = List(Nested(DeployedPart))
    decisions = List(Nested(DeployedPart))
    forms = List(Nested(DeployedPart))
    problems = List(Nested(FileProblem))


class DefinitionQuery(PageQuery):
    """Which process definitions."""

    text = short_text(load_default="")
    all_versions = Boolean(load_default=False)


class Definition(Schema):
    """One version of a process."""

    id = UUID()
    process_id = String()
    name = String()
    version = Integer()
    version_tag = String()
    documentation = String()
    is_executable = Boolean()
    is_startable = Boolean()
    is_suspended = Boolean()
    is_latest = Boolean()
    resource_name = String()
    deployment_id = UUID()
    deployed_by = String(allow_none=True)
    deployed_at = moment()


class DefinitionDetail(Definition):
    """One version of a process with its sisters."""

    versions = List(Integer(), metadata={"description": "All versions, newest first."})
    why_not_startable = String(metadata={"description": "Empty when the caller can start it."})


class WithInstances(Schema):
    """How far suspending goes."""

    with_instances = Boolean(load_default=False)


class OfElement(Schema):
    """Jobs of which element."""

    element_id = short_text(load_default="")


class DecisionQuery(PageQuery):
    """Which decisions."""

    text = short_text(load_default="")
    all_versions = Boolean(load_default=False)


class Decision(Schema):
    """One version of a decision."""

    id = UUID()
    decision_id = String()
    name = String()
    version = Integer()
    version_tag = String()
    is_latest = Boolean()
    resource_name = String()
    deployment_id = UUID()
    deployed_at = moment()


class EvaluationOrder(Schema):
    """What to decide on."""

    variables = any_variables(load_default=dict)
    version = whole(1, 2**31 - 1, load_default=None, allow_none=True)


class Evaluation(Schema):
    """What was decided, and how."""

    decision_id = String()
    name = String()
    version = Integer()
    definition_id = UUID()
    value = Raw(allow_none=True)
    is_made = Boolean(metadata={"description": "False: it cannot be made as drawn, see remarks."})
    decisions = List(
        Dict(),
        metadata={
            "description": "Each decision that was made, the one asked for last: id, name, value; "
            "of a table hit_policy, inputs (label, value) and rules (id, number, outputs)."
        },
    )
    remarks = List(Dict(), metadata={"description": "Why something is null."})
