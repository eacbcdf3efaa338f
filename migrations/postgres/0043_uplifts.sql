-- Prices of many retainers that rise at once.
CREATE TABLE uplifts (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    from_on         DATE NOT NULL,
    asked           JSONB NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);

-- One for each retainer. `terms_number` is the version whose price rises: once there is another, it
-- does not. The clock looks when `due_at` is past.
CREATE TABLE uplift_lines (
    organisation_id UUID NOT NULL,
    uplift_id       UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    terms_number    BIGINT NOT NULL,
    currency        TEXT NOT NULL,
    old_minor       BIGINT NOT NULL CHECK (old_minor > 0),
    new_minor       BIGINT NOT NULL CHECK (new_minor > old_minor),
    monthly_minor   BIGINT NOT NULL,
    holds_from      DATE NOT NULL,
    agreed_on       DATE NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'changed', 'ended',
        'cancelled')),
    due_at          TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, uplift_id, retainer_id),
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    FOREIGN KEY (organisation_id, uplift_id) REFERENCES uplifts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);
CREATE UNIQUE INDEX uplift_lines_waiting ON uplift_lines (organisation_id, retainer_id)
    WHERE state = 'waiting';
CREATE INDEX uplift_lines_due ON uplift_lines (retainer_id, due_at)
    WHERE state = 'waiting';
