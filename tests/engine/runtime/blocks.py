"""Random block-structured processes: every split has its join, so all of them can complete."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from bpmn.model import (
    Dialect,
    EventDefinition,
    EventKind,
    Expression,
    Flow,
    Listener,
    Loop,
    LoopKind,
    Node,
    ProcessModel,
    TimerKind,
    Work,
    WorkKind,
)

TASKS = ("task", "userTask", "receiveTask")
CATCHES = ("timer", "message", "conditional")
KINDS = (*TASKS, *CATCHES, "external", "escalation")
LEAVES = st.one_of(
    st.sampled_from([("leaf", kind) for kind in KINDS]),
    st.just(("link",)),
)
HANDLED = (("message", True), ("message", False), ("signal", True), ("escalation", False))


def _wider(inner: st.SearchStrategy) -> st.SearchStrategy:
    branches = st.lists(inner, min_size=1, max_size=3)
    gateways = st.sampled_from(["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
    picks = st.lists(st.booleans(), min_size=3, max_size=3)
    return st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, max_size=4)),
        st.tuples(st.just("split"), gateways, branches, picks),
        st.tuples(st.just("sub"), inner, st.sampled_from(["", "stop", "beside"])),
        st.tuples(st.just("loop"), inner, st.sampled_from(list(LoopKind)), st.integers(0, 3)),
        st.tuples(st.just("events"), branches),
        st.tuples(st.just("handled"), inner, st.sampled_from(HANDLED)),
        st.tuples(st.just("fails"), inner),
        st.tuples(st.just("guarded"), st.sampled_from(["userTask", "receiveTask"])),
        st.tuples(st.just("undone"), st.sampled_from(TASKS)),
        st.tuples(st.just("undone_sub"), inner),
        st.tuples(st.just("transaction"), inner, st.booleans()),
        st.tuples(st.just("complex"), branches),
        st.tuples(st.just("quantity"), st.integers(2, 3)),
        st.tuples(st.just("heard"), inner, st.sampled_from(["sub", "flow", "gateway", "task"])),
        st.tuples(st.just("undone_on_message"), inner, st.booleans(), st.booleans()),
        st.tuples(st.just("terminated"), inner, inner),
        st.tuples(st.just("signalled"), inner),
        st.tuples(
            st.just("ad_hoc"),
            st.lists(st.sampled_from(["task", "receiveTask"]), min_size=1, max_size=3),
            st.sampled_from(["Parallel", "Sequential"]),
        ),
    )


BLOCKS = st.recursive(LEAVES, _wider, max_leaves=12)


@dataclass
class Builder:
    """Collects nodes and flows; each block returns the node that begins it and that ends it."""

    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def node(self, kind: str, scope: str, **facts: object) -> str:
        node_id = f"{kind}_{len(self.nodes)}"
        self.nodes.append(Node(node_id, "", kind, scope, **facts))
        return node_id

    def connect(self, source: str, target: str, scope: str, **facts: object) -> str:
        flow_id = f"flow_{len(self.flows)}"
        self.flows.append(Flow(flow_id, "", source, target, scope, **facts))
        return flow_id

    def block(self, block: tuple, scope: str) -> tuple[str, str]:
        return getattr(self, f"_{block[0]}")(scope, *block[1:])

    def _leaf(self, scope: str, kind: str) -> tuple[str, str]:
        if kind in CATCHES:
            event = EventDefinition(
                EventKind(kind),
                name=_text("m"),
                timer=TimerKind.DURATION,
                expression=_text("true" if kind == "conditional" else "PT1H"),
            )
            made = self.node("intermediateCatchEvent", scope, events=(event,))
        elif kind == "escalation":
            event = EventDefinition(EventKind.ESCALATION, code=_text("E"))
            made = self.node("intermediateThrowEvent", scope, events=(event,))
        elif kind == "external":
            made = self.node("userTask", scope, async_before=True, async_after=True)
        else:
            made = self.node(kind, scope)
        return made, made

    def _sequence(self, scope: str, blocks: list[tuple]) -> tuple[str, str]:
        first = last = self.node("task", scope)
        for block in blocks:
            begin, end = self.block(block, scope)
            self.connect(last, begin, scope)
            last = end
        return first, last

    def _split(
        self, scope: str, kind: str, blocks: list[tuple], picks: list[bool]
    ) -> tuple[str, str]:
        split = self.node(kind, scope)
        join = self.node(kind, scope)
        for number, block in enumerate(blocks):
            begin, end = self.block(block, scope)
            is_last = number == len(blocks) - 1
            facts: dict = {}
            if kind != "parallelGateway" and not is_last:
                facts = {"condition": _text("true" if picks[number] else "false")}
            flow = self.connect(split, begin, scope, **facts)
            if kind != "parallelGateway" and is_last:
                self._default(split, flow)
            self.connect(end, join, scope)
        return split, join

    def _default(self, node_id: str, flow: str) -> None:
        index = next(i for i, node in enumerate(self.nodes) if node.id == node_id)
        self.nodes[index] = _changed(self.nodes[index], default=flow)

    def _inside(self, inner: tuple, sub: str) -> None:
        start = self.node("startEvent", sub)
        end = self.node("endEvent", sub)
        begin, last = self.block(inner, sub)
        self.connect(start, begin, sub)
        self.connect(last, end, sub)

    def _sub(self, scope: str, inner: tuple, guard: str) -> tuple[str, str]:
        sub = self.node("subProcess", scope)
        self._inside(inner, sub)
        merge = self.node("exclusiveGateway", scope)
        self.connect(sub, merge, scope)
        if guard:
            self._guard(sub, scope, merge, interrupting=guard == "stop")
        return sub, merge

    def _guard(self, host: str, scope: str, merge: str, *, interrupting: bool) -> None:
        event = EventDefinition(EventKind.MESSAGE, name=_text("boundary"))
        boundary = self.node(
            "boundaryEvent", scope, events=(event,), attached_to=host, interrupting=interrupting
        )
        task = self.node("userTask", scope)
        self.connect(boundary, task, scope)
        if interrupting:
            self.connect(task, merge, scope)

    def _guarded(self, scope: str, kind: str) -> tuple[str, str]:
        task = self.node(kind, scope)
        merge = self.node("exclusiveGateway", scope)
        self.connect(task, merge, scope)
        self._guard(task, scope, merge, interrupting=True)
        return task, merge

    def _link(self, scope: str) -> tuple[str, str]:
        event = EventDefinition(EventKind.LINK, name=_text(f"link_{len(self.nodes)}"))
        throw = self.node("intermediateThrowEvent", scope, events=(event,))
        return throw, self.node("intermediateCatchEvent", scope, events=(event,))

    def _handled(self, scope: str, inner: tuple, how: tuple[str, bool]) -> tuple[str, str]:
        sub = self.node("subProcess", scope)
        self._inside(inner, sub)
        self._handler(sub, *how)
        return sub, sub

    def _fails(self, scope: str, inner: tuple) -> tuple[str, str]:
        sub = self.node("subProcess", scope)
        self._handler(sub, "error", interrupting=True)
        start = self.node("startEvent", sub)
        event = EventDefinition(EventKind.ERROR, code=_text("E"))
        end = self.node("endEvent", sub, events=(event,))
        begin, last = self.block(inner, sub)
        self.connect(start, begin, sub)
        self.connect(last, end, sub)
        return sub, sub

    def _handler(self, guarded: str, kind: str, interrupting: bool) -> None:
        """An event sub-process in *guarded*."""
        handler = self.node("subProcess", guarded, triggered_by_event=True)
        event = EventDefinition(EventKind(kind), name=_text("handler"), code=_text("E"))
        start = self.node("startEvent", handler, events=(event,), interrupting=interrupting)
        task = self.node("userTask", handler)
        self.connect(start, task, handler)
        self.connect(task, self.node("endEvent", handler), handler)

    def _loop(self, scope: str, inner: tuple, kind: LoopKind, count: int) -> tuple[str, str]:
        loop = Loop(kind, cardinality=_text(str(count)), maximum=count, test_before=True)
        sub = self.node("subProcess", scope, loop=loop)
        self._inside(inner, sub)
        return sub, sub

    def _with_handler(self, host: str, scope: str) -> None:
        """A handler that undoes *host*."""
        handler = self.node("userTask", scope, is_for_compensation=True)
        event = EventDefinition(EventKind.COMPENSATION)
        self.node("boundaryEvent", scope, events=(event,), attached_to=host, compensated_by=handler)

    def _undo(self, host: str, scope: str) -> str:
        """What undoes *host* and nothing else, so that branches do not race."""
        event = EventDefinition(EventKind.COMPENSATION, activity_ref=host)
        throw = self.node("intermediateThrowEvent", scope, events=(event,))
        self.connect(host, throw, scope)
        return throw

    def _undone(self, scope: str, kind: str) -> tuple[str, str]:
        task = self.node(kind, scope)
        self._with_handler(task, scope)
        return task, self._undo(task, scope)

    def _undone_sub(self, scope: str, inner: tuple) -> tuple[str, str]:
        sub = self.node("subProcess", scope)
        start, task = self.node("startEvent", sub), self.node("task", sub)
        self._with_handler(task, sub)
        begin, end = self.block(inner, sub)
        self.connect(start, task, sub)
        self.connect(task, begin, sub)
        self.connect(end, self.node("endEvent", sub), sub)
        return sub, self._undo(sub, scope)

    def _transaction(self, scope: str, inner: tuple, is_cancelled: bool) -> tuple[str, str]:
        events = (EventDefinition(EventKind.CANCEL),)
        host = self.node("transaction", scope)
        start, task = self.node("startEvent", host), self.node("userTask", host)
        self._with_handler(task, host)
        begin, last = self.block(inner, host)
        end = self.node("endEvent", host, events=events if is_cancelled else ())
        for source, target in ((start, task), (task, begin), (last, end)):
            self.connect(source, target, host)
        boundary = self.node("boundaryEvent", scope, events=events, attached_to=host)
        merge = self.node("exclusiveGateway", scope)
        self.connect(host, merge, scope)
        self.connect(boundary, merge, scope)
        return host, merge

    def _complex(self, scope: str, blocks: list[tuple]) -> tuple[str, str]:
        """The first branch goes on; the others are used up by the reset."""
        split = self.node("parallelGateway", scope)
        join = self.node("complexGateway", scope, condition=_text("true"))
        for block in blocks:
            begin, end = self.block(block, scope)
            self.connect(split, begin, scope)
            self.connect(end, join, scope)
        return split, join

    def _heard(self, scope: str, inner: tuple, where: str) -> tuple[str, str]:
        """Handlers that are waited for listen to the begin, the end, or the way."""
        if where == "sub":
            sub = self.node("subProcess", scope, listeners=(_handler("start"), _handler("end")))
            self._inside(inner, sub)
            return sub, sub
        if where == "task":
            task = self.node("userTask", scope, listeners=(_handler("start"), _handler("end")))
            begin, end = self.block(inner, scope)
            self.connect(end, task, scope)
            return begin, task
        heard = (_handler("end"),) if where == "gateway" else ()
        told = (_handler("take"), _handler("take")) if where == "flow" else ()
        gateway = self.node("parallelGateway", scope, listeners=heard)
        join = self.node("inclusiveGateway", scope)
        begin, end = self.block(inner, scope)
        self.connect(gateway, begin, scope, listeners=told)
        self.connect(gateway, join, scope, listeners=told[:1])
        self.connect(end, join, scope)
        return gateway, join

    def _undone_on_message(
        self, scope: str, inner: tuple, interrupting: bool, ends: bool
    ) -> tuple[str, str]:
        """An event sub-process undoes what completed; perhaps it ends before the handlers do."""
        host = self.node("subProcess", scope)
        start, task = self.node("startEvent", host), self.node("userTask", host)
        self._with_handler(task, host)
        begin, last = self.block(inner, host)
        for source, target in ((start, task), (task, begin), (last, self.node("endEvent", host))):
            self.connect(source, target, host)
        handler = self.node("subProcess", host, triggered_by_event=True)
        event = EventDefinition(EventKind.MESSAGE, name=_text("undo"))
        on = self.node("startEvent", handler, events=(event,), interrupting=interrupting)
        fork = self.node("parallelGateway", handler)
        undo = EventDefinition(EventKind.COMPENSATION)
        throw = self.node("intermediateThrowEvent", handler, events=(undo,))
        other = self.node("userTask", handler)
        over = (EventDefinition(EventKind.TERMINATE),) if ends else ()
        self.connect(on, fork, handler)
        self.connect(fork, throw, handler)
        self.connect(fork, other, handler)
        self.connect(throw, self.node("endEvent", handler), handler)
        self.connect(other, self.node("endEvent", handler, events=over), handler)
        return host, host

    def _terminated(self, scope: str, one: tuple, other: tuple) -> tuple[str, str]:
        """Two branches in a sub-process; the second ends it."""
        sub = self.node("subProcess", scope)
        fork = self.node("parallelGateway", sub)
        begin, end = self.block(one, sub)
        first, last = self.block(other, sub)
        over = (EventDefinition(EventKind.TERMINATE),)
        self.connect(fork, begin, sub)
        self.connect(fork, first, sub)
        self.connect(end, self.node("endEvent", sub), sub)
        self.connect(last, self.node("endEvent", sub, events=over), sub)
        return sub, sub

    def _signalled(self, scope: str, inner: tuple) -> tuple[str, str]:
        """A signal that ends what is around it, from inside."""
        name = _text(f"signal_{len(self.nodes)}")
        sub = self.node("subProcess", scope)
        start = self.node("startEvent", sub)
        begin, last = self.block(inner, sub)
        event = EventDefinition(EventKind.SIGNAL, name=name)
        throw = self.node("intermediateThrowEvent", sub, events=(event,))
        for source, target in ((start, begin), (last, throw), (throw, self.node("endEvent", sub))):
            self.connect(source, target, sub)
        boundary = self.node("boundaryEvent", scope, events=(event,), attached_to=sub)
        merge = self.node("exclusiveGateway", scope)
        self.connect(sub, merge, scope)
        self.connect(boundary, merge, scope)
        return sub, merge

    def _quantity(self, scope: str, count: int) -> tuple[str, str]:
        many = self.node("task", scope, completion_quantity=count)
        one = self.node("userTask", scope, start_quantity=count)
        self.connect(many, one, scope)
        return many, one

    def _ad_hoc(self, scope: str, kinds: list[str], ordering: str) -> tuple[str, str]:
        sub = self.node("adHocSubProcess", scope, ordering=ordering)
        for kind in kinds:
            self.node(kind, sub)
        return sub, sub

    def _events(self, scope: str, blocks: list[tuple]) -> tuple[str, str]:
        gateway = self.node("eventBasedGateway", scope)
        merge = self.node("exclusiveGateway", scope)
        for number, block in enumerate(blocks):
            event = EventDefinition(EventKind.MESSAGE, name=_text(f"event_{number}"))
            catch = self.node("intermediateCatchEvent", scope, events=(event,))
            self.connect(gateway, catch, scope)
            begin, end = self.block(block, scope)
            self.connect(catch, begin, scope)
            self.connect(end, merge, scope)
        return gateway, merge

    def model(
        self, block: tuple, dialect: Dialect = Dialect.PLAIN, heard: tuple[str, ...] = ()
    ) -> ProcessModel:
        self._inside(block, "process")
        nodes = tuple(
            _changed(
                node,
                incoming=tuple(f.id for f in self.flows if f.target == node.id),
                outgoing=tuple(f.id for f in self.flows if f.source == node.id),
            )
            for node in self.nodes
        )
        return ProcessModel(
            "process",
            "",
            dialect,
            nodes=nodes,
            flows=tuple(self.flows),
            listeners=tuple(_handler(event) for event in heard),
        )


def _handler(event: str) -> Listener:
    return Listener(event, "execution", work=Work(WorkKind.HANDLER, _text("audit")))


def _text(text: str) -> Expression:
    return Expression(text, "literal")


def _changed(node: Node, **facts: object) -> Node:
    return replace(node, **facts)


MODELS = st.builds(
    lambda block, dialect, heard: Builder().model(block, dialect, heard),
    BLOCKS,
    st.sampled_from([Dialect.PLAIN, Dialect.CAMUNDA7, Dialect.CAMUNDA8]),
    st.sampled_from([(), ("start",), ("end",), ("start", "end")]),
)
