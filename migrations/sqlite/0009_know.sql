-- What an organisation knows of its own work: decisions, routines, frictions, workflows.

-- Questions. `search` holds the folded words of all that was said in it.
CREATE TABLE decisions (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    question        TEXT NOT NULL,
    search          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'decided')),
    owner_id        BLOB NOT NULL,
    due_on          TEXT,
    revisit_on      TEXT,
    account_id      BLOB,
    retainer_id     BLOB,
    tags            TEXT NOT NULL,
    reopened        INTEGER NOT NULL CHECK (reopened >= 0),
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX decisions_by_owner ON decisions (organisation_id, owner_id, state, id);
CREATE INDEX decisions_by_state ON decisions (organisation_id, state, due_on);

-- What was chosen: only ever added to, the last one holds. A contact may be deleted later: their
-- name stays in `decider`.
CREATE TABLE decision_choices (
    organisation_id BLOB NOT NULL,
    decision_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    choice          TEXT NOT NULL,
    reason          TEXT NOT NULL,
    evidence        TEXT NOT NULL,
    changes         TEXT,
    due_on          TEXT,
    decided_on      TEXT NOT NULL,
    decider         TEXT,
    contact_id      BLOB,
    recorded_by     BLOB NOT NULL,
    recorded_at     TEXT NOT NULL,
    PRIMARY KEY (organisation_id, decision_id, number),
    FOREIGN KEY (organisation_id, decision_id) REFERENCES decisions (organisation_id, id),
    FOREIGN KEY (organisation_id, recorded_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX decision_choices_by_day ON decision_choices (organisation_id, decided_on);

-- When and why the choice of a number was put in question again.
CREATE TABLE decision_reopenings (
    organisation_id BLOB NOT NULL,
    decision_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    evidence        TEXT NOT NULL,
    reopened_on     TEXT NOT NULL,
    reopened_by     BLOB NOT NULL,
    reopened_at     TEXT NOT NULL,
    PRIMARY KEY (organisation_id, decision_id, number),
    FOREIGN KEY (organisation_id, decision_id) REFERENCES decisions (organisation_id, id),
    FOREIGN KEY (organisation_id, reopened_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX decision_reopenings_by_day ON decision_reopenings (organisation_id, reopened_on);

-- Streams of work: what they are for and how they are reviewed.
CREATE TABLE workflows (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    owner_id        BLOB NOT NULL,
    terms           TEXT NOT NULL,
    archived        INTEGER NOT NULL CHECK (archived IN (0, 1)),
    next_review_on  TEXT NOT NULL,
    created_on      TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX workflows_by_name ON workflows (organisation_id, sort_key, id);

-- Each review schedules the next; `used` are the keys of the parts that were used since the last.
CREATE TABLE workflow_reviews (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    workflow_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    reviewed_on     TEXT NOT NULL,
    used            TEXT NOT NULL,
    found           TEXT NOT NULL,
    changed         TEXT,
    reviewed_by     BLOB NOT NULL,
    reviewed_at     TEXT NOT NULL,
    UNIQUE (organisation_id, workflow_id, number),
    FOREIGN KEY (organisation_id, workflow_id) REFERENCES workflows (organisation_id, id),
    FOREIGN KEY (organisation_id, reviewed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Routines that are written down. The text of each version is beside this.
CREATE TABLE sops (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    owner_id        BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    watches         TEXT NOT NULL,
    replaces_id     BLOB,
    retire_on       TEXT,
    retire_reason   TEXT,
    trial_workflow_id BLOB,
    trial_cycles    INTEGER CHECK (trial_cycles > 0),
    trial_ends_on   TEXT,
    checked_on      TEXT,
    checked_at      TEXT NOT NULL,
    created_on      TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, replaces_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, trial_workflow_id) REFERENCES workflows (organisation_id, id)
) STRICT;
CREATE INDEX sops_by_name ON sops (organisation_id, sort_key, id);

CREATE TABLE sop_versions (
    organisation_id BLOB NOT NULL,
    sop_id          BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    body            TEXT NOT NULL,
    why             TEXT,
    written_by      BLOB NOT NULL,
    written_on      TEXT NOT NULL,
    written_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, sop_id, number),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, written_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Kinds of requests, with what each must bring.
CREATE TABLE request_types (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    inputs          TEXT NOT NULL,
    sop_id          BLOB,
    archived        INTEGER NOT NULL CHECK (archived IN (0, 1)),
    created_on      TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id)
) STRICT;
CREATE INDEX request_types_by_name ON request_types (organisation_id, sort_key, id);

-- How often a routine was used on a day.
CREATE TABLE routine_uses (
    organisation_id BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('sop', 'request_type')),
    routine_id      BLOB NOT NULL,
    used_on         TEXT NOT NULL,
    times           INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (organisation_id, kind, routine_id, used_on)
) STRICT;

-- Changes of the business for which routines are to be checked.
CREATE TABLE business_changes (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('responsibilities', 'partner_added', 'reporting_needs', 'business_model', 'channel_mix', 'team_size', 'customer_journey', 'recurring_friction')),
    note            TEXT NOT NULL,
    sop_ids         TEXT NOT NULL,
    changed_on      TEXT NOT NULL,
    recorded_by     BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, recorded_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX business_changes_by_time ON business_changes (organisation_id, created_at);

-- What got in the way of work.
CREATE TABLE frictions (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('delay', 'duplicate_decision', 'unclear_owner', 'missing_standard', 'manual_work', 'late_feedback', 'reporting_gap')),
    note            TEXT NOT NULL,
    workflow_id     BLOB,
    step            TEXT,
    sop_id          BLOB,
    retainer_id     BLOB,
    noticed_on      TEXT NOT NULL,
    resolved_on     TEXT,
    resolution      TEXT,
    logged_by       BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, workflow_id) REFERENCES workflows (organisation_id, id),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, logged_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX frictions_by_day ON frictions (organisation_id, noticed_on, id);
CREATE INDEX frictions_by_workflow ON frictions (organisation_id, workflow_id, id);
