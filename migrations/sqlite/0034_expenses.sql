-- Money spent for clients: a direct cost of their retainers, in the retainer's currency.
CREATE TABLE expenses (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    retainer_id     BLOB NOT NULL,
    spent_on        TEXT NOT NULL,
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    currency        TEXT NOT NULL,
    what            TEXT NOT NULL,
    billed_on       INTEGER NOT NULL CHECK (billed_on IN (0, 1)),
    deleted_at      TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX expenses_by_day ON expenses (organisation_id, spent_on, id);
CREATE INDEX expenses_by_retainer ON expenses (organisation_id, retainer_id, spent_on, id);
