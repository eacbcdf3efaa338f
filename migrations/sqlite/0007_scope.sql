-- Scope: what a retainer is for, what it holds and what it leaves out, who decides, and what comes
-- first in each cycle.

-- So that what a person at an account decides can point at them.
CREATE UNIQUE INDEX contacts_by_id ON contacts (organisation_id, id);

-- How strict an organisation wants its gates: small teams are light, larger ones are checked.
CREATE TABLE controls (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    gate            TEXT NOT NULL CHECK (gate IN ('light', 'required')),
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- The frame of a retainer. A field that nobody has filled in yet is null.
CREATE TABLE scopes (
    organisation_id  BLOB NOT NULL,
    retainer_id      BLOB NOT NULL,
    outcome          TEXT,
    success_signal   TEXT CHECK (success_signal IN ('faster_launches', 'clearer_decisions',
        'fewer_revisions', 'better_lead_quality', 'stronger_reporting', 'lower_management_load')),
    problem          TEXT CHECK (problem IN ('intake', 'briefing', 'approvals', 'execution',
        'analytics', 'crm_handoff', 'stakeholder_feedback', 'performance_review')),
    limits           TEXT,
    bottleneck       TEXT CHECK (bottleneck IN ('demand_quality', 'workflow_reliability',
        'sales_handoff', 'campaign_readiness', 'reporting_accuracy', 'partner_management')),
    cadence          TEXT CHECK (cadence IN ('weekly', 'biweekly', 'monthly', 'quarterly')),
    next_review_on   TEXT,
    process_owner_id BLOB,
    changed_by       BLOB NOT NULL,
    changed_at       TEXT NOT NULL,
    version          INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, process_owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- A dated change of what a running retainer holds: the lines that end, those that begin.
CREATE TABLE scope_changes (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    effective_on    TEXT NOT NULL,
    reason          TEXT NOT NULL,
    ends            TEXT NOT NULL,
    begins          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined')),
    decided_member  BLOB,
    decided_contact BLOB,
    evidence        TEXT,
    decided_by      BLOB,
    decided_at      TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decided_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Lines are never edited once the retainer runs: a line ends, another begins.
CREATE TABLE scope_lines (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('included', 'excluded')),
    position        INTEGER NOT NULL CHECK (position > 0),
    text            TEXT NOT NULL,
    starts_on       TEXT NOT NULL,
    ends_on         TEXT,
    begun_by        BLOB,
    ended_by        BLOB,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, begun_by) REFERENCES scope_changes (organisation_id, id),
    FOREIGN KEY (organisation_id, ended_by) REFERENCES scope_changes (organisation_id, id)
) STRICT;
CREATE INDEX scope_lines_by_retainer ON scope_lines (organisation_id, retainer_id, kind, position);

-- Who may decide on the side that does not own the business, from when until when.
CREATE TABLE delegations (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    member_id       BLOB,
    contact_id      BLOB,
    granted_by      TEXT NOT NULL,
    reason          TEXT NOT NULL,
    starts_on       TEXT NOT NULL,
    ends_on         TEXT,
    revoked_at      TEXT,
    revoked_by      BLOB,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((member_id IS NULL) <> (contact_id IS NULL)),
    CHECK (ends_on IS NULL OR ends_on > starts_on),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX delegations_by_retainer ON delegations (organisation_id, retainer_id, id);

-- The list of a cycle: when it was set and by when it had to be. Cycles are named by their number.
CREATE TABLE priority_lists (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    set_by          TEXT,
    set_at          TEXT,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id, seq),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- A priority of a cycle, and what it displaced. One that left the list keeps its row (rank null),
-- since work may point at it.
CREATE TABLE priorities (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    rank            INTEGER CHECK (rank > 0),
    title           TEXT NOT NULL,
    outcome         TEXT,
    channel         TEXT,
    planned         INTEGER CHECK (planned >= 0),
    displaced       TEXT,
    done_at         TEXT,
    carried_from    BLOB,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq, rank),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, carried_from) REFERENCES priorities (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Whether a retainer makes sense at all, asked before there is one.
CREATE TABLE fit_checks (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    answers         TEXT NOT NULL,
    sensible        INTEGER NOT NULL CHECK (sensible IN (0, 1)),
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX fit_checks_by_account ON fit_checks (organisation_id, account_id, id);
