"""What somebody else did meanwhile, and what one may not know of."""

from __future__ import annotations

import threading

VALUES = {"title": "The report", "grade": "2"}


def test_a_task_that_is_gone_tells_by_whom_and_when(site, ana):
    _, task = site.review(claimed_by="ben")
    site.browser("ben").post(f"/tasks/{task}/complete", VALUES)
    answer = ana.post(f"/tasks/{task}/claim?list=groups")
    assert answer.status == 409
    assert "Ben Okafor completed it just now" in answer.text
    assert answer.find(".inbox-list")


def test_opening_a_task_that_is_gone_says_so_too(site, ana):
    _, task = site.review(claimed_by="ben")
    site.browser("ben").post(f"/tasks/{task}/complete", VALUES)
    answer = ana.get(f"/tasks/{task}")
    assert answer.status == 410
    assert "Ben Okafor completed it" in answer.text


def test_a_task_of_a_cancelled_instance_is_no_longer_needed(site, ana):
    instance, task = site.review()
    site.engine.cancel_instance(instance, actor=site.actor("ada"))
    assert "no longer needed" in ana.get(f"/tasks/{task}").text


def test_a_task_that_somebody_took_says_who_has_it(site, ana):
    _, task = site.review(claimed_by="ben")
    answer = ana.post(f"/tasks/{task}/claim?list=groups")
    assert answer.status == 409
    assert "Ben Okafor has this task now" in answer.find("#toasts").get_text()
    assert "only they can fill it in" in answer.text


def test_completing_what_somebody_else_holds_changes_nothing(site, ana):
    _, task = site.review(claimed_by="ben")
    assert ana.post(f"/tasks/{task}/complete", VALUES).status == 409
    assert site.engine.task(task, actor=site.actor("ben")).row.assignee == "ben"


def test_a_suspended_task_cannot_be_completed(site, ana):
    instance, task = site.review(claimed_by="ana")
    site.engine.suspend_instance(instance, actor=site.actor("ada"))
    assert ana.post(f"/tasks/{task}/complete", VALUES).status == 409
    page = ana.get(f"/tasks/{task}")
    assert "disabled" in page.find("#form").attrs
    assert "suspended" in page.text


def test_a_stranger_does_not_learn_that_the_task_exists(site, iris):
    _, task = site.review()
    never = "01a2011c-92f7-7438-8113-c7651972393e"
    told = {iris.get(f"/tasks/{never}").text, iris.get(f"/tasks/{task}").text}
    assert iris.get(f"/tasks/{task}").status == 404
    assert len(told) == 1
    assert iris.post(f"/tasks/{task}/claim").status == 404


def test_an_id_that_is_none_is_not_here(ana):
    assert ana.get("/tasks/no-such-task").status == 404


def test_of_two_who_complete_at_once_one_wins_and_the_other_learns_by_whom(file_site):
    site = file_site
    _, task = site.review(claimed_by="ana")
    browsers = [site.browser("ana"), site.browser("ada")]
    for browser in browsers:
        browser.token()
    answers = []
    barrier = threading.Barrier(2)

    def complete(browser):
        barrier.wait()
        answers.append(browser.post(f"/tasks/{task}/complete", VALUES))

    threads = [threading.Thread(target=complete, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [303, 409]
    (loser,) = [answer for answer in answers if answer.status == 409]
    assert "completed it" in loser.text
