"""Deploying files and looking at what is deployed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent


def upload(browser, *files):
    sent = [(BytesIO(data), name) for name, data in files]
    return browser.post("/models", {"files": sent}, content_type="multipart/form-data")


def read(name):
    return (name, (HERE / name).read_bytes())


def test_one_deployed_process_opens_with_its_diagram_and_report(ada):
    answer = upload(ada, read("review.bpmn"))
    page = ada.get(answer.location)
    assert "1 process deployed." in page.text
    assert page.find(".diagram")["data-diagram-url"].endswith("/diagram.bpmn")
    assert "Incoming flows do not join" in page.text
    assert any(row.startswith("userTask 2") for row in page.texts("tbody tr"))


def test_several_files_are_deployed_together(ada):
    answer = upload(ada, read("review.bpmn"), read("failing.bpmn"))
    assert answer.location == "/models"
    assert ada.get("/models").texts("tbody .row-link") == ["Failing", "Review"]


def test_the_same_files_again_change_nothing(ada):
    upload(ada, read("review.bpmn"))
    answer = upload(ada, read("review.bpmn"))
    assert "deployed already" in ada.get(answer.location).text


def test_a_changed_file_is_a_new_version_and_the_old_one_stays(site, ada):
    first = site.deploy("review.bpmn")
    name, data = read("review.bpmn")
    upload(ada, (name, data.replace(b"Read it", b"Read all")))
    old = ada.get(f"/models/{first}")
    assert "older version" in old.text
    assert [text.split(" just")[0] for text in old.texts(".version")] == ["Version 2", "Version 1"]


def test_the_original_bytes_come_back(site, ana):
    definition = site.deploy("review.bpmn")
    answer = ana.get(f"/models/{definition}/diagram.bpmn?download=1")
    assert answer.response.data == (HERE / "review.bpmn").read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=review.bpmn"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_diagram_without_shapes_is_shown_with_some(site, ana):
    definition = site.deploy("drawn_only.bpmn")
    shown = ana.get(f"/models/{definition}/diagram.bpmn").response.data
    assert b'bpmnElement="Begin"' in shown
    original = ana.get(f"/models/{definition}/diagram.bpmn?download=1").response.data
    assert b"bpmnElement" not in original


def test_a_refused_file_shows_every_problem_and_marks_the_diagram(site, ada):
    name, data = read("review.bpmn")
    broken = data.replace(b'sourceRef="Asked"', b'sourceRef="Nowhere"')
    answer = upload(ada, (name, broken))
    assert answer.status == 422
    assert "Nothing was changed" in answer.text
    assert "Nowhere" in " ".join(answer.texts(".problem"))
    kinds = answer.texts(".problem .badge")
    assert kinds.index("warning") == kinds.count("error"), "what forbids it comes first"
    assert answer.find(".diagram")["data-diagram-source"] == "source-1"
    assert "Nowhere" in answer.find("#source-1").get_text()
    assert ada.get("/models").texts(".row-link") == []


def test_a_file_cannot_break_out_of_the_report(ada):
    evil = b'<?xml version="1.0"?><a></script><script>alert(1)</script></a>'
    answer = upload(ada, ("evil.bpmn", evil))
    assert answer.status == 422
    assert b"</script><script>alert" not in answer.response.data


def test_files_that_are_no_diagrams_are_each_told_why(ada):
    answer = upload(
        ada,
        ("text.bpmn", b"no xml"),
        ("entities.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("picture.png", b"\x89PNG"),
        ("deep.form", b"[" * 100_000),
    )
    assert answer.status == 422
    told = " ".join(answer.texts(".problem-where"))
    assert {"text.bpmn", "entities.bpmn", "picture.png", "deep.form"} <= set(told.split())


def test_a_form_that_repeats_itself_without_end_is_refused(ada):
    bomb = b'{"id": "b", "type": "default", "components": [' + b'{"type":"group","components":[' * (
        5_000
    )
    assert upload(ada, ("bomb.form", bomb)).status == 422


def test_too_large_an_upload_is_refused_before_it_is_read(ada):
    answer = upload(ada, ("large.bpmn", b"x" * 300_000))
    assert answer.status == 413


def test_sending_no_file_says_what_to_do(ada):
    answer = ada.post("/models", {}, content_type="multipart/form-data")
    assert "Choose at least one file." in ada.get(answer.location).text


def test_only_admins_deploy(site, ana):
    answer = upload(ana, read("review.bpmn"))
    assert answer.status == 403
    assert ana.get("/models").page.select("[data-dropzone]") == []
    assert site.engine.definitions(actor=site.actor("ana")).items == ()


def test_a_model_that_is_only_shown_says_why(site, ana):
    definition = site.deploy("drawn_only.bpmn")
    page = ana.get(f"/models/{definition}")
    assert "This version cannot be started" in page.text
    assert "Start" not in page.texts(".page-header-actions a")


def test_the_list_can_be_searched(site, ana):
    site.deploy("review.bpmn")
    assert ana.get("/models?q=rev").texts(".row-link") == ["Review"]
    assert "matches “zzz”" in ana.get("/models?q=zzz").text


def test_a_model_of_another_organisation_is_not_here(site, ana):
    assert ana.get("/models/no-such-model").status == 404
    assert ana.get("/models/no-such-model/diagram.bpmn").status == 404


def test_a_page_number_in_the_address_cannot_lead_elsewhere(site, ada):
    site.deploy("review.bpmn")
    for number in range(51):
        name, data = read("drawn_only.bpmn")
        upload(ada, (name, data.replace(b'"drawn_only"', f'"p{number}"'.encode())))
    page = ada.get("/models?_external=1&_scheme=javascript&_host=evil.example")
    assert page.find('a[rel="next"]')["href"] == "/models?page=2"
