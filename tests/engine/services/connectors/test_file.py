"""The file connector: an organisation's own folder, and nothing outside of it."""

from __future__ import annotations

import resource
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import CallRefused, Request
from engine.services.connectors.file_connector import FileConnector
from engine.services.connectors.file_store import FileStore
from engine.services.failure import WorkFailure

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> FileConnector:
    return FileConnector(str(tmp_path / "store"), max_bytes=1_000)


def do(files: FileConnector, operation: str, key: str = "key-1", **inputs: object) -> dict:
    asked = Request({"operation": operation, **inputs}, key, NOON)
    return files.call(asked).body  # type: ignore[return-value]


def test_a_file_is_written_read_listed_and_deleted(files: FileConnector, tmp_path: Path):
    written = do(files, "write", path="reports/2026/list.csv", content="a;ü\n")
    assert written == {"path": "reports/2026/list.csv", "size": 5}
    assert (tmp_path / "store/default/reports/2026/list.csv").read_text("utf-8") == "a;ü\n"
    assert do(files, "read", path="reports/2026/list.csv")["content"] == "a;ü\n"
    (entry,) = do(files, "list", path="reports/2026")["files"]
    assert (entry["path"], entry["folder"], entry["size"]) == ("reports/2026/list.csv", False, 5)
    assert [found["path"] for found in do(files, "list")["files"]] == ["reports"]
    assert do(files, "delete", path="reports/2026/list.csv")["existed"]
    assert not do(files, "delete", path="reports/2026/list.csv")["existed"]
    assert not do(files, "delete", path="nowhere/at/all")["existed"]


def test_what_is_written_may_be_json_base64_or_bytes(files: FileConnector):
    do(files, "write", path="a.json", content={"n": 1, "at": NOON}, format="json")
    assert do(files, "read", path="a.json", format="json")["content"] == {
        "n": 1,
        "at": "2026-01-05T12:00:00+00:00",
    }
    do(files, "write", path="b", content="AP8=", format="base64")
    assert do(files, "read", path="b", format="base64")["content"] == "AP8="
    do(files, "write", path="b", content=b"\x01")
    assert do(files, "read", path="b", format="base64")["content"] == "AQ=="


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"content": None}, "'content' is null"),
        ({"content": {"a": 1}}, "is dict, no text"),
        ({"content": "?", "format": "base64"}, "no base64"),
        ({"content": "\ud800"}, "no text"),
    ],
)
def test_what_cannot_be_written_is_said(files: FileConnector, inputs: dict, message: str):
    with pytest.raises(WorkFailure, match=message) as failure:
        do(files, "write", path="a", **inputs)
    assert failure.value.is_final


def test_what_cannot_be_read_as_asked_is_said(files: FileConnector):
    do(files, "write", path="a", content=b"\xff")
    for kind in ("text", "json"):
        with pytest.raises(WorkFailure, match=f"'a' is no {kind}"):
            do(files, "read", path="a", format=kind)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../other/a",
        "a/../../b",
        "a//b",
        "a/./b",
        ".hidden",
        ".laneway/x",
        "a\\..\\b",
        "a\0b",
        "a\nb",
        "x" * 256,
        "x/" * 250 + "x",
        "\ud800",
    ],
)
@pytest.mark.parametrize("operation", ["read", "write", "append", "delete"])
def test_no_path_leads_out_of_the_store(files: FileConnector, operation: str, path: str):
    with pytest.raises(CallRefused) as refused:
        do(files, operation, path=path, content="x")
    assert (refused.value.code, refused.value.is_final) == ("path", True)


def test_no_link_leads_out_of_the_store(files: FileConnector, tmp_path: Path):
    do(files, "write", path="a", content="x")
    store = tmp_path / "store/default"
    (tmp_path / "secret").write_text("s")
    (store / "link").symlink_to(tmp_path / "secret")
    (store / "folder").symlink_to(tmp_path)
    for path in ("link", "folder/secret"):
        with pytest.raises(CallRefused, match="leads out of the store"):
            do(files, "read", path=path)
    assert [found["path"] for found in do(files, "list")["files"]] == ["a"]


def test_organisations_have_their_own_folders(files: FileConnector):
    do(files, "write", path="a", content="ours")
    theirs = Request({"operation": "read", "path": "a"}, "k", NOON, tenant_id="north")
    with pytest.raises(CallRefused, match="no file 'a'"):
        files.call(theirs)
    with pytest.raises(WorkFailure, match="has no folder"):
        files.call(replace(theirs, tenant_id="../default"))


def test_a_file_may_be_kept_from_being_written_over(files: FileConnector):
    do(files, "write", path="a", content="first", replace=False)
    # The same call again, after a crash: it is there as it should be.
    do(files, "write", path="a", content="first", replace=False)
    with pytest.raises(CallRefused, match="another file") as refused:
        do(files, "write", path="a", content="other", replace=False)
    assert refused.value.code == "exists"
    do(files, "write", path="a", content="other")
    assert do(files, "read", path="a")["content"] == "other"


def test_what_is_appended_is_appended_once_for_each_key(files: FileConnector):
    for key in ("one", "two", "one"):
        do(files, "append", key, path="log.txt", content=f"{key}\n")
    assert do(files, "read", path="log.txt")["content"] == "one\ntwo\n"
    do(files, "delete", path="log.txt")
    do(files, "append", "one", path="log.txt", content="anew\n")
    assert do(files, "read", path="log.txt")["content"] == "anew\n"


def test_an_append_that_a_crash_cut_off_is_taken_back_first(files: FileConnector, tmp_path: Path):
    do(files, "append", "one", path="log.txt", content="one\n")
    store = tmp_path / "store/default"
    (journal,) = (store / ".laneway").glob("*.journal")
    # As it is after a crash in the middle of the write.
    journal.write_text('{"done": ["one"], "begun": 4}')
    with (store / "log.txt").open("a") as file:
        file.write("tw")
    do(files, "append", "three", path="log.txt", content="three\n")
    do(files, "append", "two", path="log.txt", content="two\n")
    assert do(files, "read", path="log.txt")["content"] == "one\nthree\ntwo\n"


def test_a_cut_off_append_does_not_shorten_a_file_that_was_replaced(
    files: FileConnector, tmp_path: Path
):
    do(files, "append", "one", path="log.txt", content="one\n")
    (journal,) = (tmp_path / "store/default/.laneway").glob("*.journal")
    journal.write_text('{"done": ["one"], "begun": 4}')
    do(files, "write", path="log.txt", content="replaced\n")
    do(files, "append", "two", path="log.txt", content="two\n")
    assert do(files, "read", path="log.txt")["content"] == "replaced\ntwo\n"


def test_appends_of_many_threads_are_all_there(tmp_path: Path):
    store = FileStore(tmp_path, max_bytes=10_000)

    def append(number: int) -> None:
        for part in range(10):
            store.append("log", f"{number}.{part}\n".encode(), key=f"{number}.{part}")

    threads = [threading.Thread(target=append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    lines = store.read("log").decode().split()
    assert sorted(lines) == sorted(f"{n}.{part}" for n in range(4) for part in range(10))


def test_a_reader_never_sees_half_a_file(tmp_path: Path):
    store = FileStore(tmp_path, max_bytes=2_000_000)
    whole = {bytes([65 + number]) * 500_000 for number in range(4)}
    store.write("a", min(whole))

    def write() -> None:
        for data in sorted(whole) * 5:
            store.write("a", data)

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while writer.is_alive():
        seen.add(store.read("a"))
    writer.join(60)
    assert seen <= whole


def test_sizes_are_limited(files: FileConnector, tmp_path: Path):
    for operation in ("write", "append"):
        with pytest.raises(CallRefused, match="1001 bytes") as refused:
            do(files, operation, path="a", content="x" * 1_001)
        assert refused.value.code == "large"
    do(files, "append", path="a", content="x" * 900)
    with pytest.raises(CallRefused, match="1100 bytes"):
        do(files, "append", "other", path="a", content="x" * 200)
    (tmp_path / "store/default/huge").write_bytes(b"x" * 2_000)
    with pytest.raises(CallRefused, match="2000 bytes"):
        do(files, "read", path="huge")


def test_lists_are_by_pattern_and_limited(tmp_path: Path):
    store = FileStore(tmp_path, max_bytes=100, max_entries=3)
    assert store.list() == []
    for name in ("b.csv", "a.csv", "c.txt", "d.txt"):
        store.write(name, b"x")
    assert [found.path for found in store.list(pattern="*.csv")] == ["a.csv", "b.csv"]
    files = FileConnector(str(tmp_path.parent), max_bytes=100)
    assert files.target({}) == "file:store"
    with pytest.raises(Exception, match="4 names"):
        store.list()
    with pytest.raises(Exception, match="no folder 'x'"):
        store.list("x")


def test_a_folder_is_no_file_and_a_file_no_folder(files: FileConnector):
    do(files, "write", path="a/b", content="x")
    for operation in ("read", "write", "delete"):
        with pytest.raises(CallRefused):
            do(files, operation, path="a", content="x")
    with pytest.raises(CallRefused, match="is a file, no folder"):
        do(files, "write", path="a/b/c", content="x")


def test_what_happened_can_be_an_error_of_the_diagram(files: FileConnector):
    with pytest.raises(BpmnErrorThrown) as thrown:
        do(files, "read", path="a", errors={"missing": "NO_FILE"})
    assert thrown.value.error_code == "NO_FILE"
    with pytest.raises(CallRefused) as refused:
        do(files, "read", path="a", errors={"large": "NO_FILE"})
    assert refused.value.code == "missing"


def test_without_a_folder_there_is_no_store():
    with pytest.raises(WorkFailure, match="LANEWAY_FILES_DIR") as failure:
        do(FileConnector("", max_bytes=1), "list")
    assert failure.value.is_final


def test_a_disk_that_is_full_is_tried_again(files: FileConnector):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(WorkFailure, match="store of files fails") as failure:
            do(files, "write", path="a", content="x" * 500)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not failure.value.is_final
    assert do(files, "list")["files"] == []
    do(files, "write", path="a", content="x" * 500)
