-- Credit notes: what was taken back of issued invoices. Only ever added to.
CREATE TABLE credit_notes (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('correction', 'goodwill')),
    series          TEXT COLLATE "C" NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    issued_on       DATE NOT NULL,
    currency        TEXT NOT NULL,
    taxes           JSONB NOT NULL,
    net_minor       BIGINT NOT NULL,
    tax_minor       BIGINT NOT NULL,
    total_minor     BIGINT NOT NULL CHECK (total_minor > 0),
    reason          TEXT NOT NULL,
    issued_by       UUID NOT NULL,
    issued_at       TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, series, number),
    CHECK (net_minor + tax_minor = total_minor),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, issued_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX credit_notes_by_day ON credit_notes (organisation_id, issued_on, id);
CREATE INDEX credit_notes_by_account ON credit_notes (organisation_id, account_id, issued_on, id);
CREATE INDEX credit_notes_by_retainer ON credit_notes (organisation_id, retainer_id, kind);
CREATE INDEX credit_notes_by_invoice ON credit_notes (organisation_id, invoice_id);

-- `line` is the position on the invoice; `amount_minor` is with tax if its prices include it.
CREATE TABLE credit_note_lines (
    organisation_id UUID NOT NULL,
    credit_note_id  UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    line            BIGINT NOT NULL,
    net_minor       BIGINT NOT NULL,
    tax_minor       BIGINT NOT NULL,
    amount_minor    BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, credit_note_id, line),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id, line)
        REFERENCES invoice_lines (organisation_id, invoice_id, position)
);
CREATE INDEX credit_note_lines_by_line ON credit_note_lines (organisation_id, invoice_id, line);

CREATE FUNCTION credit_notes_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a credit note never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER credit_notes_never_change BEFORE UPDATE OR DELETE ON credit_notes
    FOR EACH ROW EXECUTE FUNCTION credit_notes_never_change();
CREATE TRIGGER credit_note_lines_never_change BEFORE UPDATE OR DELETE ON credit_note_lines
    FOR EACH ROW EXECUTE FUNCTION credit_notes_never_change();

-- Drafts that somebody discarded, so that the clock does not make them again.
CREATE TABLE invoice_discards (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL,
    purpose         TEXT NOT NULL CHECK (purpose IN ('cycle', 'final')),
    revision        BIGINT NOT NULL,
    discarded_by    UUID NOT NULL,
    discarded_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id, seq, purpose, revision),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, discarded_by) REFERENCES members (organisation_id, id)
);

-- What a credit note gives back after the last invoice is billed by another last one.
DROP INDEX invoices_that_count;
CREATE UNIQUE INDEX invoices_that_count ON invoices (organisation_id, retainer_id, seq, purpose)
    WHERE state <> 'void' AND purpose = 'cycle';
CREATE UNIQUE INDEX invoices_last_draft ON invoices (organisation_id, retainer_id)
    WHERE state = 'draft' AND purpose = 'final';
