-- Pools: a retainer may count several things, each in its own unit and with its own ledger.

-- What a retainer counts. The key names a pool across versions of the terms; the unit is for good.
CREATE TABLE pools (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    key             TEXT COLLATE "C" NOT NULL,
    unit            TEXT NOT NULL CHECK (unit IN ('minutes', 'sessions', 'deliverables', 'credits', 'money')),
    position        BIGINT NOT NULL CHECK (position >= 0),
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, key),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);
-- Until now each retainer had one pool, of minutes; it takes the retainer's id.
INSERT INTO pools (id, organisation_id, retainer_id, key, unit, position, created_at)
SELECT id, organisation_id, id, 'hours', 'minutes', 0, created_at FROM retainers;

-- Terms say so in their own words.
UPDATE terms SET terms = jsonb_build_object(
    'price', terms -> 'price',
    'pools', jsonb_build_array(jsonb_build_object(
        'key', 'hours',
        'unit', 'minutes',
        'allowance', terms -> 'allowance_minutes',
        'rollover', CASE WHEN model = 'rollover_hours' THEN jsonb_build_object(
            'cap_units', terms -> 'rollover' -> 'cap_minutes',
            'cap_percent', terms -> 'rollover' -> 'cap_percent',
            'max_cycles', terms -> 'rollover' -> 'max_cycles',
            'carry_percent', terms -> 'rollover' -> 'carry_percent') END,
        'overage', jsonb_build_object(
            'mode', terms -> 'overage', 'rate_minor', terms -> 'overage_rate_minor'))),
    'grace_days', COALESCE(terms -> 'grace_days', to_jsonb(0)));
ALTER TABLE terms DROP COLUMN model;

-- A pool in a cycle. In a closed cycle it keeps its sums, and the lots it began with.
CREATE TABLE pool_cycles (
    organisation_id UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    pool_id         UUID NOT NULL,
    granted         BIGINT NOT NULL CHECK (granted >= 0),
    opening_lots    JSONB NOT NULL,
    sums            JSONB,
    PRIMARY KEY (organisation_id, cycle_id, pool_id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id)
);
INSERT INTO pool_cycles (organisation_id, cycle_id, pool_id, granted, opening_lots, sums)
SELECT organisation_id, id, retainer_id, granted, opening_lots, sums FROM cycles;
ALTER TABLE cycles DROP COLUMN granted, DROP COLUMN opening_lots, DROP COLUMN sums;

ALTER TABLE time_entries ADD COLUMN pool_id UUID;
UPDATE time_entries SET pool_id = retainer_id WHERE draws;
ALTER TABLE time_entries DROP COLUMN draws,
    ADD FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id);

-- Units bought, given for nothing, or corrected by hand: always with a reason.
CREATE TABLE adjustments (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    pool_id         UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('purchase', 'goodwill', 'correction', 'amendment')),
    quantity        BIGINT NOT NULL CHECK (quantity <> 0),
    effective_on    DATE NOT NULL,
    ends_on         DATE,
    ends_with_cycle BOOLEAN NOT NULL,
    reason          TEXT NOT NULL,
    undone_at       TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (quantity > 0 OR kind IN ('correction', 'amendment')),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX adjustments_by_retainer ON adjustments (organisation_id, retainer_id, id);

-- Things delivered that are counted: deliverables, or credits by a price list.
CREATE TABLE deliverables (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    pool_id         UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    member_id       UUID NOT NULL,
    item            TEXT,
    title           TEXT,
    count           BIGINT NOT NULL CHECK (count > 0),
    units           BIGINT NOT NULL CHECK (units >= 0),
    delivered_on    DATE NOT NULL,
    late            BOOLEAN NOT NULL,
    deleted_at      TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX deliverables_by_day ON deliverables (organisation_id, delivered_on, id);
CREATE INDEX deliverables_by_retainer ON deliverables (organisation_id, retainer_id, delivered_on, id);

-- Sessions with clients: booked, then kept, called off or missed.
CREATE TABLE client_sessions (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    pool_id         UUID NOT NULL,
    cycle_id        UUID,
    member_id       UUID NOT NULL,
    title           TEXT,
    starts_at       TIMESTAMPTZ NOT NULL,
    minutes         BIGINT NOT NULL CHECK (minutes > 0),
    units           BIGINT NOT NULL CHECK (units > 0),
    state           TEXT NOT NULL CHECK (state IN ('booked', 'completed', 'cancelled', 'no_show')),
    settled_at      TIMESTAMPTZ,
    notice_minutes  BIGINT,
    asked_hours     BIGINT,
    outcome         TEXT CHECK (outcome IN ('charge', 'release', 'carry')),
    drawn           BIGINT NOT NULL DEFAULT 0 CHECK (drawn >= 0),
    late            BOOLEAN NOT NULL DEFAULT FALSE,
    note            TEXT,
    deleted_at      TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'booked') = (settled_at IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX client_sessions_by_time ON client_sessions (organisation_id, starts_at, id);
CREATE INDEX client_sessions_by_retainer ON client_sessions (organisation_id, retainer_id, starts_at, id);
CREATE INDEX client_sessions_booked ON client_sessions (organisation_id, retainer_id)
    WHERE state = 'booked' AND deleted_at IS NULL;

ALTER TABLE facts
    ADD COLUMN pool_id UUID,
    ADD COLUMN lot_kind TEXT CHECK (lot_kind IN ('purchased', 'goodwill')),
    ADD COLUMN lot_ends_on DATE,
    ADD COLUMN lot_ends_seq BIGINT CHECK (lot_ends_seq > 0),
    ADD COLUMN adjustment_id UUID,
    ADD COLUMN deliverable_id UUID,
    ADD COLUMN session_id UUID;
ALTER TABLE facts RENAME COLUMN minutes TO quantity;
UPDATE facts SET pool_id = retainer_id;
ALTER TABLE facts DROP CONSTRAINT facts_kind_check;
ALTER TABLE facts DROP CONSTRAINT facts_check;
ALTER TABLE facts
    ALTER COLUMN pool_id SET NOT NULL,
    ALTER COLUMN time_entry_id DROP NOT NULL,
    ADD CHECK (kind IN ('consume', 'reverse', 'restore', 'topup', 'adjust_up', 'adjust_down', 'set_aside')),
    ADD CHECK ((kind IN ('reverse', 'restore')) = (reverses_id IS NOT NULL)),
    ADD CHECK (kind <> 'topup' OR lot_kind IS NOT NULL),
    ADD CHECK (num_nonnulls(time_entry_id, adjustment_id, deliverable_id, session_id) = 1),
    ADD FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id),
    ADD FOREIGN KEY (organisation_id, adjustment_id) REFERENCES adjustments (organisation_id, id),
    ADD FOREIGN KEY (organisation_id, deliverable_id) REFERENCES deliverables (organisation_id, id),
    ADD FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id);
DROP INDEX facts_by_cycle;
CREATE INDEX facts_by_cycle ON facts (organisation_id, cycle_id, pool_id, effective_on, record_no);
CREATE INDEX facts_by_adjustment ON facts (organisation_id, adjustment_id)
    WHERE adjustment_id IS NOT NULL;
CREATE INDEX facts_by_deliverable ON facts (organisation_id, deliverable_id)
    WHERE deliverable_id IS NOT NULL;
CREATE INDEX facts_by_session ON facts (organisation_id, session_id)
    WHERE session_id IS NOT NULL;

ALTER TABLE ledger_entries RENAME COLUMN minutes TO quantity;
ALTER TABLE ledger_entries RENAME COLUMN lot_minutes TO lot_quantity;
ALTER TABLE ledger_entries ADD COLUMN pool_id UUID;
UPDATE ledger_entries SET pool_id = c.retainer_id FROM cycles c
WHERE c.organisation_id = ledger_entries.organisation_id AND c.id = ledger_entries.cycle_id;
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey;
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_kind_check;
ALTER TABLE ledger_entries
    ALTER COLUMN pool_id SET NOT NULL,
    ADD PRIMARY KEY (organisation_id, cycle_id, pool_id, position, part),
    ADD CHECK (kind IN ('carry_in', 'grant', 'repay', 'topup', 'adjust_up', 'adjust_down', 'consume', 'set_aside', 'reverse', 'restore', 'makeup', 'expire', 'carry_out')),
    ADD FOREIGN KEY (organisation_id, pool_id) REFERENCES pools (organisation_id, id);
