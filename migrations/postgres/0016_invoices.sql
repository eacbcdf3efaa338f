-- Invoices: one for each cycle and purpose, numbered without gaps, never changed once issued.

-- How an organisation bills. None, and nothing is billed.
CREATE TABLE billing_settings (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- How a retainer is billed, where that is not as usual.
CREATE TABLE retainer_billing (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    billing         JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- Until when the clock need not look at a retainer again.
CREATE TABLE billing_looks (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    due_at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);

-- The last number of each series. Who issues waits for its row, so that no number is left out.
CREATE TABLE invoice_series (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    series          TEXT COLLATE "C" NOT NULL,
    last_number     BIGINT NOT NULL CHECK (last_number >= 0),
    PRIMARY KEY (organisation_id, series)
);

-- A cycle is named by its number, since one that was billed ahead may be cut or left out later.
-- What replaces a void invoice is of a higher revision.
CREATE TABLE invoices (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL CHECK (seq > 0),
    purpose         TEXT NOT NULL CHECK (purpose IN ('cycle', 'final')),
    revision        BIGINT NOT NULL CHECK (revision > 0),
    state           TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'void')),
    series          TEXT COLLATE "C",
    number          BIGINT CHECK (number > 0),
    currency        TEXT NOT NULL,
    starts_on       DATE NOT NULL,
    ends_on         DATE NOT NULL,
    issue_on        DATE NOT NULL,
    due_on          DATE NOT NULL,
    terms           JSONB NOT NULL,
    tax_mode        TEXT NOT NULL CHECK (tax_mode IN ('exclusive', 'inclusive')),
    taxes           JSONB NOT NULL,
    net_minor       BIGINT NOT NULL,
    tax_minor       BIGINT NOT NULL,
    total_minor     BIGINT NOT NULL,
    note            TEXT,
    parties         JSONB,
    created_at      TIMESTAMPTZ NOT NULL,
    issued_by       UUID,
    issued_at       TIMESTAMPTZ,
    voided_by       UUID,
    voided_at       TIMESTAMPTZ,
    void_reason     TEXT,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq, purpose, revision),
    UNIQUE (organisation_id, series, number),
    CHECK (ends_on > starts_on),
    CHECK ((state = 'draft') = (number IS NULL)),
    CHECK ((number IS NULL) = (series IS NULL)),
    CHECK ((number IS NULL) = (issued_at IS NULL)),
    CHECK ((number IS NULL) = (issued_by IS NULL)),
    CHECK ((number IS NULL) = (parties IS NULL)),
    CHECK ((state = 'void') = (voided_at IS NOT NULL)),
    CHECK ((state = 'void') = (void_reason IS NOT NULL)),
    CHECK (net_minor + tax_minor = total_minor),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, issued_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, voided_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX invoices_by_day ON invoices (organisation_id, issue_on, id);
CREATE INDEX invoices_by_account ON invoices (organisation_id, account_id, issue_on, id);
-- No two that count for one cycle and purpose.
CREATE UNIQUE INDEX invoices_that_count ON invoices (organisation_id, retainer_id, seq, purpose)
    WHERE state <> 'void';

-- Lines. `of_seq` is the cycle that a fee, a correction or overage is of.
CREATE TABLE invoice_lines (
    organisation_id UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    position        BIGINT NOT NULL CHECK (position > 0),
    kind            TEXT NOT NULL CHECK (kind IN ('fee', 'correction', 'overage', 'manual')),
    text            TEXT,
    of_seq          BIGINT CHECK (of_seq > 0),
    starts_on       DATE,
    ends_on         DATE,
    cycle_id        UUID,
    pool_id         UUID,
    quantity        BIGINT NOT NULL,
    price_minor     BIGINT NOT NULL,
    price_per       BIGINT NOT NULL CHECK (price_per > 0),
    amount_minor    BIGINT NOT NULL,
    taxes           JSONB NOT NULL,
    net_minor       BIGINT NOT NULL,
    tax_minor       BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, invoice_id, position),
    CHECK ((kind = 'manual') = (of_seq IS NULL)),
    CHECK ((kind = 'manual') = (text IS NOT NULL)),
    CHECK ((kind = 'overage') = (pool_id IS NOT NULL)),
    CHECK ((pool_id IS NULL) = (cycle_id IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id, pool_id)
        REFERENCES draft_lines (organisation_id, cycle_id, pool_id)
);

-- What closed cycles left to be billed, and the invoice that took it: each once. A void one gives
-- it back.
CREATE TABLE billed_lines (
    organisation_id UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    pool_id         UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    PRIMARY KEY (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, cycle_id, pool_id)
        REFERENCES draft_lines (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
);
CREATE INDEX billed_lines_by_invoice ON billed_lines (organisation_id, invoice_id);

-- Issued is issued, whoever writes: all that is left is to withdraw it, once.
CREATE FUNCTION invoices_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state = 'void'
        AND NEW.version = OLD.version + 1
        AND (NEW.id, NEW.organisation_id, NEW.account_id, NEW.retainer_id, NEW.seq, NEW.purpose,
            NEW.revision, NEW.series, NEW.number, NEW.currency, NEW.starts_on, NEW.ends_on,
            NEW.issue_on, NEW.due_on, NEW.terms, NEW.tax_mode, NEW.taxes, NEW.net_minor,
            NEW.tax_minor, NEW.total_minor, COALESCE(NEW.note, ''), NEW.parties, NEW.created_at,
            NEW.issued_by, NEW.issued_at)
        = (OLD.id, OLD.organisation_id, OLD.account_id, OLD.retainer_id, OLD.seq, OLD.purpose,
            OLD.revision, OLD.series, OLD.number, OLD.currency, OLD.starts_on, OLD.ends_on,
            OLD.issue_on, OLD.due_on, OLD.terms, OLD.tax_mode, OLD.taxes, OLD.net_minor,
            OLD.tax_minor, OLD.total_minor, COALESCE(OLD.note, ''), OLD.parties, OLD.created_at,
            OLD.issued_by, OLD.issued_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER invoices_never_change BEFORE UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION invoices_never_change();

CREATE FUNCTION invoice_lines_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line invoice_lines := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    IF EXISTS (SELECT 1 FROM invoices i WHERE i.organisation_id = line.organisation_id
        AND i.id = line.invoice_id AND i.state <> 'draft')
    THEN
        RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER invoice_lines_never_change BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION invoice_lines_never_change();
