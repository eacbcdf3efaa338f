-- Closings: what people decide and say when a cycle closes, and what is then to be billed.

-- A cycle that somebody closed by hand, or told the client about after the calendar had closed it.
-- Written once and never changed.
CREATE TABLE cycle_closings (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    recap           TEXT NOT NULL,
    language        TEXT NOT NULL CHECK (language IN ('en', 'de')),
    priorities      TEXT NOT NULL,
    made_by         BLOB NOT NULL,
    made_at         TEXT NOT NULL,
    PRIMARY KEY (organisation_id, cycle_id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, made_by) REFERENCES members (organisation_id, id)
) STRICT;

-- How overage was settled where the terms leave it open. The close goes by it, so it is written
-- before it, in the same transaction, and never changed.
CREATE TABLE overage_decisions (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    choice          TEXT NOT NULL CHECK (choice IN ('bill', 'absorb', 'borrow')),
    reason          TEXT,
    decided_by      BLOB NOT NULL,
    decided_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, cycle_id, pool_id)
        REFERENCES pool_cycles (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, decided_by) REFERENCES members (organisation_id, id)
) STRICT;

-- What a closed cycle leaves to be billed beside its price: at most one line a pool. An invoice
-- takes a line by its key, and can take it once.
CREATE TABLE draft_lines (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    quantity        INTEGER NOT NULL CHECK (quantity > 0),
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    currency        TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, cycle_id, pool_id)
        REFERENCES pool_cycles (organisation_id, cycle_id, pool_id)
) STRICT;
-- What earlier closes left is in their sums.
INSERT INTO draft_lines (organisation_id, cycle_id, pool_id, quantity, amount_minor, currency,
    created_at)
SELECT p.organisation_id, p.cycle_id, p.pool_id, p.sums ->> '$.closing.overage_billed',
    p.sums ->> '$.closing.overage_amount', t.terms ->> '$.price.currency', c.closed_at
FROM pool_cycles p
JOIN cycles c ON c.organisation_id = p.organisation_id AND c.id = p.cycle_id
JOIN terms t ON t.organisation_id = c.organisation_id AND t.id = c.terms_id
WHERE p.sums ->> '$.closing.overage_amount' > 0;
