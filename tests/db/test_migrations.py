"""The schema: migrations run up on both databases and give what the models say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

import db.models  # noqa: F401 every table is known to the metadata
from db.base import Base
from db.engine import open_engine
from db.upgrade import current_revision, newest_revision, upgrade


def test_the_models_are_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    assert upgrade(engine) == (newest_revision(), newest_revision())


def test_an_empty_database_has_no_revision() -> None:
    with open_engine("sqlite://").connect() as connection:
        assert current_revision(connection) is None


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        pytest.param("mysql://localhost/ivr", "use sqlite or postgresql", id="another kind"),
        pytest.param("not an address", "write sqlite:///FILE", id="no address"),
    ],
)
def test_a_database_we_cannot_use_is_refused_with_the_remedy(url: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        open_engine(url)
