"""Live updates: a stream tells that task lists changed."""

from __future__ import annotations

from dataclasses import replace

from tests.web.site import SETTINGS, Site
from web import parking
from web.pages import events


def lines(response):
    return iter(response.response)


def test_a_change_is_told(site, ana):
    response = ana.client.get("/events", buffered=False)
    assert response.mimetype == "text/event-stream"
    stream = lines(response)
    assert next(stream) == b"retry: 3000\n\n"
    site.review()
    found = (part for part in stream if not part.startswith(b":"))
    assert next(found) == b"event: tasks\ndata: changed\n\n"
    response.close()


def test_what_changed_before_the_page_listened_is_told(site, ana):
    seen = site.engine.changes()
    site.review()
    response = ana.client.get(f"/events?seen={seen}", buffered=False)
    stream = lines(response)
    assert [next(stream), next(stream)] == [b"retry: 3000\n\n", b"event: tasks\ndata: changed\n\n"]
    response.close()


def test_the_page_of_an_instance_hears_of_it_until_it_is_over(site, iris):
    instance, _ = site.review()
    response = iris.client.get(f"/instances/{instance}/events", buffered=False)
    stream = (part for part in lines(response) if not part.startswith(b":"))
    assert next(stream) == b"retry: 3000\n\n"
    site.review()
    site.engine.cancel_instance(instance, actor=site.actor("ada"))
    assert list(stream) == [b"event: instance\ndata: changed\n\n", b"event: over\ndata: over\n\n"]


def test_the_changes_of_an_instance_are_as_private_as_its_page(site, iris):
    instance, task = site.review(claimed_by="ana")
    site.engine.submit_task(task, {"grade": "1", "verdict": "good"}, actor=site.actor("ana"))
    assert iris.get(f"/instances/{instance}/events").status == 200
    assert site.browser("ben").get(f"/instances/{instance}/events").status == 404


def test_a_quiet_stream_is_kept_alive_and_ends_by_itself(site, ana, monkeypatch):
    monkeypatch.setattr(events, "LOOK", 0.001)
    monkeypatch.setattr(events, "LIFETIME", 16)
    parts = list(lines(ana.client.get("/events", buffered=False)))
    assert parts == [b"retry: 3000\n\n", b": ping\n\n", b": ping\n\n"]


def test_beyond_the_last_stream_the_browser_polls():
    site = Site(settings=replace(SETTINGS, threads=2))
    ana = site.browser("ana")
    first = ana.client.get("/events", buffered=False)
    assert ana.client.get("/events").text.startswith("retry: 30000\nevent: tasks")
    first.close()
    again = ana.client.get("/events", buffered=False)
    assert next(lines(again)) == b"retry: 3000\n\n"
    again.close()
    site.engine.close()


def test_a_stream_ends_with_the_server(site, ana):
    response = ana.client.get("/events", buffered=False)
    stream = lines(response)
    assert next(stream) == b"retry: 3000\n\n"
    with site.app.app_context():
        parking.get_parking().close()
    site.review()
    assert list(stream) == []
    response.close()


def test_a_visitor_hears_nothing(site):
    assert site.browser().get("/events").status == 302
