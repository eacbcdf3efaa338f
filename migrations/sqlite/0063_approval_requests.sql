-- What a client was asked to approve beyond the limit of a pool in a cycle, as it was told then, and
-- what came of it. Who answers it is one person, by a link whose secret is kept as its hash, and
-- signs with their name.
CREATE TABLE approval_requests (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    number          INTEGER NOT NULL CHECK (number > 0),
    contact_id      BLOB NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'withdrawn')),
    offer           TEXT NOT NULL,
    answer_by       TEXT NOT NULL,
    secret_hash     BLOB NOT NULL UNIQUE,
    expires_at      TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    seen_at         TEXT,
    answered_at     TEXT,
    withdrawn_by    BLOB,
    signed          TEXT,
    signed_with     TEXT,
    note            TEXT,
    approval_id     BLOB,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((answered_at IS NULL) = (state = 'open')),
    CHECK ((approval_id IS NULL) = (state <> 'approved')),
    CHECK ((withdrawn_by IS NULL) = (state <> 'withdrawn')),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, withdrawn_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, approval_id) REFERENCES approvals (organisation_id, id)
) STRICT;

-- One at a time of a pool in a cycle.
CREATE UNIQUE INDEX approval_requests_open
    ON approval_requests (organisation_id, retainer_id, pool_id, seq) WHERE state = 'open';
