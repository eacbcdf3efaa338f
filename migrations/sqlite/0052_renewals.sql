-- What is to be when a term of a retainer ends, and when the clock looks at that again (never
-- once it has ended). A retainer with an end stops there; one without renews itself or just goes on. `term_from` is the first day of
-- the present term; `term_ends_on` its end, where that is not told by a number of cycles.
CREATE TABLE renewal_rules (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    tacit           INTEGER NOT NULL DEFAULT FALSE CHECK (tacit IN (0, 1)),
    term_cycles     INTEGER NOT NULL DEFAULT 12 CHECK (term_cycles BETWEEN 1 AND 120),
    notice_days     INTEGER NOT NULL DEFAULT 0 CHECK (notice_days BETWEEN 0 AND 365),
    lead_days       INTEGER NOT NULL DEFAULT 45 CHECK (lead_days BETWEEN 1 AND 365),
    owner_id        BLOB,
    term_from       TEXT,
    term_ends_on    TEXT,
    look_at         TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
) STRICT;

CREATE INDEX renewal_rules_by_look ON renewal_rules (look_at, retainer_id);

INSERT INTO renewal_rules (organisation_id, retainer_id, look_at)
SELECT organisation_id, id, created_at FROM retainers WHERE state <> 'ended';

-- A renewal: begun once a term, decided once. `decide_by` is the first day on which nobody decides any
-- more: the contract has.
CREATE TABLE renewals (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    retainer_id     BLOB NOT NULL,
    stage           TEXT NOT NULL CHECK (stage IN ('upcoming', 'prepared', 'proposed', 'negotiating',
                        'lapsed', 'won', 'lost')),
    stage_at        TEXT NOT NULL,
    end_rule        TEXT NOT NULL CHECK (end_rule IN ('stop', 'continue', 'tacit')),
    due_on          TEXT NOT NULL,
    decide_by       TEXT NOT NULL,
    opened_at       TEXT NOT NULL,
    owner_id        BLOB,
    plan            TEXT,
    probability     INTEGER CHECK (probability BETWEEN 5 AND 95),
    brief           TEXT,
    reminded_days   INTEGER,
    decided_at      TEXT,
    decided_by      BLOB,
    reason          TEXT,
    note            TEXT,
    change          TEXT CHECK (change IN ('same', 'expanded', 'reduced')),
    was_minor       INTEGER,
    mrr_minor       INTEGER,
    currency        TEXT,
    ends_on         TEXT,
    terms           TEXT,
    terms_from      TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((decided_at IS NULL) = (stage NOT IN ('won', 'lost'))),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_by) REFERENCES members (organisation_id, id)
) STRICT;

-- One at a time.
CREATE UNIQUE INDEX renewals_open ON renewals (organisation_id, retainer_id)
    WHERE decided_at IS NULL;
CREATE INDEX renewals_by_retainer ON renewals (organisation_id, retainer_id, id);
CREATE INDEX renewals_by_day ON renewals (organisation_id, decide_by, id);

-- The next steps that were made of it, each kind once.
CREATE TABLE renewal_tasks (
    organisation_id BLOB NOT NULL,
    renewal_id      BLOB NOT NULL,
    step            TEXT NOT NULL,
    task_id         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, renewal_id, step),
    FOREIGN KEY (organisation_id, renewal_id) REFERENCES renewals (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
) STRICT;

-- What of the regular work fails has two kinds more.
CREATE TABLE job_faults_now (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('closing', 'cycles', 'billing', 'alerts', 'reminders',
                        'renewals', 'next_terms')),
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
