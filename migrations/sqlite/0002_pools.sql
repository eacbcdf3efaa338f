-- Pools: a retainer may count several things, each in its own unit and with its own ledger.
-- SQLite changes no constraint of a table that is there, so that tables are made anew, children
-- after parents, filled, and put in the place of the old ones.

-- What a retainer counts. The key names a pool across versions of the terms; the unit is for good.
CREATE TABLE pools (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    key             TEXT NOT NULL,
    unit            TEXT NOT NULL CHECK (unit IN ('minutes', 'sessions', 'deliverables', 'credits', 'money')),
    position        INTEGER NOT NULL CHECK (position >= 0),
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, key),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;
-- Until now each retainer had one pool, of minutes; it takes the retainer's id.
INSERT INTO pools (id, organisation_id, retainer_id, key, unit, position, created_at)
SELECT id, organisation_id, id, 'hours', 'minutes', 0, created_at FROM retainers;

-- Terms say so in their own words.
UPDATE terms SET terms = json_object(
    'price', json(terms -> 'price'),
    'pools', json_array(json_object(
        'key', 'hours',
        'unit', 'minutes',
        'allowance', terms ->> 'allowance_minutes',
        'rollover', CASE WHEN model = 'rollover_hours' THEN json_object(
            'cap_units', terms ->> '$.rollover.cap_minutes',
            'cap_percent', terms ->> '$.rollover.cap_percent',
            'max_cycles', terms ->> '$.rollover.max_cycles',
            'carry_percent', terms ->> '$.rollover.carry_percent') END,
        'overage', json_object(
            'mode', terms ->> 'overage', 'rate_minor', terms ->> 'overage_rate_minor'))),
    'grace_days', COALESCE(terms ->> 'grace_days', 0));
ALTER TABLE terms DROP COLUMN model;

CREATE TABLE cycles_new (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    starts_on       TEXT NOT NULL,
    ends_on         TEXT NOT NULL,
    nominal_start   TEXT NOT NULL,
    nominal_end     TEXT NOT NULL,
    terms_id        BLOB NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    closes_at       TEXT NOT NULL,
    closed_at       TEXT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq),
    CHECK (ends_on > starts_on),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, terms_id) REFERENCES terms (organisation_id, id)
) STRICT;
INSERT INTO cycles_new (id, organisation_id, retainer_id, seq, starts_on, ends_on, nominal_start,
    nominal_end, terms_id, status, closes_at, closed_at)
SELECT id, organisation_id, retainer_id, seq, starts_on, ends_on, nominal_start, nominal_end,
    terms_id, status, closes_at, closed_at FROM cycles;

-- A pool in a cycle. In a closed cycle it keeps its sums, and the lots it began with.
CREATE TABLE pool_cycles (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    granted         INTEGER NOT NULL CHECK (granted >= 0),
    opening_lots    TEXT NOT NULL,
    sums            TEXT,
    PRIMARY KEY (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id)
) STRICT;
INSERT INTO pool_cycles (organisation_id, cycle_id, pool_id, granted, opening_lots, sums)
SELECT organisation_id, id, retainer_id, granted, opening_lots, sums FROM cycles;

CREATE TABLE time_entries_new (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    pool_id         BLOB,
    member_id       BLOB NOT NULL,
    worked_on       TEXT NOT NULL,
    minutes         INTEGER NOT NULL CHECK (minutes > 0),
    note            TEXT,
    late            INTEGER NOT NULL CHECK (late IN (0, 1)),
    source          TEXT NOT NULL CHECK (source IN ('recorded', 'imported')),
    raw_seconds     INTEGER,
    import_id       BLOB,
    import_key      BLOB,
    deleted_at      TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, import_key),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
INSERT INTO time_entries_new (id, organisation_id, retainer_id, cycle_id, pool_id, member_id,
    worked_on, minutes, note, late, source, raw_seconds, import_id, import_key, deleted_at,
    created_by, created_at, version)
SELECT id, organisation_id, retainer_id, cycle_id, CASE WHEN draws THEN retainer_id END, member_id,
    worked_on, minutes, note, late, source, raw_seconds, import_id, import_key, deleted_at,
    created_by, created_at, version FROM time_entries;

-- Units bought, given for nothing, or corrected by hand: always with a reason.
CREATE TABLE adjustments (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('purchase', 'goodwill', 'correction', 'amendment')),
    quantity        INTEGER NOT NULL CHECK (quantity <> 0),
    effective_on    TEXT NOT NULL,
    ends_on         TEXT,
    ends_with_cycle INTEGER NOT NULL CHECK (ends_with_cycle IN (0, 1)),
    reason          TEXT NOT NULL,
    undone_at       TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (quantity > 0 OR kind IN ('correction', 'amendment')),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX adjustments_by_retainer ON adjustments (organisation_id, retainer_id, id);

-- Things delivered that are counted: deliverables, or credits by a price list.
CREATE TABLE deliverables (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    item            TEXT,
    title           TEXT,
    count           INTEGER NOT NULL CHECK (count > 0),
    units           INTEGER NOT NULL CHECK (units >= 0),
    delivered_on    TEXT NOT NULL,
    late            INTEGER NOT NULL CHECK (late IN (0, 1)),
    deleted_at      TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX deliverables_by_day ON deliverables (organisation_id, delivered_on, id);
CREATE INDEX deliverables_by_retainer ON deliverables (organisation_id, retainer_id, delivered_on, id);

-- Sessions with clients: booked, then kept, called off or missed.
CREATE TABLE client_sessions (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    cycle_id        BLOB,
    member_id       BLOB NOT NULL,
    title           TEXT,
    starts_at       TEXT NOT NULL,
    minutes         INTEGER NOT NULL CHECK (minutes > 0),
    units           INTEGER NOT NULL CHECK (units > 0),
    state           TEXT NOT NULL CHECK (state IN ('booked', 'completed', 'cancelled', 'no_show')),
    settled_at      TEXT,
    notice_minutes  INTEGER,
    asked_hours     INTEGER,
    outcome         TEXT CHECK (outcome IN ('charge', 'release', 'carry')),
    drawn           INTEGER NOT NULL DEFAULT 0 CHECK (drawn >= 0),
    late            INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    note            TEXT,
    deleted_at      TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'booked') = (settled_at IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX client_sessions_by_time ON client_sessions (organisation_id, starts_at, id);
CREATE INDEX client_sessions_by_retainer ON client_sessions (organisation_id, retainer_id, starts_at, id);
CREATE INDEX client_sessions_booked ON client_sessions (organisation_id, retainer_id)
    WHERE state = 'booked' AND deleted_at IS NULL;

CREATE TABLE facts_new (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    record_no       INTEGER NOT NULL CHECK (record_no > 0),
    kind            TEXT NOT NULL CHECK (kind IN ('consume', 'reverse', 'restore', 'topup', 'adjust_up', 'adjust_down', 'set_aside')),
    quantity        INTEGER NOT NULL CHECK (quantity > 0),
    lot_kind        TEXT CHECK (lot_kind IN ('purchased', 'goodwill')),
    lot_ends_on     TEXT,
    lot_ends_seq    INTEGER CHECK (lot_ends_seq > 0),
    worked_on       TEXT NOT NULL,
    effective_on    TEXT NOT NULL,
    late            INTEGER NOT NULL CHECK (late IN (0, 1)),
    time_entry_id   BLOB,
    adjustment_id   BLOB,
    deliverable_id  BLOB,
    session_id      BLOB,
    member_id       BLOB NOT NULL,
    reverses_id     BLOB,
    recorded_by     BLOB NOT NULL,
    recorded_at     TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, reverses_id),
    UNIQUE (organisation_id, retainer_id, record_no),
    CHECK ((kind IN ('reverse', 'restore')) = (reverses_id IS NOT NULL)),
    CHECK (kind <> 'topup' OR lot_kind IS NOT NULL),
    CHECK ((time_entry_id IS NOT NULL) + (adjustment_id IS NOT NULL)
        + (deliverable_id IS NOT NULL) + (session_id IS NOT NULL) = 1),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries_new (organisation_id, id),
    FOREIGN KEY (organisation_id, adjustment_id) REFERENCES adjustments (organisation_id, id),
    FOREIGN KEY (organisation_id, deliverable_id) REFERENCES deliverables (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, reverses_id) REFERENCES facts_new (organisation_id, id)
) STRICT;
-- What is reversed comes before what reverses it.
INSERT INTO facts_new (id, organisation_id, retainer_id, pool_id, cycle_id, record_no, kind,
    quantity, worked_on, effective_on, late, time_entry_id, member_id, reverses_id, recorded_by,
    recorded_at)
SELECT id, organisation_id, retainer_id, retainer_id, cycle_id, record_no, kind, minutes, worked_on,
    effective_on, late, time_entry_id, member_id, reverses_id, recorded_by, recorded_at
FROM facts ORDER BY organisation_id, retainer_id, record_no;

CREATE TABLE ledger_entries_new (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    pool_id         BLOB NOT NULL,
    position        INTEGER NOT NULL CHECK (position > 0),
    part            INTEGER NOT NULL CHECK (part >= 0),
    kind            TEXT NOT NULL CHECK (kind IN ('carry_in', 'grant', 'repay', 'topup', 'adjust_up', 'adjust_down', 'consume', 'set_aside', 'reverse', 'restore', 'makeup', 'expire', 'carry_out')),
    effective_on    TEXT NOT NULL,
    quantity        INTEGER NOT NULL,
    overage         INTEGER NOT NULL,
    balance         INTEGER NOT NULL CHECK (balance >= 0),
    lot_kind        TEXT,
    lot_origin      INTEGER,
    lot_ends_on     TEXT,
    lot_quantity    INTEGER NOT NULL,
    fact_id         BLOB,
    PRIMARY KEY (organisation_id, cycle_id, pool_id, position, part),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles_new (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, fact_id) REFERENCES facts_new (organisation_id, id)
) STRICT;
INSERT INTO ledger_entries_new (organisation_id, cycle_id, pool_id, position, part, kind,
    effective_on, quantity, overage, balance, lot_kind, lot_origin, lot_ends_on, lot_quantity,
    fact_id)
SELECT l.organisation_id, l.cycle_id, c.retainer_id, l.position, l.part, l.kind, l.effective_on,
    l.minutes, l.overage, l.balance, l.lot_kind, l.lot_origin, l.lot_ends_on, l.lot_minutes,
    l.fact_id
FROM ledger_entries l
JOIN cycles c ON c.organisation_id = l.organisation_id AND c.id = l.cycle_id;

DROP TABLE ledger_entries;
DROP TABLE facts;
DROP TABLE time_entries;
DROP TABLE cycles;
ALTER TABLE cycles_new RENAME TO cycles;
ALTER TABLE time_entries_new RENAME TO time_entries;
ALTER TABLE facts_new RENAME TO facts;
ALTER TABLE ledger_entries_new RENAME TO ledger_entries;

CREATE INDEX cycles_due ON cycles (status, closes_at);
CREATE INDEX cycles_open ON cycles (organisation_id, status, retainer_id, seq);
CREATE INDEX time_entries_by_day ON time_entries (organisation_id, worked_on, id);
CREATE INDEX time_entries_by_retainer ON time_entries (organisation_id, retainer_id, worked_on, id);
CREATE INDEX time_entries_by_member ON time_entries (organisation_id, member_id, worked_on, id);
CREATE INDEX facts_by_cycle ON facts (organisation_id, cycle_id, pool_id, effective_on, record_no);
CREATE INDEX facts_by_entry ON facts (organisation_id, time_entry_id);
CREATE INDEX facts_by_adjustment ON facts (organisation_id, adjustment_id)
    WHERE adjustment_id IS NOT NULL;
CREATE INDEX facts_by_deliverable ON facts (organisation_id, deliverable_id)
    WHERE deliverable_id IS NOT NULL;
CREATE INDEX facts_by_session ON facts (organisation_id, session_id)
    WHERE session_id IS NOT NULL;
