-- Reminders of unpaid invoices, and what of the regular work failed.

-- How an organisation reminds. None, and nobody is reminded. The clock looks when `due_at` is past.
CREATE TABLE dunning_settings (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        TEXT NOT NULL,
    due_at          TEXT,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX dunning_due ON dunning_settings (due_at, organisation_id);

-- Each step that an invoice came to, once.
CREATE TABLE reminders (
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    step            TEXT NOT NULL,
    action          TEXT NOT NULL CHECK (action IN ('remind', 'warn', 'suspend')),
    step_on         TEXT NOT NULL,
    open_minor      INTEGER NOT NULL CHECK (open_minor > 0),
    raised_at       TEXT NOT NULL,
    PRIMARY KEY (organisation_id, invoice_id, step),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
) STRICT;

-- What keeps an invoice from being reminded of: one of each kind at a time.
CREATE TABLE reminder_stops (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('dispute', 'hold')),
    reason          TEXT NOT NULL,
    opened_by       BLOB NOT NULL,
    opened_at       TEXT NOT NULL,
    closed_by       BLOB,
    closed_at       TEXT,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, opened_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, closed_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX reminder_stops_by_invoice ON reminder_stops (organisation_id, invoice_id, id);
CREATE UNIQUE INDEX reminder_stops_that_hold ON reminder_stops (organisation_id, invoice_id, kind)
    WHERE closed_at IS NULL;

-- Which step a mail reminds of; none if it is not a reminder.
ALTER TABLE mails ADD COLUMN reminder TEXT;
CREATE INDEX mails_by_state ON mails (organisation_id, state, id);

-- Whom the clock asks for unpaid invoices.
CREATE INDEX invoices_by_due ON invoices (organisation_id, due_on, id) WHERE state = 'issued';

-- What of the regular work fails, until it is done: `subject_id` is a retainer or an invoice.
CREATE TABLE job_faults (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('closing', 'cycles', 'billing', 'alerts', 'reminders')),
    subject_id      BLOB NOT NULL,
    since           TEXT NOT NULL,
    last_at         TEXT NOT NULL,
    next_at         TEXT NOT NULL,
    tries           INTEGER NOT NULL CHECK (tries > 0),
    error           TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kind, subject_id)
) STRICT;
CREATE INDEX job_faults_by_time ON job_faults (last_at);
