-- What a client was offered for the next term, as it was told then, and what came of it. Who answers
-- it is one person, and signs with their name.
CREATE TABLE renewal_proposals (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    renewal_id      UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    contact_id      UUID NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    offer           JSONB NOT NULL,
    terms           JSONB NOT NULL,
    valid_until     DATE NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    seen_at         TIMESTAMPTZ,
    answered_at     TIMESTAMPTZ,
    signed          TEXT,
    signed_with     TEXT,
    note            TEXT,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, renewal_id, number),
    CHECK ((answered_at IS NULL) = (state = 'open')),
    FOREIGN KEY (organisation_id, renewal_id) REFERENCES renewals (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);

-- One at a time.
CREATE UNIQUE INDEX renewal_proposals_open ON renewal_proposals (organisation_id, renewal_id)
    WHERE state = 'open';

-- The proposal that a link answers.
ALTER TABLE action_links ADD COLUMN proposal_id UUID;
