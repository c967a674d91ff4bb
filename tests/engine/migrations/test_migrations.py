from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine import migrations, tables
from engine.actor import SYSTEM, Actor
from engine.core import Engine, File
from engine.queries.tasks import TaskFilter, TaskList
from engine.store.database import Database, open_database

# Alembic cannot compare columns in descending order on SQLite; `test_indexes_are_those_of_the_code`
# compares the names of their columns.
DESCENDING = {"ix_external_task_fetch"}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database without any table."""
    found = open_database(database_url)
    tables.metadata.drop_all(found.pool)
    yield found
    with found.writing() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
    tables.metadata.create_all(found.pool)
    found.close()


def names(database: Database) -> set[str]:
    return set(sa.inspect(database.pool).get_table_names())


def test_migrations_make_the_schema_that_the_code_describes(database: Database):
    migrations.upgrade_database(database)
    with database.reading() as connection:
        options = {"include_object": lambda _found, name, *_: name not in DESCENDING}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []


def test_indexes_are_those_of_the_code(database: Database):
    def found() -> dict[str, list[tuple[object, ...]]]:
        inspector = sa.inspect(database.pool)
        return {
            table: sorted(
                (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(table)
            )
            for table in tables.metadata.tables
        }

    tables.metadata.create_all(database.pool)
    wanted = found()
    tables.metadata.drop_all(database.pool)
    migrations.upgrade_database(database)
    assert found() == wanted


def test_every_migration_can_be_taken_back_and_applied_again(database: Database):
    migrations.upgrade_database(database)
    migrations.downgrade_database(database, migrations.BASE)
    assert names(database) <= {"alembic_version"}
    migrations.upgrade_database(database)
    assert migrations.current_revision(database) == migrations.head_revision()


def test_a_new_database_has_its_first_organisation(database: Database):
    migrations.upgrade_database(database)
    with database.reading() as connection:
        assert connection.scalars(sa.select(tables.tenant.c.id)).all() == ["default"]


def test_open_tasks_of_before_are_found_by_a_search(database: Database):
    """Revision 0011 gives them what a search looks through."""
    migrations.upgrade_database(database)
    engine = Engine(database)
    diagram = Path(__file__).parents[1] / "store" / "review.bpmn"
    engine.deploy([File(diagram.name, diagram.read_bytes())], actor=SYSTEM)
    for key in ("A-1", "B-2", "Ärger Straße"):
        engine.start("review", actor=SYSTEM, business_key=key)
    migrations.downgrade_database(database, "0010")
    migrations.upgrade_database(database)
    clerk = Actor("clara", groups=frozenset({"clerks"}))
    wanted = TaskFilter(list=TaskList.GROUPS, text="check B-2")
    assert [row.business_key for row in engine.tasks(wanted, actor=clerk).items] == ["B-2"]
    wanted = TaskFilter(list=TaskList.GROUPS, text="äRGER STRASSE")
    assert len(engine.tasks(wanted, actor=clerk).items) == 1


def test_upgrading_twice_changes_nothing(database: Database):
    migrations.upgrade_database(database)
    migrations.upgrade_database(database)
    assert migrations.current_revision(database) == migrations.head_revision()


def test_a_file_in_a_new_folder_is_made(tmp_path):
    url = f"sqlite:///{tmp_path}/new/folder/laneway.db"
    migrations.upgrade(url)
    assert migrations.current_revision(open_database(url)) == migrations.head_revision()
