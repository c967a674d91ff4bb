from __future__ import annotations

import json
import os

import pytest
from flask import Flask

from web import assets

MANIFEST = {
    "app.js": {"file": "assets/app-1.js", "css": ["assets/app-1.css"], "imports": ["_both.js"]},
    "viewer.js": {"file": "assets/viewer-1.js", "imports": ["_both.js", "_deep.js"]},
    "_both.js": {"file": "assets/both-1.js", "css": ["assets/both-1.css"], "imports": ["_deep.js"]},
    "_deep.js": {"file": "assets/deep-1.js", "imports": ["_both.js"]},
}


@pytest.fixture
def static(tmp_path):
    (tmp_path / "dist").mkdir()
    return tmp_path


@pytest.fixture
def page(static):
    """Renders a template line in an application with the static folder of this test."""
    app = Flask(__name__, static_folder=str(static), static_url_path="/static")
    assets.init_app(app)

    def render(text):
        with app.test_request_context():
            return app.jinja_env.from_string(text).render()

    return render


def build(static, manifest):
    (static / "dist/manifest.json").write_text(json.dumps(manifest))


def test_an_entry_loads_its_styles_its_imports_and_then_itself(static, page):
    build(static, MANIFEST)
    assert page("{{ vite('app.js') }}").splitlines() == [
        '<link rel="stylesheet" href="/static/dist/assets/app-1.css">',
        '<link rel="stylesheet" href="/static/dist/assets/both-1.css">',
        '<link rel="modulepreload" href="/static/dist/assets/both-1.js">',
        '<link rel="modulepreload" href="/static/dist/assets/deep-1.js">',
        '<script type="module" src="/static/dist/assets/app-1.js"></script>',
    ]


def test_an_import_that_is_reached_twice_is_loaded_once(static, page):
    build(static, MANIFEST)
    assert page("{{ vite('viewer.js') }}").count("deep-1.js") == 1


def test_a_new_build_is_seen_without_a_restart(static, page):
    build(static, MANIFEST)
    page("{{ vite('app.js') }}")
    build(static, {"app.js": {"file": "assets/app-2.js"}})
    os.utime(static / "dist/manifest.json", ns=(1, 1))
    assert "app-2.js" in page("{{ vite('app.js') }}")


def test_assets_that_are_not_built_say_what_to_run(page):
    with pytest.raises(assets.AssetsNotBuilt, match=r"not built\. Run 'make assets'"):
        page("{{ vite('app.js') }}")


def test_an_unknown_entry_is_named_with_those_that_exist(static, page):
    build(static, MANIFEST)
    with pytest.raises(assets.AssetsNotBuilt, match=r"no 'other.js', only .*app.js"):
        page("{{ vite('other.js') }}")
