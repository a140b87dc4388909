"""The tables of a workspace and how older ones are brought up to date."""

from __future__ import annotations

import sqlite3

from parotid_training.errors import ParotidError

_VERSION_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (1);
CREATE TABLE studies (
    study_id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, state TEXT NOT NULL,
    source TEXT, patient_key TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '[]', reference INTEGER,
    added TEXT NOT NULL, model_id TEXT NOT NULL DEFAULT '', gland_ml REAL, tumour_ml REAL
) STRICT;
CREATE TABLE cases (
    number INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL UNIQUE,
    study_id TEXT NOT NULL REFERENCES studies, supersedes TEXT UNIQUE REFERENCES cases (case_id),
    patient_key TEXT NOT NULL, image_hashes TEXT NOT NULL, model_id TEXT NOT NULL, who TEXT NOT NULL,
    accepted TEXT NOT NULL, answers TEXT NOT NULL, checksum TEXT NOT NULL
) STRICT;
CREATE TABLE patients (
    patient_key TEXT PRIMARY KEY, part TEXT NOT NULL CHECK (part IN ('train', 'holdout'))
) STRICT;
CREATE TABLE models (
    number INTEGER PRIMARY KEY AUTOINCREMENT, model_id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL,
    facts TEXT NOT NULL, is_base INTEGER NOT NULL, imported TEXT NOT NULL
) STRICT;
CREATE TABLE promotions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, model_id TEXT NOT NULL REFERENCES models (model_id),
    before INTEGER REFERENCES promotions, is_rollback INTEGER NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
    train TEXT NOT NULL, holdout TEXT NOT NULL, incumbent TEXT NOT NULL, created TEXT NOT NULL, finished TEXT,
    sentence TEXT NOT NULL DEFAULT '', model_id TEXT NOT NULL DEFAULT ''
) STRICT;
"""

_VERSION_2 = """
ALTER TABLE studies ADD COLUMN alignments TEXT NOT NULL DEFAULT '{}';
UPDATE schema_version SET version = 2;
"""

_VERSION_3 = """
ALTER TABLE cases ADD COLUMN comment TEXT NOT NULL DEFAULT '';
CREATE TABLE approvals (
    case_id TEXT PRIMARY KEY REFERENCES cases (case_id), who TEXT NOT NULL, approved TEXT NOT NULL
) STRICT;
CREATE TABLE reading_times (
    study_id TEXT NOT NULL REFERENCES studies, who TEXT NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (study_id, who)
) STRICT;
UPDATE schema_version SET version = 3;
"""

_VERSION_4 = """
ALTER TABLE runs ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN override TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE models ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN pruned TEXT;
CREATE TABLE screenings (
    case_id TEXT PRIMARY KEY REFERENCES cases (case_id), reason TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('', 'use', 'leave out')), who TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
UPDATE schema_version SET version = 4;
"""

_VERSION_5 = """
ALTER TABLE studies ADD COLUMN unsure REAL;
UPDATE schema_version SET version = 5;
"""

_VERSION_6 = """
ALTER TABLE runs ADD COLUMN left_out TEXT NOT NULL DEFAULT '{}';
UPDATE schema_version SET version = 6;
"""

_VERSION_7 = """
ALTER TABLE cases ADD COLUMN stood_for TEXT;
CREATE INDEX cases_of_study ON cases (study_id, number);
UPDATE cases SET stood_for = '[[], 0]' WHERE answers LIKE '%only the corrected slices%';
UPDATE schema_version SET version = 7;
"""

_VERSION_8 = """
ALTER TABLE promotions ADD COLUMN who TEXT NOT NULL DEFAULT '';
UPDATE schema_version SET version = 8;
"""

_VERSION_9 = """
ALTER TABLE cases ADD COLUMN from_file INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN in_spite_of TEXT NOT NULL DEFAULT '[]';
UPDATE schema_version SET version = 9;
"""

_VERSION_10 = """
ALTER TABLE studies ADD COLUMN images TEXT NOT NULL DEFAULT '[]';
UPDATE schema_version SET version = 10;
"""

MIGRATIONS: tuple[str, ...] = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
    _VERSION_9,
    _VERSION_10,
)
"""Script n brings a workspace from version n to version n + 1 and writes that number into ``schema_version``;
a released one is never changed."""


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] | None = None) -> None:
    """Bring a workspace to the newest version, each step whole or not at all.

    Parameters
    ----------
    migrations
        None: `MIGRATIONS`.

    Raises
    ------
    ParotidError
        If a later version of the program wrote it.
    """
    migrations = MIGRATIONS if migrations is None else migrations
    version = read_version(connection)
    if version > len(migrations):
        raise too_new()
    for script in migrations[version:]:
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def read_version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables; 0 for an empty file."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone()
    return int(connection.execute("SELECT version FROM schema_version").fetchone()[0]) if known else 0


def too_new() -> ParotidError:
    """Return the refusal of a workspace that a later program wrote."""
    return ParotidError("This workspace was written by a later version of the program.", "Update the program.")
