-- What happened with each account, only ever added to. Words are made by who shows it; `title` and
-- `text` are people's own, those of notes stand in their table. `indexed_at` is since when it is
-- found by its words: none for what is written here, until the clock has read it.
CREATE TABLE timeline_items (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    happened_at     TEXT NOT NULL,
    kind            TEXT NOT NULL,
    event           TEXT NOT NULL,
    subject_id      BLOB NOT NULL,
    number          INTEGER,
    title           TEXT,
    text            TEXT,
    verdict         TEXT,
    amount_minor    INTEGER,
    currency        TEXT,
    about_on        TEXT,
    member_id       BLOB,
    internal        INTEGER NOT NULL CHECK (internal IN (0, 1)),
    indexed_at      TEXT,
    UNIQUE (organisation_id, id),
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX timeline_items_by_time
    ON timeline_items (organisation_id, account_id, happened_at, id);
CREATE INDEX timeline_items_by_kind
    ON timeline_items (organisation_id, account_id, kind, happened_at, id);
CREATE INDEX timeline_items_of_subject ON timeline_items (organisation_id, subject_id);
CREATE INDEX timeline_items_unread ON timeline_items (id) WHERE indexed_at IS NULL;

-- The folded words of each item. A search reads those of one account that begin alike.
CREATE TABLE timeline_words (
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    word            TEXT NOT NULL,
    item_id         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, account_id, word, item_id),
    FOREIGN KEY (organisation_id, item_id) REFERENCES timeline_items (organisation_id, id)
) STRICT;
CREATE INDEX timeline_words_of_item ON timeline_words (organisation_id, item_id);

-- What has happened so far. How each is read is the same as in backend/src/timeline/sources.rs.
INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, text, member_id, internal)
SELECT randomblob(16), s.organisation_id, r.account_id, s.retainer_id,
    CASE WHEN s.state = 'cancelled' THEN s.settled_at ELSE s.starts_at END,
    'session', 'session_' || s.state, s.id, s.title, s.note, s.member_id, 0
FROM client_sessions s
JOIN retainers r ON r.organisation_id = s.organisation_id AND r.id = s.retainer_id
WHERE s.state <> 'booked' AND s.deleted_at IS NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, number, title, text, verdict, member_id, internal)
SELECT randomblob(16), e.organisation_id, r.account_id, q.retainer_id, e.created_at, 'request',
    'request_' || e.kind, q.id, q.number, q.title,
    CASE WHEN e.kind = 'received' THEN q.details ELSE e.note END, e.verdict, e.created_by, 0
FROM request_events e
JOIN requests q ON q.organisation_id = e.organisation_id AND q.id = e.request_id
JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
WHERE e.kind IN ('received', 'triaged', 'withdrawn');

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, text, about_on, member_id, internal)
SELECT randomblob(16), c.organisation_id, d.account_id, d.retainer_id,
    CASE WHEN c.decided_on < substr(c.recorded_at, 1, 10)
        THEN c.decided_on || 'T12:00:00+00:00' ELSE c.recorded_at END,
    'decision', 'decision_made', d.id, d.question, c.choice, c.decided_on, c.recorded_by, 0
FROM decision_choices c
JOIN decisions d ON d.organisation_id = c.organisation_id AND d.id = c.decision_id
WHERE d.account_id IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, member_id, internal)
SELECT randomblob(16), o.organisation_id, d.account_id, d.retainer_id, o.reopened_at, 'decision',
    'decision_reopened', d.id, d.question, o.reopened_by, 0
FROM decision_reopenings o
JOIN decisions d ON d.organisation_id = o.organisation_id AND d.id = o.decision_id
WHERE d.account_id IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, number, text, about_on, member_id, internal)
SELECT randomblob(16), t.organisation_id, r.account_id, t.retainer_id, t.created_at, 'agreement',
    'terms_agreed', t.retainer_id, t.number, t.reason, t.effective_from, t.created_by, 0
FROM terms t
JOIN retainers r ON r.organisation_id = t.organisation_id AND r.id = t.retainer_id;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, about_on, member_id, internal)
SELECT randomblob(16), t.organisation_id, r.account_id, t.retainer_id, t.agreed_at, 'agreement',
    'end_agreed', t.retainer_id, r.ends_on, t.agreed_by, 0
FROM terminations t
JOIN retainers r ON r.organisation_id = t.organisation_id AND r.id = t.retainer_id;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, number, about_on, internal)
SELECT randomblob(16), c.organisation_id, r.account_id, c.retainer_id,
    CASE WHEN c.closes_at < c.closed_at THEN c.closes_at ELSE c.closed_at END, 'cycle',
    'cycle_closed', c.id, c.seq, c.starts_on, 0
FROM cycles c
JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
WHERE c.closed_at IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, amount_minor, currency, about_on, member_id, internal)
SELECT randomblob(16), i.organisation_id, i.account_id, i.retainer_id, i.issued_at, 'invoice',
    'invoice_issued', i.id, i.series || CASE WHEN i.number < 10 THEN '000'
        WHEN i.number < 100 THEN '00' WHEN i.number < 1000 THEN '0' ELSE '' END || i.number,
    i.total_minor, i.currency, i.due_on, i.issued_by, 0
FROM invoices i WHERE i.issued_at IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, text, amount_minor, currency, member_id, internal)
SELECT randomblob(16), i.organisation_id, i.account_id, i.retainer_id, i.voided_at, 'invoice',
    'invoice_voided', i.id, i.series || CASE WHEN i.number < 10 THEN '000'
        WHEN i.number < 100 THEN '00' WHEN i.number < 1000 THEN '0' ELSE '' END || i.number,
    i.void_reason, i.total_minor, i.currency, i.voided_by, 0
FROM invoices i WHERE i.voided_at IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, title, text, amount_minor, currency, member_id, internal)
SELECT randomblob(16), n.organisation_id, n.account_id, n.retainer_id, n.issued_at, 'invoice',
    'credit_note_issued', n.id, n.series || CASE WHEN n.number < 10 THEN '000'
        WHEN n.number < 100 THEN '00' WHEN n.number < 1000 THEN '0' ELSE '' END || n.number,
    n.reason, n.total_minor, n.currency, n.issued_by, 0
FROM credit_notes n;

INSERT INTO timeline_items (id, organisation_id, account_id, happened_at, kind, event, subject_id,
    title, text, amount_minor, currency, about_on, member_id, internal)
SELECT randomblob(16), p.organisation_id, p.account_id,
    CASE WHEN p.paid_on < substr(p.recorded_at, 1, 10)
        THEN p.paid_on || 'T12:00:00+00:00' ELSE p.recorded_at END,
    'invoice', CASE WHEN p.kind = 'refund' THEN 'payment_refunded' ELSE 'payment_received' END,
    p.id, p.reference, p.note, p.amount_minor, p.currency, p.paid_on, p.recorded_by, 0
FROM payments p;

INSERT INTO timeline_items (id, organisation_id, account_id, happened_at, kind, event, subject_id,
    title, text, amount_minor, currency, about_on, member_id, internal)
SELECT randomblob(16), p.organisation_id, p.account_id, p.reversed_at, 'invoice',
    'payment_reversed', p.id, p.reference, p.reverse_reason, p.amount_minor, p.currency,
    p.reversed_on, p.reversed_by, 0
FROM payments p WHERE p.reversed_at IS NOT NULL;

INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at, kind, event,
    subject_id, number, about_on, member_id, internal)
SELECT randomblob(16), v.organisation_id, r.account_id, v.retainer_id, v.finished_at, 'review',
    'review_held', v.id, v.number, v.next_on, v.finished_by, 0
FROM reviews v
JOIN retainers r ON r.organisation_id = v.organisation_id AND r.id = v.retainer_id
WHERE v.finished_at IS NOT NULL;
