-- How the last cycle of a retainer is settled that ends inside it: agreed together with the end.
CREATE TABLE terminations (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    policy          TEXT NOT NULL CHECK (policy IN ('prorate', 'none')),
    agreed_by       BLOB NOT NULL,
    agreed_at       TEXT NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, agreed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Which cycles end in a month, over all retainers.
CREATE INDEX cycles_by_end ON cycles (organisation_id, ends_on, retainer_id);
