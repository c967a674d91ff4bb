"""The task list: whose, which order, which page; and the work on one task."""

from __future__ import annotations

from datetime import timedelta

PART = {"HX-Request": "true", "HX-Target": "work"}


def test_a_task_of_my_group_is_listed_with_key_process_and_due_date(site, ana):
    site.review()
    answer = ana.get("/tasks?list=groups")
    (row,) = answer.texts(".task-row")
    assert row == "Read it due tomorrow Review The clerks"
    assert answer.texts(".tab") == [
        "Mine",
        "My groups 1",
        "Unassigned 1",
        "All",
        "Due today",
        "Overdue",
    ]


def test_a_task_that_is_due_today_and_one_that_is_overdue_stand_in_their_lists(site, ana):
    site.review()
    site.clock.move(timedelta(days=1))
    assert len(ana.get("/tasks?list=all&due=today").texts(".task-row")) == 1
    assert ana.get("/tasks?list=all&due=overdue").texts(".task-row") == []
    site.clock.move(timedelta(hours=6))
    assert "2 h overdue" in ana.get("/tasks?list=all&due=overdue").texts(".task-row")[0]


def test_an_empty_desk_leads_to_the_groups(ana):
    answer = ana.get("/tasks")
    assert "Nothing on your desk" in answer.text
    assert answer.find(".empty a")["href"] == "/tasks?list=groups"


def test_searching_finds_by_key_and_says_when_nothing_fits(site, ana):
    site.deploy("review.bpmn")
    for key in ("A-1", "B-2"):
        site.start("review", key=key, title="x")
    assert len(ana.get("/tasks?list=groups&q=b-2").texts(".task-row")) == 1
    assert "No task of this list matches “zzz”" in ana.get("/tasks?list=groups&q=zzz").text


def test_fifty_rows_are_a_page_and_an_address_beyond_the_end_shows_the_last(site, ana):
    site.deploy("review.bpmn")
    for number in range(52):
        site.start("review", title=str(number))
    first = ana.get("/tasks?list=groups")
    assert len(first.page.select(".task-row")) == 50
    assert "52 in all" in first.text
    assert len(ana.get(first.find('a[rel="next"]')["href"]).page.select(".task-row")) == 2
    assert len(ana.get("/tasks?list=groups&page=9").page.select(".task-row")) == 2


def test_words_in_the_address_that_mean_nothing_are_left_out(ana):
    assert ana.get("/tasks?list=zzz&due=zzz&sort=zzz&page=-3").status == 200


def test_rows_may_be_sorted_by_name(site, ana):
    site.review()
    answer = ana.get("/tasks?list=groups&sort=name")
    assert answer.find("#sort option[selected]")["value"] == "name"


def test_an_unclaimed_task_shows_its_form_locked(site, ana):
    _, task = site.review()
    answer = ana.get(f"/tasks/{task}")
    assert "disabled" in answer.find("#form").attrs
    assert "Nobody has this task yet" in answer.text
    assert answer.texts(".work-header button") == ["Claim"]


def test_documentation_is_shown_as_markdown(site, ana):
    _, task = site.review()
    assert ana.get(f"/tasks/{task}").texts(".work-about strong") == ["all"]


def test_claiming_opens_the_form(site, ana):
    _, task = site.review()
    answer = ana.post(f"/tasks/{task}/claim?list=groups")
    assert answer.location == f"/tasks/{task}?list=groups"
    opened = ana.get(answer.location)
    assert "disabled" not in opened.find("#form").attrs
    assert opened.texts(".work-form > .form-actions") == ["Complete"]


def test_releasing_gives_the_task_back(site, ana):
    _, task = site.review(claimed_by="ana")
    ana.post(f"/tasks/{task}/unclaim")
    assert site.engine.task(task, actor=site.actor("ana")).row.assignee is None


def test_completing_goes_on_to_the_next_task_of_the_list(site, ana):
    _, first = site.review(claimed_by="ana")
    second = site.task(site.start("review", title="Another"))
    site.engine.claim(second, actor=site.actor("ana"))
    answer = ana.post(f"/tasks/{first}/complete", {"title": "The report", "grade": "2"})
    assert answer.location == f"/tasks/{second}"
    assert "“Read it” is done." in ana.get(answer.location).text


def test_completing_the_last_task_shows_the_empty_list(site, ana):
    _, task = site.review(claimed_by="ana")
    assert ana.post(f"/tasks/{task}/complete", {"title": "The report", "grade": "2"}).location == (
        "/tasks"
    )


def test_htmx_gets_the_next_task_its_address_and_a_sign_for_the_list(site, ana):
    _, task = site.review(claimed_by="ana")
    values = {"title": "The report", "grade": "2"}
    answer = ana.post(f"/tasks/{task}/complete?list=groups", values, headers=PART)
    assert answer.status == 200
    assert answer.headers["HX-Push-Url"] == "/tasks?list=groups"
    assert answer.headers["HX-Trigger-After-Settle"] == "tasks-changed"
    assert answer.page.html is None
    assert "“Read it” is done." in answer.find("#toasts").get_text()


def test_wrong_values_are_told_at_their_fields_and_kept(site, ana):
    _, task = site.review(claimed_by="ana")
    answer = ana.post(f"/tasks/{task}/complete", {"title": "The report", "grade": "nine"})
    assert answer.status == 422
    assert "1 field needs another look" in answer.find('[role="alert"]').get_text()
    field = answer.find("#field-grade")
    assert field["value"] == "nine"
    assert field["aria-invalid"] == "true"
    assert "not a number" in answer.find("#field-grade-error").get_text()
    assert site.task(site.engine.task(task, actor=site.actor("ana")).row.instance_id) == task


def test_every_rule_is_told_at_once(site, ana):
    _, task = site.review(claimed_by="ana")
    answer = ana.post(
        f"/tasks/{task}/complete", {"title": "Changed", "grade": "", "verdict": "fine"}
    )
    assert len(answer.texts(".field-error")) == 3


def test_a_value_that_nobody_asked_for_is_refused(site, ana):
    _, task = site.review(claimed_by="ana")
    values = {"title": "The report", "grade": "2", "salary": "1000000"}
    assert ana.post(f"/tasks/{task}/complete", values).status == 422


def test_an_admin_may_give_a_task_to_somebody(site, ada):
    _, task = site.review()
    answer = ada.post(f"/tasks/{task}/assign", {"assignee": "ben"})
    assert "Ben Okafor has the task now." in ada.get(answer.location).text
    assert site.engine.task(task, actor=site.actor("ada")).row.assignee == "ben"


def test_a_task_cannot_be_given_to_nobody(site, ana):
    _, task = site.review(claimed_by="ana")
    answer = ana.post(f"/tasks/{task}/assign", {"assignee": "bne"})
    assert answer.status == 422
    assert answer.find("#assignee")["value"] == "bne"
    assert "Nobody has this login" in answer.find("#assignee-error").get_text()


def test_people_are_offered_by_part_of_their_name(ana):
    assert ana.get("/tasks/people?assignee=oka").texts("option") == ["Ben Okafor"]


def test_the_rows_alone_come_with_the_counts_and_know_the_open_task(site, ana):
    _, task = site.review()
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost/tasks/{task}?list=groups"}
    answer = ana.get("/tasks/rows?list=groups", headers=headers)
    assert answer.find(".task-row")["aria-current"] == "true"
    assert answer.find("#lists")["hx-swap-oob"] == "true"


def test_names_and_variables_are_shown_as_text_never_as_page(site, ana):
    _, task = site.review(claimed_by="ana", title="<script>alert(1)</script>")
    answer = ana.get(f"/tasks/{task}")
    assert answer.find("#field-title")["value"] == "<script>alert(1)</script>"
    assert "alert(1)" not in "".join(script.text for script in answer.page.select("script"))


def test_a_form_without_conditions_asks_the_server_nothing_while_it_is_filled_in(site, ana):
    _, task = site.review(claimed_by="ana")
    assert "hx-post" not in ana.get(f"/tasks/{task}").find("#form").attrs


def test_the_task_of_an_ad_hoc_sub_process_lets_its_holder_start_activities(site, ana):
    site.deploy("party.bpmn")
    instance = site.start("party")
    task = site.task(instance)
    assert "Starten" not in ana.get(f"/tasks/{task}").texts(".activity button")
    ana.post(f"/tasks/{task}/claim")
    page = ana.get(f"/tasks/{task}")
    assert page.texts(".activity strong") == ["Go shopping", "Cook dinner"]
    done = ana.post(f"/tasks/{task}/activities/cook")
    assert (done.status, done.location) == (303, f"/tasks/{task}")
    names = [
        row.name for row in site.engine.instance_tasks(instance, actor=site.actor("ada")).items
    ]
    assert sorted(names) == ["Cook dinner", "Plan the party"]
    assert ana.get(f"/tasks/{task}").texts(".activity") == []


def test_an_activity_that_may_not_start_now_is_refused_beside_the_task(site, ana):
    site.deploy("party.bpmn")
    task = site.task(site.start("party"))
    ana.post(f"/tasks/{task}/claim")
    ana.post(f"/tasks/{task}/activities/cook")
    again = ana.post(f"/tasks/{task}/activities/shop")
    assert again.status == 409
    assert "This cannot be started now" in again.text
