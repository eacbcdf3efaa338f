-- What a client was offered for the next term, as it was told then, and what came of it. Who answers
-- it is one person, and signs with their name.
CREATE TABLE renewal_proposals (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    renewal_id      BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    contact_id      BLOB NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    offer           TEXT NOT NULL,
    terms           TEXT NOT NULL,
    valid_until     TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    seen_at         TEXT,
    answered_at     TEXT,
    signed          TEXT,
    signed_with     TEXT,
    note            TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, renewal_id, number),
    CHECK ((answered_at IS NULL) = (state = 'open')),
    FOREIGN KEY (organisation_id, renewal_id) REFERENCES renewals (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;

-- One at a time.
CREATE UNIQUE INDEX renewal_proposals_open ON renewal_proposals (organisation_id, renewal_id)
    WHERE state = 'open';

-- The proposal that a link answers.
ALTER TABLE action_links ADD COLUMN proposal_id BLOB;
