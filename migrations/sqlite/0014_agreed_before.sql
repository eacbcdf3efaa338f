-- What of a retainer's pauses and end was agreed before each change of them, so that a balance as of
-- a day leaves out what was agreed later. Only ever added to: today's is in `retainers`.
CREATE TABLE agreed_before (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    series          TEXT NOT NULL,
    ends_on         TEXT,
    policy          TEXT CHECK (policy IN ('prorate', 'none')),
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id, number),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;
-- Of earlier changes it is only known when the end that holds was agreed.
INSERT INTO agreed_before (organisation_id, retainer_id, number, series, ends_on, policy, changed_by,
    changed_at)
SELECT t.organisation_id, t.retainer_id, 1, r.series, NULL, NULL, t.agreed_by, t.agreed_at
FROM terminations t
JOIN retainers r ON r.organisation_id = t.organisation_id AND r.id = t.retainer_id;
