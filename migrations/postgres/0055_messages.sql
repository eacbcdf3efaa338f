-- Messages to people at an account, and from them. What is to be sent is a mail; one without is a draft.
CREATE TABLE messages (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    thread_id       UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID,
    contact_id      UUID,
    contact_name    TEXT NOT NULL,
    address         TEXT NOT NULL,
    incoming        BOOLEAN NOT NULL,
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    note_id         UUID,
    author_id       UUID,
    internet_id     TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (incoming OR author_id IS NOT NULL),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, note_id) REFERENCES notes (organisation_id, id),
    FOREIGN KEY (organisation_id, author_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX messages_by_account ON messages (organisation_id, account_id, id);
CREATE INDEX messages_by_thread ON messages (organisation_id, thread_id, id);
-- A mail that is handed in twice is one message.
CREATE UNIQUE INDEX messages_received ON messages (organisation_id, internet_id)
    WHERE internet_id IS NOT NULL;

-- A mail brings an invoice, a letter or a message, and may answer one.
ALTER TABLE mails DROP CONSTRAINT mails_check2;
ALTER TABLE mails ADD COLUMN message_id UUID;
ALTER TABLE mails ADD COLUMN in_reply_to TEXT;
ALTER TABLE mails ADD CHECK (CASE WHEN invoice_id IS NULL THEN 0 ELSE 1 END
    + CASE WHEN letter_id IS NULL THEN 0 ELSE 1 END
    + CASE WHEN message_id IS NULL THEN 0 ELSE 1 END = 1);
ALTER TABLE mails ADD FOREIGN KEY (organisation_id, message_id)
    REFERENCES messages (organisation_id, id);
CREATE UNIQUE INDEX mails_by_message ON mails (organisation_id, message_id)
    WHERE message_id IS NOT NULL;
