-- Letters about new prices: one for each client of an uplift, as it was when it was last sent.
CREATE TABLE uplift_letters (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    uplift_id       BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    letter          TEXT NOT NULL,
    sent_by         BLOB NOT NULL,
    sent_at         TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, uplift_id, account_id),
    FOREIGN KEY (organisation_id, uplift_id) REFERENCES uplifts (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, sent_by) REFERENCES members (organisation_id, id)
) STRICT;

-- A mail brings an invoice or a letter. SQLite drops no NOT NULL of a column that is there, so the
-- table is made anew; nothing points to it.
CREATE TABLE mails_new (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB,
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
    reminder        TEXT,
    letter_id       BLOB,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'queued') = (ended_at IS NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    CHECK ((invoice_id IS NULL) = (letter_id IS NOT NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, letter_id) REFERENCES uplift_letters (organisation_id, id),
    FOREIGN KEY (organisation_id, queued_by) REFERENCES members (organisation_id, id)
) STRICT;
INSERT INTO mails_new (id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body,
    state, attempts, answer, queued_by, queued_at, next_at, leased_until, leased_by, ended_at,
    reminder)
SELECT id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body, state, attempts,
    answer, queued_by, queued_at, next_at, leased_until, leased_by, ended_at, reminder
FROM mails;
DROP TABLE mails;
ALTER TABLE mails_new RENAME TO mails;
CREATE INDEX mails_by_invoice ON mails (organisation_id, invoice_id, id);
CREATE INDEX mails_waiting ON mails (next_at) WHERE state = 'queued';
CREATE INDEX mails_by_state ON mails (organisation_id, state, id);
CREATE INDEX mails_by_letter ON mails (organisation_id, letter_id, id)
    WHERE letter_id IS NOT NULL;
