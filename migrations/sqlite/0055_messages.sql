-- Messages to people at an account, and from them. What is to be sent is a mail; one without is a draft.
CREATE TABLE messages (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    thread_id       BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    contact_id      BLOB,
    contact_name    TEXT NOT NULL,
    address         TEXT NOT NULL,
    incoming        INTEGER NOT NULL CHECK (incoming IN (0, 1)),
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    note_id         BLOB,
    author_id       BLOB,
    internet_id     TEXT,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (incoming = 1 OR author_id IS NOT NULL),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, note_id) REFERENCES notes (organisation_id, id),
    FOREIGN KEY (organisation_id, author_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX messages_by_account ON messages (organisation_id, account_id, id);
CREATE INDEX messages_by_thread ON messages (organisation_id, thread_id, id);
-- A mail that is handed in twice is one message.
CREATE UNIQUE INDEX messages_received ON messages (organisation_id, internet_id)
    WHERE internet_id IS NOT NULL;

-- A mail brings an invoice, a letter or a message, and may answer one.
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
    message_id      BLOB,
    in_reply_to     TEXT,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'queued') = (ended_at IS NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    CHECK (CASE WHEN invoice_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN letter_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN message_id IS NULL THEN 0 ELSE 1 END = 1),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, letter_id) REFERENCES uplift_letters (organisation_id, id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id),
    FOREIGN KEY (organisation_id, queued_by) REFERENCES members (organisation_id, id)
) STRICT;
INSERT INTO mails_new (id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body,
    state, attempts, answer, queued_by, queued_at, next_at, leased_until, leased_by, ended_at,
    reminder, letter_id)
SELECT id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body, state, attempts,
    answer, queued_by, queued_at, next_at, leased_until, leased_by, ended_at, reminder, letter_id
FROM mails;
DROP TABLE mails;
ALTER TABLE mails_new RENAME TO mails;
CREATE INDEX mails_by_invoice ON mails (organisation_id, invoice_id, id);
CREATE INDEX mails_waiting ON mails (next_at) WHERE state = 'queued';
CREATE INDEX mails_by_state ON mails (organisation_id, state, id);
CREATE INDEX mails_by_letter ON mails (organisation_id, letter_id, id)
    WHERE letter_id IS NOT NULL;
CREATE UNIQUE INDEX mails_by_message ON mails (organisation_id, message_id)
    WHERE message_id IS NOT NULL;
