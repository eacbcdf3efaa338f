-- A rule by which calls of a retainer are booked ahead, and when the clock looks at it again (never
-- once it is over). `weekdays` has a bit for each, Monday the lowest. What could not be booked when it
-- looked last is told by the day of the first, why, and how many.
CREATE TABLE call_rules (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    member_id       UUID NOT NULL,
    pool_key        TEXT,
    title           TEXT,
    rhythm          TEXT NOT NULL CHECK (rhythm IN ('weekly', 'monthly_by_weekday', 'monthly_by_day')),
    every           BIGINT NOT NULL CHECK (every BETWEEN 1 AND 12),
    weekdays        BIGINT NOT NULL CHECK (weekdays BETWEEN 0 AND 127),
    nth             BIGINT CHECK (nth BETWEEN 1 AND 5),
    day             BIGINT CHECK (day BETWEEN 1 AND 31),
    minute_of_day   BIGINT NOT NULL CHECK (minute_of_day BETWEEN 0 AND 1439),
    minutes         BIGINT NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    units           BIGINT NOT NULL CHECK (units BETWEEN 0 AND 100),
    first_on        DATE NOT NULL,
    last_on         DATE,
    look_at         TIMESTAMPTZ,
    missed_on       DATE,
    missed_reason   TEXT CHECK (missed_reason IN ('insufficient_balance', 'approval_needed',
                        'retainer_ended', 'no_service', 'holder_left', 'no_pool')),
    missed          BIGINT NOT NULL DEFAULT 0 CHECK (missed >= 0),
    missed_since    TIMESTAMPTZ,
    ended_at        TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((missed = 0) = (missed_on IS NULL)),
    CHECK ((missed = 0) = (missed_reason IS NULL)),
    CHECK ((missed = 0) = (missed_since IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);

CREATE INDEX call_rules_by_look ON call_rules (look_at, id);
CREATE INDEX call_rules_by_retainer ON call_rules (organisation_id, retainer_id, id)
    WHERE ended_at IS NULL;

-- The days of a rule that were booked, each once. A session that was changed since has another
-- version: then it is somebody's, and no longer the rule's.
CREATE TABLE call_days (
    organisation_id UUID NOT NULL,
    rule_id         UUID NOT NULL,
    day             DATE NOT NULL,
    session_id      UUID NOT NULL,
    session_version BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, rule_id, day),
    UNIQUE (organisation_id, session_id),
    FOREIGN KEY (organisation_id, rule_id) REFERENCES call_rules (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id)
);

-- A call may draw on nothing: it stands beside a pool, and reserves no unit of it.
ALTER TABLE client_sessions ADD COLUMN draws BOOLEAN NOT NULL DEFAULT TRUE;

-- What of the regular work fails has one kind more.
ALTER TABLE job_faults DROP CONSTRAINT job_faults_kind_check;
ALTER TABLE job_faults ADD CONSTRAINT job_faults_kind_check
    CHECK (kind IN ('closing', 'cycles', 'billing', 'alerts', 'reminders', 'renewals', 'next_terms',
        'calls'));
