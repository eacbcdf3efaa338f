-- A rule by which calls of a retainer are booked ahead, and when the clock looks at it again (never
-- once it is over). `weekdays` has a bit for each, Monday the lowest. What could not be booked when it
-- looked last is told by the day of the first, why, and how many.
CREATE TABLE call_rules (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    pool_key        TEXT,
    title           TEXT,
    rhythm          TEXT NOT NULL CHECK (rhythm IN ('weekly', 'monthly_by_weekday', 'monthly_by_day')),
    every           INTEGER NOT NULL CHECK (every BETWEEN 1 AND 12),
    weekdays        INTEGER NOT NULL CHECK (weekdays BETWEEN 0 AND 127),
    nth             INTEGER CHECK (nth BETWEEN 1 AND 5),
    day             INTEGER CHECK (day BETWEEN 1 AND 31),
    minute_of_day   INTEGER NOT NULL CHECK (minute_of_day BETWEEN 0 AND 1439),
    minutes         INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    units           INTEGER NOT NULL CHECK (units BETWEEN 0 AND 100),
    first_on        TEXT NOT NULL,
    last_on         TEXT,
    look_at         TEXT,
    missed_on       TEXT,
    missed_reason   TEXT CHECK (missed_reason IN ('insufficient_balance', 'approval_needed',
                        'retainer_ended', 'no_service', 'holder_left', 'no_pool')),
    missed          INTEGER NOT NULL DEFAULT 0 CHECK (missed >= 0),
    missed_since    TEXT,
    ended_at        TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((missed = 0) = (missed_on IS NULL)),
    CHECK ((missed = 0) = (missed_reason IS NULL)),
    CHECK ((missed = 0) = (missed_since IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;

CREATE INDEX call_rules_by_look ON call_rules (look_at, id);
CREATE INDEX call_rules_by_retainer ON call_rules (organisation_id, retainer_id, id)
    WHERE ended_at IS NULL;

-- The days of a rule that were booked, each once. A session that was changed since has another
-- version: then it is somebody's, and no longer the rule's.
CREATE TABLE call_days (
    organisation_id BLOB NOT NULL,
    rule_id         BLOB NOT NULL,
    day             TEXT NOT NULL,
    session_id      BLOB NOT NULL,
    session_version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, rule_id, day),
    UNIQUE (organisation_id, session_id),
    FOREIGN KEY (organisation_id, rule_id) REFERENCES call_rules (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id)
) STRICT;

-- A call may draw on nothing: it stands beside a pool, and reserves no unit of it.
ALTER TABLE client_sessions ADD COLUMN draws INTEGER NOT NULL DEFAULT 1 CHECK (draws IN (0, 1));

-- What of the regular work fails has one kind more.
CREATE TABLE job_faults_now (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('closing', 'cycles', 'billing', 'alerts', 'reminders',
                        'renewals', 'next_terms', 'calls')),
    subject_id      BLOB NOT NULL,
    since           TEXT NOT NULL,
    last_at         TEXT NOT NULL,
    next_at         TEXT NOT NULL,
    tries           INTEGER NOT NULL CHECK (tries > 0),
    error           TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kind, subject_id)
) STRICT;
INSERT INTO job_faults_now SELECT * FROM job_faults;
DROP TABLE job_faults;
ALTER TABLE job_faults_now RENAME TO job_faults;
CREATE INDEX job_faults_by_time ON job_faults (last_at);
