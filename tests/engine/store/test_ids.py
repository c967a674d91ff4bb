from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from engine.store.ids import Identity, Ids

NOW = datetime(2026, 1, 5, 8, 0, 0, 123_000, tzinfo=UTC)


def test_id_is_a_uuid_of_version_seven_with_the_time_in_front():
    found = UUID(Ids().new(NOW).id)
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert found.int >> 80 == int(NOW.timestamp() * 1000)


@given(st.lists(st.integers(-5, 5), max_size=50), st.integers(0, 2**80))
def test_identities_grow_whatever_clock_and_chance_do(moves: list[int], bits: int):
    ids = Ids(lambda count: bits & ((1 << count) - 1))
    now, found = NOW, []
    for move in moves:
        now += timedelta(milliseconds=move)
        found.append(ids.new(now))
    assert found == sorted(found, key=lambda one: one.key)
    assert found == sorted(found, key=lambda one: one.id)
    assert len({one.key for one in found}) == len(found)


@given(st.integers(0, 2_000_000_000))
def test_keys_fit_in_sixty_three_bits(seconds: int):
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert 0 <= Ids().new(now).key < 2**63


def test_threads_never_get_the_same_identity():
    ids = Ids()
    found: list[Identity] = []

    def draw() -> None:
        found.extend(ids.new(NOW) for _ in range(500))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one in found}) == len({one.key for one in found}) == 4_000
