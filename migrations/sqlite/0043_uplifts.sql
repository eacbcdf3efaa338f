-- Prices of many retainers that rise at once.
CREATE TABLE uplifts (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    from_on         TEXT NOT NULL,
    asked           TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;

-- One for each retainer. `terms_number` is the version whose price rises: once there is another, it
-- does not. The clock looks when `due_at` is past.
CREATE TABLE uplift_lines (
    organisation_id BLOB NOT NULL,
    uplift_id       BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    terms_number    INTEGER NOT NULL,
    currency        TEXT NOT NULL,
    old_minor       INTEGER NOT NULL CHECK (old_minor > 0),
    new_minor       INTEGER NOT NULL CHECK (new_minor > old_minor),
    monthly_minor   INTEGER NOT NULL,
    holds_from      TEXT NOT NULL,
    agreed_on       TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'changed', 'ended',
        'cancelled')),
    due_at          TEXT NOT NULL,
    ended_at        TEXT,
    PRIMARY KEY (organisation_id, uplift_id, retainer_id),
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    FOREIGN KEY (organisation_id, uplift_id) REFERENCES uplifts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX uplift_lines_waiting ON uplift_lines (organisation_id, retainer_id)
    WHERE state = 'waiting';
CREATE INDEX uplift_lines_due ON uplift_lines (retainer_id, due_at)
    WHERE state = 'waiting';
