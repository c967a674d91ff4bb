"""Deployed decisions: rows and bytes to compiled models, kept for as long as they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa

from bpmn.decisions import DecisionModel, load
from engine import tables
from engine.runtime.decisions import DecisionForbidden, DecisionReference, DeployedDecision
from engine.services.tenancy import TenantCalls

_decision = tables.decision_definition
_resource = tables.resource
_its = tables.resource.alias("its")
_own = tables.deployment.alias("own")
_asking = tables.deployment.alias("asking")

_COLUMNS = sa.select(
    _decision.c.id,
    _decision.c.key,
    _decision.c.decision_id,
    _decision.c.name,
    _decision.c.version,
    _decision.c.resource_id,
)
_NEWEST = (
    _COLUMNS.where(
        _decision.c.tenant_id == sa.bindparam("tenant"),
        _decision.c.decision_id == sa.bindparam("decision"),
    )
    .order_by(_decision.c.version.desc())
    .limit(1)
)
_BY_ID = _COLUMNS.where(
    _decision.c.tenant_id == sa.bindparam("tenant"), _decision.c.id == sa.bindparam("id")
)
_BY_VERSION = _NEWEST.where(_decision.c.version == sa.bindparam("version"))
_BY_TAG = _NEWEST.where(_decision.c.version_tag == sa.bindparam("tag"))
# An unchanged file keeps its version, which this deployment or an earlier one made.
_IN_DEPLOYMENT = (
    _NEWEST.join(_resource, _resource.c.id == _decision.c.resource_id)
    .join(_own, _own.c.id == _decision.c.deployment_id)
    .join(_asking, _asking.c.id == sa.bindparam("deployment"))
    .where(
        _own.c.key <= _asking.c.key,
        _resource.c.digest.in_(
            sa.select(_its.c.digest).where(_its.c.deployment_id == sa.bindparam("deployment"))
        ),
    )
)
_FILE = sa.select(_resource.c.content, _resource.c.deployment_id).where(
    _resource.c.id == sa.bindparam("resource")
)
_BESIDE = sa.select(_resource.c.content).where(
    _resource.c.deployment_id == sa.bindparam("deployment"),
    _resource.c.id != sa.bindparam("resource"),
    sa.func.lower(_resource.c.name).like("%.dmn"),
)


class DecisionCache:
    """The decision files that were used last, at most *capacity* of them; for all threads."""

    def __init__(self, capacity: int = 200) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._models: OrderedDict[str, DecisionModel] = OrderedDict()

    def model(self, connection: sa.Connection, resource_id: str) -> DecisionModel:
        """The compiled file, with what it imports from its deployment."""
        with self._lock:
            found = self._models.get(resource_id)
            if found is not None:
                self._models.move_to_end(resource_id)
                return found
        # Compiling is slow, so it happens outside the lock; two threads may both do it once.
        model = _read(connection, resource_id)
        with self._lock:
            self._models[resource_id] = model
            while len(self._models) > self._capacity:
                self._models.popitem(last=False)
        return model


def _read(connection: sa.Connection, resource_id: str) -> DecisionModel:
    row = connection.execute(_FILE, {"resource": resource_id}).one()
    values = {"deployment": row.deployment_id, "resource": resource_id}
    loaded = load(row.content, connection.scalars(_BESIDE, values).all())
    assert loaded.model is not None, "only files with a model are deployed"
    return loaded.model


class TenantDecisions:
    """The decisions of a tenant, as one process definition finds them: the port of a step.

    Args:
        connection: the transaction that the step is part of.
        cache: compiled files.
        tenant_id: whose decisions.
        deployment_id: what the binding ``deployment`` means; empty for none.
        calls: whose decisions may be called besides.
    """

    def __init__(
        self,
        connection: sa.Connection,
        cache: DecisionCache,
        tenant_id: str,
        deployment_id: str = "",
        *,
        calls: TenantCalls | None = None,
    ) -> None:
        self._calls = calls or TenantCalls()
        self._connection = connection
        self._cache = cache
        self._tenant_id = tenant_id
        self._deployment_id = deployment_id

    def find(self, wanted: DecisionReference) -> DeployedDecision | None:
        """The version that *wanted* means, ``None`` when there is none.

        Raises:
            DecisionForbidden: it is another organisation's, which may not be called.
        """
        tenant = wanted.tenant or self._tenant_id
        if not self._calls.allows(self._tenant_id, tenant):
            raise DecisionForbidden(tenant)
        values = {"tenant": tenant, "decision": wanted.decision}
        if wanted.binding == "deployment":
            if not self._deployment_id:
                return None
            return self._one(_IN_DEPLOYMENT, **values, deployment=self._deployment_id)
        if wanted.binding == "version":
            number = wanted.version
            if not number.isdecimal() or len(number) > len(str(2**31)) - 1:
                return None
            return self._one(_BY_VERSION, **values, version=int(number))
        if wanted.binding == "versionTag":
            return self._one(_BY_TAG, **values, tag=wanted.version_tag)
        return self._one(_NEWEST, **values)

    def find_by_id(self, definition_id: str) -> DeployedDecision | None:
        """That definition, ``None`` when the tenant has none such."""
        return self._one(_BY_ID, tenant=self._tenant_id, id=definition_id)

    def _one(self, statement: sa.Select[Any], **values: object) -> DeployedDecision | None:
        row = self._connection.execute(statement, values).one_or_none()
        if row is None:
            return None
        model = self._cache.model(self._connection, row.resource_id)
        return DeployedDecision(row.id, row.key, row.decision_id, row.name, row.version, model)
