"""Every text goes through gettext, and every text is translated."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools.catalogues import extract, missing

WEB = Path(__file__).parents[2] / "web"
CATALOGUES = sorted(WEB.glob("translations/*/LC_MESSAGES/messages.po"))
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
NAMES = {"Laneway"}
# What stands outside of tags in a template, but inside of them on the page.
MARKUP = (
    r"\{% block page_class %\}.*?\{% endblock %\}"
    r"|\{% macro (?:marks|described_by)\(.*?\{%- endmacro %\}"
)


def catalogue(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_text_is_translated(path):
    assert list(missing(catalogue(path), extract())) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_same_places_for_values(path):
    for message in catalogue(path):
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        for text, translated in zip(texts, told, strict=True):
            places = r"%\(\w+\)s|\{\w+\}"
            assert set(re.findall(places, text)) == set(re.findall(places, translated)), text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_holds_no_bare_text(path):
    text = re.sub(MARKUP, "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?</\1>|<!doctype[^>]*>", "", text, flags=re.DOTALL)
    shown = re.sub(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", "\n", text)
    words = {word for word in re.findall(r"\w+", shown) if word.isalpha()}
    assert words <= NAMES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_an_attribute_that_people_read_is_translated_too(path):
    attributes = (
        r"\b(?:placeholder|title|aria-label|alt|data-label-[\w-]+)=\"([^\"{]*[a-z][^\"{]*)\""
    )
    assert re.findall(attributes, path.read_text()) == []


def test_german_days_ago_are_in_the_dative(site):
    site.engine.set_preferences("iris", locale="de", zone="UTC", actor=site.actor("iris"))
    site.review()
    site.clock.move(timedelta(days=3))
    page = site.browser("iris").get("/requests")
    assert "vor 3 Tagen" in page.text
    assert page.texts("h1") == ["Meine Vorgänge"]


def test_a_problem_of_a_form_is_told_in_the_persons_language(site):
    site.engine.set_preferences("iris", locale="de", zone="UTC", actor=site.actor("iris"))
    definition = site.deploy("review.bpmn")
    answer = site.browser("iris").post(f"/start/{definition}", {"title": ""})
    assert answer.texts(".field-error") == ["Füllen Sie dieses Feld aus."]


def refused(site, login, name, data):
    browser = site.browser(login)
    sent = {"csrf_token": browser.token(), "files": [(BytesIO(data), name)]}
    return browser.post("/models", sent, content_type="multipart/form-data")


def test_a_problem_of_a_diagram_has_a_title_in_the_persons_language(site):
    site.engine.set_preferences("ada", locale="de", zone="UTC", actor=site.actor("ada"))
    answer = refused(site, "ada", "text.bpmn", b"no diagram")
    assert answer.texts("h1") == ["Nicht bereitgestellt"]
    assert answer.texts(".problem-title") == ["Die Datei ist kein XML"]
    assert answer.find(".problem [lang=en]").get_text().startswith("The file is not well-formed")


def test_a_page_in_english_says_a_problem_once(site):
    answer = refused(site, "ada", "text.bpmn", b"no diagram")
    assert answer.page.select(".problem-title") == []


def test_what_becomes_of_an_element_is_told_in_the_persons_language(site):
    site.engine.set_preferences("ada", locale="de", zone="UTC", actor=site.actor("ada"))
    page = site.browser("ada").get(f"/models/{site.deploy('review.bpmn')}")
    assert "Wie der Standard es bestimmt." in page.text
    assert "As the standard" not in page.text
