-- Letters about new prices: one for each client of an uplift, as it was when it was last sent.
CREATE TABLE uplift_letters (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    uplift_id       UUID NOT NULL,
    account_id      UUID NOT NULL,
    letter          JSONB NOT NULL,
    sent_by         UUID NOT NULL,
    sent_at         TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, uplift_id, account_id),
    FOREIGN KEY (organisation_id, uplift_id) REFERENCES uplifts (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, sent_by) REFERENCES members (organisation_id, id)
);

-- A mail brings an invoice or a letter.
ALTER TABLE mails ALTER COLUMN invoice_id DROP NOT NULL;
ALTER TABLE mails ADD COLUMN letter_id UUID;
ALTER TABLE mails ADD CHECK ((invoice_id IS NULL) = (letter_id IS NOT NULL));
ALTER TABLE mails ADD FOREIGN KEY (organisation_id, letter_id)
    REFERENCES uplift_letters (organisation_id, id);
CREATE INDEX mails_by_letter ON mails (organisation_id, letter_id, id)
    WHERE letter_id IS NOT NULL;
