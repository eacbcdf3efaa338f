-- What an organisation knows of its own work: decisions, routines, frictions, workflows.

-- Questions. `search` holds the folded words of all that was said in it.
CREATE TABLE decisions (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    question        TEXT NOT NULL,
    search          TEXT COLLATE "C" NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'decided')),
    owner_id        UUID NOT NULL,
    due_on          DATE,
    revisit_on      DATE,
    account_id      UUID,
    retainer_id     UUID,
    tags            JSONB NOT NULL,
    reopened        BIGINT NOT NULL CHECK (reopened >= 0),
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX decisions_by_owner ON decisions (organisation_id, owner_id, state, id);
CREATE INDEX decisions_by_state ON decisions (organisation_id, state, due_on);

-- What was chosen: only ever added to, the last one holds. A contact may be deleted later: their
-- name stays in `decider`.
CREATE TABLE decision_choices (
    organisation_id UUID NOT NULL,
    decision_id     UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    choice          TEXT NOT NULL,
    reason          TEXT NOT NULL,
    evidence        JSONB NOT NULL,
    changes         TEXT,
    due_on          DATE,
    decided_on      DATE NOT NULL,
    decider         TEXT,
    contact_id      UUID,
    recorded_by     UUID NOT NULL,
    recorded_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, decision_id, number),
    FOREIGN KEY (organisation_id, decision_id) REFERENCES decisions (organisation_id, id),
    FOREIGN KEY (organisation_id, recorded_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX decision_choices_by_day ON decision_choices (organisation_id, decided_on);

-- When and why the choice of a number was put in question again.
CREATE TABLE decision_reopenings (
    organisation_id UUID NOT NULL,
    decision_id     UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    evidence        JSONB NOT NULL,
    reopened_on     DATE NOT NULL,
    reopened_by     UUID NOT NULL,
    reopened_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, decision_id, number),
    FOREIGN KEY (organisation_id, decision_id) REFERENCES decisions (organisation_id, id),
    FOREIGN KEY (organisation_id, reopened_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX decision_reopenings_by_day ON decision_reopenings (organisation_id, reopened_on);

-- Streams of work: what they are for and how they are reviewed.
CREATE TABLE workflows (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    owner_id        UUID NOT NULL,
    terms           JSONB NOT NULL,
    archived        BOOLEAN NOT NULL,
    next_review_on  DATE NOT NULL,
    created_on      DATE NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX workflows_by_name ON workflows (organisation_id, sort_key, id);

-- Each review schedules the next; `used` are the keys of the parts that were used since the last.
CREATE TABLE workflow_reviews (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    workflow_id     UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    reviewed_on     DATE NOT NULL,
    used            JSONB NOT NULL,
    found           TEXT NOT NULL,
    changed         TEXT,
    reviewed_by     UUID NOT NULL,
    reviewed_at     TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, workflow_id, number),
    FOREIGN KEY (organisation_id, workflow_id) REFERENCES workflows (organisation_id, id),
    FOREIGN KEY (organisation_id, reviewed_by) REFERENCES members (organisation_id, id)
);

-- Routines that are written down. The text of each version is beside this.
CREATE TABLE sops (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    owner_id        UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    watches         JSONB NOT NULL,
    replaces_id     UUID,
    retire_on       DATE,
    retire_reason   TEXT,
    trial_workflow_id UUID,
    trial_cycles    BIGINT CHECK (trial_cycles > 0),
    trial_ends_on   DATE,
    checked_on      DATE,
    checked_at      TIMESTAMPTZ NOT NULL,
    created_on      DATE NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, replaces_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, trial_workflow_id) REFERENCES workflows (organisation_id, id)
);
CREATE INDEX sops_by_name ON sops (organisation_id, sort_key, id);

CREATE TABLE sop_versions (
    organisation_id UUID NOT NULL,
    sop_id          UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    body            JSONB NOT NULL,
    why             TEXT,
    written_by      UUID NOT NULL,
    written_on      DATE NOT NULL,
    written_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, sop_id, number),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, written_by) REFERENCES members (organisation_id, id)
);

-- Kinds of requests, with what each must bring.
CREATE TABLE request_types (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    inputs          JSONB NOT NULL,
    sop_id          UUID,
    archived        BOOLEAN NOT NULL,
    created_on      DATE NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id)
);
CREATE INDEX request_types_by_name ON request_types (organisation_id, sort_key, id);

-- How often a routine was used on a day.
CREATE TABLE routine_uses (
    organisation_id UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('sop', 'request_type')),
    routine_id      UUID NOT NULL,
    used_on         DATE NOT NULL,
    times           BIGINT NOT NULL CHECK (times > 0),
    PRIMARY KEY (organisation_id, kind, routine_id, used_on)
);

-- Changes of the business for which routines are to be checked.
CREATE TABLE business_changes (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('responsibilities', 'partner_added', 'reporting_needs', 'business_model', 'channel_mix', 'team_size', 'customer_journey', 'recurring_friction')),
    note            TEXT NOT NULL,
    sop_ids         JSONB NOT NULL,
    changed_on      DATE NOT NULL,
    recorded_by     UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, recorded_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX business_changes_by_time ON business_changes (organisation_id, created_at);

-- What got in the way of work.
CREATE TABLE frictions (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('delay', 'duplicate_decision', 'unclear_owner', 'missing_standard', 'manual_work', 'late_feedback', 'reporting_gap')),
    note            TEXT NOT NULL,
    workflow_id     UUID,
    step            TEXT,
    sop_id          UUID,
    retainer_id     UUID,
    noticed_on      DATE NOT NULL,
    resolved_on     DATE,
    resolution      TEXT,
    logged_by       UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, workflow_id) REFERENCES workflows (organisation_id, id),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, logged_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX frictions_by_day ON frictions (organisation_id, noticed_on, id);
CREATE INDEX frictions_by_workflow ON frictions (organisation_id, workflow_id, id);
