-- Mails: written with what causes them, sent afterwards at least once.

-- How an organisation writes mails. None, and the usual words hold.
CREATE TABLE mail_settings (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- One for each address, with the words as they were when it was asked for. Who sends it holds a
-- lease, so that no other replica does meanwhile.
CREATE TABLE mails (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    sender          TEXT NOT NULL,
    reply_to        TEXT,
    recipient       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'cancelled')),
    attempts        BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    answer          TEXT,
    queued_by       UUID NOT NULL,
    queued_at       TIMESTAMPTZ NOT NULL,
    next_at         TIMESTAMPTZ NOT NULL,
    leased_until    TIMESTAMPTZ,
    leased_by       UUID,
    ended_at        TIMESTAMPTZ,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'queued') = (ended_at IS NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, queued_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX mails_by_invoice ON mails (organisation_id, invoice_id, id);
CREATE INDEX mails_waiting ON mails (next_at) WHERE state = 'queued';
