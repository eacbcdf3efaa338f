-- Approvals of what goes beyond a limit, and alerts.
-- Cycles are named by their number: one that has not begun may be made anew when terms change.

-- How far a pool may go beyond what a cycle holds. Only ever added to; the last one counts.
CREATE TABLE approvals (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    number          INTEGER NOT NULL CHECK (number > 0),
    units           INTEGER NOT NULL CHECK (units >= 0),
    reason          TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;

-- By which approval a fact goes beyond the limit.
CREATE TABLE approved_facts (
    organisation_id BLOB NOT NULL,
    fact_id         BLOB NOT NULL,
    approval_id     BLOB NOT NULL,
    PRIMARY KEY (organisation_id, fact_id),
    FOREIGN KEY (organisation_id, fact_id) REFERENCES facts (organisation_id, id),
    FOREIGN KEY (organisation_id, approval_id) REFERENCES approvals (organisation_id, id)
) STRICT;

-- What an organisation wants to be told of, and what differs for a retainer.
CREATE TABLE alert_defaults (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    defaults        TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE TABLE alert_settings (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    settings        TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- A level that was reached, once for each pool and cycle. One that was reached together with a
-- graver one is kept, so that it does not come later, but told to nobody.
CREATE TABLE alerts (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    level           TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('used', 'left', 'pace', 'under_use')),
    threshold       INTEGER NOT NULL,
    told            INTEGER NOT NULL CHECK (told IN (0, 1)),
    raised_on       TEXT NOT NULL,
    raised_at       TEXT NOT NULL,
    figures         TEXT NOT NULL,
    fell_at         TEXT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, pool_id, seq, level),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id)
) STRICT;
CREATE INDEX alerts_by_retainer ON alerts (organisation_id, retainer_id, id);

-- Who is told, and when they saw it.
CREATE TABLE alert_readers (
    organisation_id BLOB NOT NULL,
    alert_id        BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    seen_at         TEXT,
    PRIMARY KEY (organisation_id, alert_id, member_id),
    FOREIGN KEY (organisation_id, alert_id) REFERENCES alerts (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX alert_readers_unseen ON alert_readers (organisation_id, member_id, alert_id)
    WHERE seen_at IS NULL;

-- When the clock looks at a retainer again: once a day, since pace follows the days.
CREATE TABLE alert_looks (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    due_at          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;
