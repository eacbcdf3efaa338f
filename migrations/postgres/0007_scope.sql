-- Scope: what a retainer is for, what it holds and what it leaves out, who decides, and what comes
-- first in each cycle.

-- So that what a person at an account decides can point at them.
CREATE UNIQUE INDEX contacts_by_id ON contacts (organisation_id, id);

-- How strict an organisation wants its gates: small teams are light, larger ones are checked.
CREATE TABLE controls (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    gate            TEXT NOT NULL CHECK (gate IN ('light', 'required')),
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- The frame of a retainer. A field that nobody has filled in yet is null.
CREATE TABLE scopes (
    organisation_id  UUID NOT NULL,
    retainer_id      UUID NOT NULL,
    outcome          TEXT,
    success_signal   TEXT CHECK (success_signal IN ('faster_launches', 'clearer_decisions',
        'fewer_revisions', 'better_lead_quality', 'stronger_reporting', 'lower_management_load')),
    problem          TEXT CHECK (problem IN ('intake', 'briefing', 'approvals', 'execution',
        'analytics', 'crm_handoff', 'stakeholder_feedback', 'performance_review')),
    limits           TEXT,
    bottleneck       TEXT CHECK (bottleneck IN ('demand_quality', 'workflow_reliability',
        'sales_handoff', 'campaign_readiness', 'reporting_accuracy', 'partner_management')),
    cadence          TEXT CHECK (cadence IN ('weekly', 'biweekly', 'monthly', 'quarterly')),
    next_review_on   DATE,
    process_owner_id UUID,
    changed_by       UUID NOT NULL,
    changed_at       TIMESTAMPTZ NOT NULL,
    version          BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, process_owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- A dated change of what a running retainer holds: the lines that end, those that begin.
CREATE TABLE scope_changes (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    effective_on    DATE NOT NULL,
    reason          TEXT NOT NULL,
    ends            JSONB NOT NULL,
    begins          JSONB NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined')),
    decided_member  UUID,
    decided_contact UUID,
    evidence        TEXT,
    decided_by      UUID,
    decided_at      TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);

-- Lines are never edited once the retainer runs: a line ends, another begins.
CREATE TABLE scope_lines (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('included', 'excluded')),
    position        BIGINT NOT NULL CHECK (position > 0),
    text            TEXT NOT NULL,
    starts_on       DATE NOT NULL,
    ends_on         DATE,
    begun_by        UUID,
    ended_by        UUID,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, begun_by) REFERENCES scope_changes (organisation_id, id),
    FOREIGN KEY (organisation_id, ended_by) REFERENCES scope_changes (organisation_id, id)
);
CREATE INDEX scope_lines_by_retainer ON scope_lines (organisation_id, retainer_id, kind, position);

-- Who may decide on the side that does not own the business, from when until when.
CREATE TABLE delegations (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    member_id       UUID,
    contact_id      UUID,
    granted_by      TEXT NOT NULL,
    reason          TEXT NOT NULL,
    starts_on       DATE NOT NULL,
    ends_on         DATE,
    revoked_at      TIMESTAMPTZ,
    revoked_by      UUID,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((member_id IS NULL) <> (contact_id IS NULL)),
    CHECK (ends_on IS NULL OR ends_on > starts_on),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX delegations_by_retainer ON delegations (organisation_id, retainer_id, id);

-- The list of a cycle: when it was set and by when it had to be. Cycles are named by their number.
CREATE TABLE priority_lists (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL CHECK (seq > 0),
    set_by          DATE,
    set_at          TIMESTAMPTZ,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id, seq),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- A priority of a cycle, and what it displaced. One that left the list keeps its row (rank null),
-- since work may point at it.
CREATE TABLE priorities (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL CHECK (seq > 0),
    rank            BIGINT CHECK (rank > 0),
    title           TEXT NOT NULL,
    outcome         TEXT,
    channel         TEXT,
    planned         BIGINT CHECK (planned >= 0),
    displaced       TEXT,
    done_at         TIMESTAMPTZ,
    carried_from    UUID,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq, rank),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, carried_from) REFERENCES priorities (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);

-- Whether a retainer makes sense at all, asked before there is one.
CREATE TABLE fit_checks (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID,
    answers         JSONB NOT NULL,
    sensible        BOOLEAN NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX fit_checks_by_account ON fit_checks (organisation_id, account_id, id);
