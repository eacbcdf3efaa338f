-- Mails: written with what causes them, sent afterwards at least once.

-- How an organisation writes mails. None, and the usual words hold.
CREATE TABLE mail_settings (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- One for each address, with the words as they were when it was asked for. Who sends it holds a
-- lease, so that no other replica does meanwhile.
CREATE TABLE mails (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    sender          TEXT NOT NULL,
    reply_to        TEXT,
    recipient       TEXT NOT NULL,
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'cancelled')),
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    answer          TEXT,
    queued_by       BLOB NOT NULL,
    queued_at       TEXT NOT NULL,
    next_at         TEXT NOT NULL,
    leased_until    TEXT,
    leased_by       BLOB,
    ended_at        TEXT,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'queued') = (ended_at IS NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, queued_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX mails_by_invoice ON mails (organisation_id, invoice_id, id);
CREATE INDEX mails_waiting ON mails (next_at) WHERE state = 'queued';
