-- How the relationship with each client stands, as the clock saw it last, and when it looks again:
-- on the next day, or as soon as something happened with the account. None before the first look.
CREATE TABLE account_health (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    due_at          TIMESTAMPTZ NOT NULL,
    health          JSONB,
    looked_at       TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);

CREATE INDEX account_health_by_due ON account_health (due_at);

-- Who is there already is looked at when the clock begins.
INSERT INTO account_health (organisation_id, account_id, due_at)
SELECT organisation_id, id, created_at FROM accounts;

-- The days on which that became another. Only the row of today is ever written again.
CREATE TABLE account_health_days (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    seen_on         DATE NOT NULL,
    score           BIGINT CHECK (score BETWEEN 0 AND 1000),
    state           TEXT,
    PRIMARY KEY (organisation_id, account_id, seen_on),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
