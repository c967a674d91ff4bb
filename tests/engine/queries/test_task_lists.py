"""Whose tasks a list shows, in which order, and what narrows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.actor import SYSTEM, Actor
from engine.core import TaskChange
from engine.queries.tasks import TaskDue, TaskFilter, TaskList, TaskSort

ANN = Actor("ann", groups=frozenset({"managers", "office"}))
BOB = Actor("bob", groups=frozenset({"managers"}))
EVE = Actor("eve")
# The examples share an office, and a busy machine may be slow to make them.
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def test_my_tasks_are_those_assigned_to_me(office):
    office.request("mine", who="ann")
    office.request("hers", who="bob")
    office.request("free", groups="managers")
    assert office.keys(ANN, TaskList.MINE) == ["mine"]


def test_groups_list_has_what_nobody_took_yet(office):
    office.request("for-group", groups="managers")
    office.request("for-me", users="ann")
    office.request("taken", groups="managers")
    office.request("others", groups="board")
    office.engine.claim(office.task("taken").id, actor=BOB)
    assert sorted(office.keys(ANN, TaskList.GROUPS)) == ["for-group", "for-me"]


def test_a_task_of_two_of_my_groups_is_listed_once(office):
    office.request("both", groups="managers,office", users="ann")
    assert office.keys(ANN, TaskList.GROUPS) == ["both"]
    assert office.keys(ANN, TaskList.GROUPS, sort="priority") == ["both"]
    assert office.engine.task_counts(actor=ANN).groups.value == 1


def test_a_task_that_names_nobody_is_open_to_everybody(office):
    office.request("open")
    assert office.keys(EVE, TaskList.UNASSIGNED) == ["open"]
    assert office.keys(EVE, TaskList.GROUPS) == []
    office.engine.claim(office.task("open").id, actor=ANN)
    assert office.keys(EVE, TaskList.ALL) == []


def test_all_shows_what_a_colleague_of_my_group_took(office):
    office.request("taken", groups="managers")
    office.engine.claim(office.task("taken").id, actor=BOB)
    assert office.keys(ANN) == ["taken"]
    assert office.keys(EVE) == []
    assert office.engine.tasks(TaskFilter(list=TaskList.ALL), actor=ANN).items[0].assignee == "bob"


def test_an_admin_sees_every_task_of_the_own_tenant_only(office):
    office.request("one", who="ann")
    assert office.keys(Actor("root", is_admin=True)) == ["one"]
    assert office.keys(Actor("root", tenant_id="other", is_admin=True)) == []
    assert office.keys(Actor("ann", tenant_id="other"), TaskList.MINE) == []


def test_a_group_of_the_same_name_elsewhere_is_another_group(office):
    office.request("ours", groups="managers", users="ann")
    office.request("open")
    stranger = Actor("ann", tenant_id="other", groups=frozenset({"managers"}))
    for which in TaskList:
        assert office.keys(stranger, which) == []


def test_the_system_without_rights_sees_no_task(office):
    office.request("free")
    office.request("taken", who="ann")
    nobody = Actor(None)
    assert office.keys(nobody, TaskList.MINE) == []
    assert office.keys(nobody, TaskList.GROUPS) == []
    assert office.engine.task_counts(actor=nobody).groups.value == 0
    assert office.engine.my_requests(actor=nobody).items == ()


def test_due_first_and_without_date_last(office):
    office.request("later", who="ann", due=office.later(days=2))
    office.request("never", who="ann")
    office.request("overdue", who="ann", due=office.later(days=-1))
    assert office.keys(ANN) == ["overdue", "later", "never"]


def test_sorting_by_creation_priority_and_name(office):
    office.request("low", who="ann", priority=10)
    office.clock.move(timedelta(minutes=1))
    office.request("high", who="ann", priority=90)
    office.engine.complete_task(office.task("low").id, actor=ANN)
    assert office.keys(SYSTEM, sort="priority") == ["high", "low"]
    assert office.keys(SYSTEM, sort="name") == ["high", "low"]
    assert office.keys(SYSTEM, sort=TaskSort.CREATED) == ["low", "high"]


def test_today_begins_at_midnight_of_the_person(office):
    office.request("evening", who="ann", due="2026-03-02T23:30:00+00:00")
    assert office.keys(ANN, due=TaskDue.TODAY) == ["evening"]
    assert office.keys(ANN, due=TaskDue.TODAY, zone=ZoneInfo("Europe/Berlin")) == []
    assert office.engine.task_counts(actor=ANN).due_today.value == 1
    assert office.engine.task_counts(actor=ANN, zone=ZoneInfo("Asia/Tokyo")).due_today.value == 0


def test_today_is_the_day_that_the_person_has(office):
    office.clock.set(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    office.request("tomorrow", who="ann", due="2026-03-03T10:00:00+00:00")
    assert office.keys(ANN, due=TaskDue.TODAY) == []
    assert office.keys(ANN, due=TaskDue.TODAY, zone=ZoneInfo("Europe/Berlin")) == ["tomorrow"]


def test_overdue_is_due_before_now(office):
    office.request("past", who="ann", due=office.later(minutes=-1))
    office.request("future", who="ann", due=office.later(minutes=1))
    assert office.keys(ANN, due=TaskDue.OVERDUE) == ["past"]
    assert office.engine.task_counts(actor=ANN).overdue.value == 1


def test_follow_up_lists_what_rested_until_now(office):
    office.request("rested", who="ann", followUp=office.later(hours=-1))
    office.request("resting", who="ann", followUp=office.later(hours=1))
    assert office.keys(ANN, due=TaskDue.FOLLOW_UP) == ["rested"]


@pytest.mark.parametrize("text", ["R-100%", "r-100%", "00%"])
def test_search_takes_wildcards_as_letters(office, text):
    office.request("R-100%", who="ann")
    office.request("R-1000", who="ann")
    assert office.keys(ANN, text=text) == ["R-100%"]


def test_search_looks_at_task_and_process_names(office):
    office.request("one", who="ann")
    assert office.keys(ANN, text="approve REQ") == ["one"]
    assert office.keys(ANN, text="travel") == ["one"]
    assert office.keys(ANN, text="_") == []


def test_search_folds_case_as_people_do(office):
    office.request("Straße", groups="managers")
    assert office.keys(ANN, text="STRASSE") == ["Straße"]


def test_search_goes_with_every_filter_and_order(office):
    for number in range(4):
        office.request(f"R-{number}", groups="managers", priority=number, due=office.later(days=1))
    office.request("S-1", groups="managers", priority=9)
    for sort in TaskSort:
        found = office.keys(ANN, TaskList.GROUPS, text="r-", min_priority=2, sort=sort)
        assert sorted(found) == ["R-2", "R-3"]
        assert office.keys(ANN, TaskList.GROUPS, text="r-", assignee="bob", sort=sort) == []


def test_a_task_that_was_changed_is_listed_as_it_is_now(office):
    office.request("first", groups="managers", priority=90, due=office.later(days=1))
    office.request("second", groups="managers", priority=80, due=office.later(days=2))
    changed = TaskChange({"priority": 10, "due_at": office.clock.now() + timedelta(days=3)})
    office.engine.change_task(office.task("first").id, changed, actor=SYSTEM)
    regrouped = TaskChange({"groups": ["office"]})
    office.engine.change_task(office.task("second").id, regrouped, actor=SYSTEM)
    for sort in (TaskSort.PRIORITY, TaskSort.DUE):
        assert office.keys(ANN, TaskList.GROUPS, sort=sort) == ["second", "first"]
        assert office.keys(ANN, TaskList.GROUPS, sort=sort, text="second") == ["second"]
    assert office.keys(ANN, TaskList.GROUPS, min_priority=50) == ["second"]
    assert office.keys(BOB, TaskList.GROUPS, text="first") == ["first"]


def test_filters_by_process_assignee_and_priority(office):
    office.request("low", who="ann", priority=10)
    office.request("high", who="bob", priority=70)
    assert sorted(office.keys(SYSTEM, process_id="request")) == ["high", "low"]
    assert office.keys(SYSTEM, process_id="nothing") == []
    assert office.keys(SYSTEM, assignee="bob") == ["high"]
    assert office.keys(SYSTEM, min_priority=50) == ["high"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (TaskSort.DUE, ["R0", "R3", "R6", "R1", "R4", "R2", "R5"]),
        (TaskSort.PRIORITY, ["R6", "R5", "R4", "R3", "R2", "R1", "R0"]),
        (TaskSort.CREATED, ["R6", "R5", "R4", "R3", "R2", "R1", "R0"]),
        (TaskSort.NAME, ["R0", "R3", "R6", "R1", "R4", "R2", "R5"]),
    ],
)
def test_pages_follow_each_other_without_gap_or_repetition(office, sort, expected):
    for number in range(7):
        office.request(
            f"R{number}", groups="managers", due=office.later(days=number % 3), priority=number
        )
    wanted = TaskFilter(list=TaskList.GROUPS)
    found, number = [], 1
    while number:
        page = office.engine.tasks(wanted, actor=ANN, sort=sort, page=number, size=3)
        found += [row.business_key for row in page.items]
        number = page.next
    assert found == expected
    assert page.total.value == 7


@given(
    owners=st.lists(
        st.tuples(
            st.sampled_from([None, "ann", "bob"]),
            st.sets(st.sampled_from(["managers", "office", "board"])),
            st.integers(-3, 3),
        ),
        max_size=6,
    )
)
@settings(max_examples=15, suppress_health_check=SHARED)
def test_every_order_of_a_list_holds_the_same_tasks(office, owners):
    for number, (who, groups, days) in enumerate(owners):
        office.request(
            f"{number}", who=who, groups=",".join(sorted(groups)), due=office.later(days=days)
        )
    for which in TaskList:
        lists = [sorted(office.keys(ANN, which, sort=sort)) for sort in TaskSort]
        assert all(found == lists[0] for found in lists)


def test_a_row_tells_who_has_it_and_who_may(office):
    office.request("one", groups="managers,office", users="ann", due=office.later(days=1))
    row = office.task("one")
    assert (row.name, row.process_name, row.element_id) == (
        "Approve request",
        "Travel request",
        "approve",
    )
    assert row.candidate_groups == ("managers", "office")
    assert row.candidate_users == ("ann",)
    assert row.assignee is None
    assert row.due_at.isoformat() == "2026-03-03T09:00:00+00:00"


def test_changes_differ_after_anything_that_a_list_shows(office):
    seen = [office.engine.changes()]
    office.request("one", groups="managers")
    seen.append(office.engine.changes())
    office.engine.claim(office.task("one").id, actor=ANN)
    seen.append(office.engine.changes())
    office.engine.complete_task(office.task("one").id, actor=ANN)
    seen.append(office.engine.changes())
    assert len(set(seen)) == 4
    assert office.engine.changes() == seen[-1]
