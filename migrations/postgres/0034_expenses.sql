-- Money spent for clients: a direct cost of their retainers, in the retainer's currency.
CREATE TABLE expenses (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    retainer_id     UUID NOT NULL,
    spent_on        DATE NOT NULL,
    amount_minor    BIGINT NOT NULL CHECK (amount_minor > 0),
    currency        TEXT NOT NULL,
    what            TEXT NOT NULL,
    billed_on       BOOLEAN NOT NULL,
    deleted_at      TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX expenses_by_day ON expenses (organisation_id, spent_on, id);
CREATE INDEX expenses_by_retainer ON expenses (organisation_id, retainer_id, spent_on, id);
