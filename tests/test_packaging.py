"""The repository as a whole: lock files, notices, make targets, container files, the wheel.

No Docker here: each command that the container files name is looked up or run without it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from engine.settings import Settings, read_settings
from web import create_app

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ROOMS = ("bpmn", "engine", "web", "worker")
PACKAGE_JSON = json.loads((ROOT / "web/assets/package.json").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OPERATOR_SETS = {
    "POSTGRES_PASSWORD": "secret",
    "LANEWAY_SECRET_KEY": "k" * 32,
    "RABBITMQ_PASSWORD": "secret",
}


def sources():
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


def run(*command, cwd=ROOT, **environment):
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=os.environ | environment, check=False
    )
    assert result.returncode == 0, f"{shlex.join(map(str, command))}\n{result.stderr}"
    return result.stdout


# ---- lock files and notices ---------------------------------------------------------------------


def requirements(name):
    lines = (ROOT / name).read_text().splitlines()
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_the_lock_file_pins_every_requirement(name):
    assert requirements(f"{name}.in") <= requirements(f"{name}.lock")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_every_pin_has_a_hash_and_none_names_a_registry(name):
    text = (ROOT / f"{name}.lock").read_text()
    pins = re.split(r"\n(?=[a-z])", text)[1:]
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", text)


def test_the_npm_lock_names_no_registry():
    lock = json.loads((ROOT / "web/assets/package-lock.json").read_text())
    entries = [entry for path, entry in lock["packages"].items() if path]
    assert [entry for entry in entries if "resolved" in entry] == []
    assert all("integrity" in entry for entry in entries)


def test_npm_versions_are_exact():
    wanted = PACKAGE_JSON["dependencies"] | PACKAGE_JSON["devDependencies"]
    assert [v for v in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []


def test_every_imported_package_is_locked():
    locked = requirements("requirements.lock")
    owners = metadata.packages_distributions()
    imported = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
    names = {name for path in sources() for name in imported.findall(path.read_text())}
    foreign = names & owners.keys() - set(ROOMS)
    unlocked = [
        name
        for name in foreign
        if not {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners[name]} & locked
    ]
    assert unlocked == []


def test_the_third_party_notices_are_current():
    made = run(sys.executable, "tools/third_party_notices.py")
    assert (ROOT / "THIRD_PARTY_NOTICES.md").read_text() == made, "Run 'make notices'."


# ---- what calls what ----------------------------------------------------------------------------


def test_hooks_call_targets_of_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = re.findall(r"make ([a-z-]+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert set(called) <= targets
    assert {"run", "test", "check", "fmt", "lint", "assets", "bench", "notices"} <= targets


def test_every_folder_with_code_is_a_package():
    loose = {path.parent.relative_to(ROOT) for path in sources()}
    loose -= {path.parent.relative_to(ROOT) for path in sources() if path.name == "__init__.py"}
    assert loose <= {Path("engine/migrations"), Path("engine/migrations/versions")}


# ---- container files ----------------------------------------------------------------------------


def instructions(word):
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line.partition(" ")[2] for line in text.splitlines() if line.strip().startswith(word)]


def laneway_commands():
    entry = json.loads(instructions("ENTRYPOINT")[0])
    assert entry == ["laneway"]
    services = COMPOSE["services"].values()
    commands = [service["command"] for service in services if service.get("image") == "laneway"]
    explained = re.findall(r"# .*\blaneway ([a-z ]+[a-z]) ", (ROOT / "compose.yaml").read_text())
    commands.append(json.loads(instructions("CMD")[-1]))
    return sorted({shlex.join(command) for command in commands} | set(explained))


def test_the_image_copies_what_exists():
    copied = [line.split() for line in instructions("COPY") if not line.startswith("--from")]
    paths = [path for line in copied for path in line[:-1]]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_image_may_copy_what_it_copies():
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = [line.split() for line in instructions("COPY") if not line.startswith("--from")]
    paths = [path for line in copied for path in line[:-1]]
    assert [path for path in paths if not path.startswith(tuple(allowed))] == []


def test_the_image_runs_scripts_and_lock_files_that_exist():
    commands = [shlex.split(line) for line in instructions("RUN")]
    scripts = [words[2] for words in commands if words[:2] == ["npm", "run"]]
    assert scripts
    assert set(scripts) <= PACKAGE_JSON["scripts"].keys()
    locks = [words[i + 1] for words in commands for i, word in enumerate(words) if word == "-r"]
    assert locks == ["requirements-build.lock", "requirements.lock"]


@pytest.mark.slow
@pytest.mark.parametrize("command", laneway_commands())
def test_containers_start_commands_that_laneway_has(command):
    assert run(BIN / "laneway", *command.split(), "--help")


@pytest.mark.slow
def test_flower_is_started_by_a_command_that_flower_has():
    words = COMPOSE["services"]["flower"]["command"]
    assert words[0] == "celery"
    assert "Web based tool" in run(BIN / words[0], *words[1:], "--help")


def test_the_broker_of_compose_lets_the_settings_in():
    rabbitmq = environment_of("rabbitmq", OPERATOR_SETS)
    user, password = rabbitmq["RABBITMQ_DEFAULT_USER"], rabbitmq["RABBITMQ_DEFAULT_PASS"]
    address = f"amqp://{user}:{password}@rabbitmq:5672//"
    assert environment_of("web", OPERATOR_SETS)["LANEWAY_BROKER_URL"] == address
    assert environment_of("flower", OPERATOR_SETS)["CELERY_BROKER_URL"] == address


def environment_of(service, operator):
    """What a service is given when an operator sets these variables; others have their default."""

    def value_of(match):
        name, default = match[1], match[2] or ""
        return operator.get(name) or default.removeprefix(":-")

    return {
        name: re.sub(r"\$\{(\w+)((?::[-?])[^}]*)?\}", value_of, value)
        for name, value in COMPOSE["services"][service]["environment"].items()
    }


@pytest.mark.parametrize("executor", ["", "celery"])
@pytest.mark.parametrize("service", ["migrate", "web", "worker"])
def test_compose_sets_settings_that_laneway_takes(service, executor):
    given = environment_of(service, {**OPERATOR_SETS, "LANEWAY_EXECUTOR": executor})
    found = read_settings(given)
    assert found.database_url == "postgresql://laneway:secret@postgres/laneway"
    assert found.executor == (executor or "none")
    assert found.broker_url == "amqp://laneway:secret@rabbitmq:5672//"


def test_the_image_sets_settings_that_laneway_takes():
    pairs = [pair.partition("=") for line in instructions("ENV") for pair in line.split()]
    settings = read_settings({name: value for name, _, value in pairs})
    assert settings.host == "0.0.0.0"
    assert settings.database_url == "sqlite:////var/lib/laneway/laneway.db"


def test_the_health_check_asks_for_what_the_server_answers(sqlite_url):
    (path,) = re.findall(r"127\.0\.0\.1:8080(/\w+)", (ROOT / "Dockerfile").read_text())
    settings = Settings(database_url=sqlite_url, secret_key=OPERATOR_SETS["LANEWAY_SECRET_KEY"])
    assert create_app(settings).test_client().get(path).status_code == 200


# ---- the wheel ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as the Dockerfile builds it, unpacked: what an installation consists of."""
    folder = tmp_path_factory.mktemp("wheel")
    # A copy, since setuptools leaves a build folder behind that a later wheel would take over.
    copy = folder / "source"
    copy.mkdir()
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("node_modules"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    run(sys.executable, "-m", "pip", "wheel", *options, copy)
    (path,) = folder.glob("laneway-*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_the_wheel_holds_all_code_and_what_it_reads(wheel):
    wanted = [path.relative_to(ROOT) for path in sources()]
    for pattern in ("web/templates/**/*.*", "web/static/**/*.*", "web/translations/**/*.*"):
        wanted += [path.relative_to(ROOT) for path in ROOT.glob(pattern) if path.is_file()]
    assert Path("web/static/dist/manifest.json") in wanted
    assert [str(path) for path in wanted if not (wheel / path).is_file()] == []


@pytest.mark.slow
def test_the_wheel_holds_no_sources_of_the_assets(wheel):
    assert not (wheel / "web/assets").exists()
    assert not (wheel / "tests").exists()


@pytest.mark.slow
def test_what_the_wheel_installs_migrates_and_checks_a_diagram(wheel, tmp_path):
    laneway = (sys.executable, "-P", "-m", "engine.cli")
    environment = {
        "PYTHONPATH": str(wheel),
        "LANEWAY_DATABASE_URL": f"sqlite:///{tmp_path}/laneway.db",
        "LANEWAY_SECRET_KEY": OPERATOR_SETS["LANEWAY_SECRET_KEY"],
    }
    where = run(sys.executable, "-P", "-c", "import engine; print(engine.__file__)", **environment)
    assert where.startswith(str(wheel))
    run(*laneway, "migrate", cwd=tmp_path, **environment)
    example = next((ROOT / "examples").rglob("*.bpmn"))
    run(*laneway, "check", example, cwd=tmp_path, **environment)
