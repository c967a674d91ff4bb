"""Starting a process, and what one started."""

from __future__ import annotations

from engine.core import File

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def test_what_may_be_started_is_offered_by_name(site, iris):
    site.deploy("review.bpmn")
    site.deploy("drawn_only.bpmn")
    assert iris.get("/start").texts(".card-title") == ["Review"]
    assert "matches “zzz”" in iris.get("/start?q=zzz").text


def test_many_processes_are_offered_page_by_page(site, iris):
    one = """<process id="p{0}" name="Process {0}" isExecutable="true">
      <startEvent id="s{0}"/><sequenceFlow id="f{0}" sourceRef="s{0}" targetRef="e{0}"/>
      <endEvent id="e{0}"/></process>"""
    text = "".join(one.format(number) for number in range(1_000, 1_061))
    file = File("many.bpmn", f'<definitions xmlns="{BPMN}">{text}</definitions>'.encode())
    site.engine.deploy([file], actor=site.actor("ada"))
    assert len(iris.get("/start").texts(".card-title")) == 60
    assert iris.get("/start?page=2").texts(".card-title") == ["Process 1060"]
    assert iris.get("/start?page=9").texts(".card-title") == ["Process 1060"]
    assert "61 in all" in iris.get("/start").text


def test_with_nothing_deployed_an_admin_is_led_to_the_models(ada, iris):
    assert ada.get("/start").find(".empty a")["href"] == "/models"
    assert "An administrator has to deploy" in iris.get("/start").text


def test_the_start_form_starts_the_process_with_its_key(site, iris):
    definition = site.deploy("review.bpmn")
    answer = iris.post(f"/start/{definition}", {"title": "My thesis"})
    assert answer.status == 303
    page = iris.get(answer.location)
    assert "Review My thesis" in page.texts("h1")
    assert "Started. Here is where it stands." in page.text


def test_a_wrong_start_form_starts_nothing(site, iris):
    definition = site.deploy("review.bpmn")
    answer = iris.post(f"/start/{definition}", {"title": "x" * 41})
    assert answer.status == 422
    assert answer.find("#field-title")["value"] == "x" * 41
    assert "at most 40" in answer.find("#field-title-error").get_text()
    assert iris.get("/requests").texts(".row-link") == []


def test_a_diagram_that_is_only_shown_says_why_it_cannot_be_started(site, iris):
    definition = site.deploy("drawn_only.bpmn")
    answer = iris.get(f"/start/{definition}")
    assert 'isExecutable="false"' in answer.text
    assert answer.page.select("form.card") == []
    assert iris.post(f"/start/{definition}").status == 400


def test_the_start_form_is_drawn_again_with_what_is_typed(site, iris):
    definition = site.deploy("review.bpmn")
    answer = iris.post(f"/start/{definition}/form", {"title": "half"})
    assert answer.find("#field-title")["value"] == "half"


def test_a_definition_that_is_not_there_is_not_here(iris):
    assert iris.get("/start/no-such-definition").status == 404


def test_my_requests_say_what_each_waits_for_and_show_no_data(site, iris):
    site.review()
    (row,) = iris.get("/requests").texts("tbody tr")
    assert row.startswith("Review Read it · The clerks")
    assert "The report" not in row


def test_a_claimed_step_names_who_has_it(site, iris):
    site.review(claimed_by="ana")
    assert "Read it · Ana Ribeiro" in iris.get("/requests").texts("tbody tr")[0]


def test_other_peoples_requests_are_not_mine(site, ana):
    site.review()
    assert "Nothing here" in ana.get("/requests").text


def test_what_is_over_stands_under_done(site, iris):
    instance, _ = site.review()
    site.engine.cancel_instance(instance, actor=site.actor("ada"))
    assert iris.get("/requests").texts(".row-link") == []
    assert "cancelled" in iris.get("/requests?state=done").texts("tbody tr")[0]
    assert iris.get("/requests?state=nonsense").status == 200
    assert "matches “zzz”" in iris.get("/requests?q=zzz").text
