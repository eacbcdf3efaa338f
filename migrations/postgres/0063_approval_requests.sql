-- What a client was asked to approve beyond the limit of a pool in a cycle, as it was told then, and
-- what came of it. Who answers it is one person, by a link whose secret is kept as its hash, and
-- signs with their name.
CREATE TABLE approval_requests (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    retainer_id     UUID NOT NULL,
    pool_id         UUID NOT NULL,
    seq             BIGINT NOT NULL CHECK (seq > 0),
    number          BIGINT NOT NULL CHECK (number > 0),
    contact_id      UUID NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'withdrawn')),
    offer           JSONB NOT NULL,
    answer_by       DATE NOT NULL,
    secret_hash     BYTEA NOT NULL UNIQUE,
    expires_at      TIMESTAMPTZ NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    seen_at         TIMESTAMPTZ,
    answered_at     TIMESTAMPTZ,
    withdrawn_by    UUID,
    signed          TEXT,
    signed_with     TEXT,
    note            TEXT,
    approval_id     UUID,
    version         BIGINT NOT NULL DEFAULT 1,
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
);

-- One at a time of a pool in a cycle.
CREATE UNIQUE INDEX approval_requests_open
    ON approval_requests (organisation_id, retainer_id, pool_id, seq) WHERE state = 'open';
