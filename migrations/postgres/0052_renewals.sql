-- What is to be when a term of a retainer ends, and when the clock looks at that again (never
-- once it has ended). A retainer with an end stops there; one without renews itself or just goes on. `term_from` is the first day of
-- the present term; `term_ends_on` its end, where that is not told by a number of cycles.
CREATE TABLE renewal_rules (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    tacit           BOOLEAN NOT NULL DEFAULT FALSE,
    term_cycles     BIGINT NOT NULL DEFAULT 12 CHECK (term_cycles BETWEEN 1 AND 120),
    notice_days     BIGINT NOT NULL DEFAULT 0 CHECK (notice_days BETWEEN 0 AND 365),
    lead_days       BIGINT NOT NULL DEFAULT 45 CHECK (lead_days BETWEEN 1 AND 365),
    owner_id        UUID,
    term_from       DATE,
    term_ends_on    DATE,
    look_at         TIMESTAMPTZ,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
);

CREATE INDEX renewal_rules_by_look ON renewal_rules (look_at, retainer_id);

INSERT INTO renewal_rules (organisation_id, retainer_id, look_at)
SELECT organisation_id, id, created_at FROM retainers WHERE state <> 'ended';

-- A renewal: begun once a term, decided once. `decide_by` is the first day on which nobody decides any
-- more: the contract has.
CREATE TABLE renewals (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    retainer_id     UUID NOT NULL,
    stage           TEXT NOT NULL CHECK (stage IN ('upcoming', 'prepared', 'proposed', 'negotiating',
                        'lapsed', 'won', 'lost')),
    stage_at        TIMESTAMPTZ NOT NULL,
    end_rule        TEXT NOT NULL CHECK (end_rule IN ('stop', 'continue', 'tacit')),
    due_on          DATE NOT NULL,
    decide_by       DATE NOT NULL,
    opened_at       TIMESTAMPTZ NOT NULL,
    owner_id        UUID,
    plan            TEXT,
    probability     BIGINT CHECK (probability BETWEEN 5 AND 95),
    brief           JSONB,
    reminded_days   BIGINT,
    decided_at      TIMESTAMPTZ,
    decided_by      UUID,
    reason          TEXT,
    note            TEXT,
    change          TEXT CHECK (change IN ('same', 'expanded', 'reduced')),
    was_minor       BIGINT,
    mrr_minor       BIGINT,
    currency        TEXT,
    ends_on         DATE,
    terms           JSONB,
    terms_from      DATE,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((decided_at IS NULL) = (stage NOT IN ('won', 'lost'))),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_by) REFERENCES members (organisation_id, id)
);

-- One at a time.
CREATE UNIQUE INDEX renewals_open ON renewals (organisation_id, retainer_id)
    WHERE decided_at IS NULL;
CREATE INDEX renewals_by_retainer ON renewals (organisation_id, retainer_id, id);
CREATE INDEX renewals_by_day ON renewals (organisation_id, decide_by, id);

-- The next steps that were made of it, each kind once.
CREATE TABLE renewal_tasks (
    organisation_id UUID NOT NULL,
    renewal_id      UUID NOT NULL,
    step            TEXT NOT NULL,
    task_id         UUID NOT NULL,
    PRIMARY KEY (organisation_id, renewal_id, step),
    FOREIGN KEY (organisation_id, renewal_id) REFERENCES renewals (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
);

-- What of the regular work fails has two kinds more.
ALTER TABLE job_faults DROP CONSTRAINT job_faults_kind_check;
ALTER TABLE job_faults ADD CONSTRAINT job_faults_kind_check
    CHECK (kind IN ('closing', 'cycles', 'billing', 'alerts', 'reminders', 'renewals', 'next_terms'));
