-- Organisations and people.
CREATE TABLE organisations (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    currency   TEXT NOT NULL,
    timezone   TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);

-- A person who signs in. One mail address, one password, any number of organisations.
CREATE TABLE users (
    id            UUID NOT NULL PRIMARY KEY,
    email         TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE members (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    user_id         UUID REFERENCES users (id),
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    email           TEXT COLLATE "C",
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'member', 'finance', 'viewer', 'partner')),
    active          BOOLEAN NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, user_id),
    UNIQUE (organisation_id, email)
);
CREATE INDEX members_by_user ON members (user_id);
CREATE INDEX members_by_name ON members (organisation_id, sort_key, id);

-- A family of refresh tokens: one sign-in on one device.
CREATE TABLE sessions (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id       UUID NOT NULL,
    user_id         UUID NOT NULL REFERENCES users (id),
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    revoked_at      TIMESTAMPTZ,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX sessions_by_member ON sessions (organisation_id, member_id);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id),
    created_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Failed sign-ins, by mail address and by network address.
CREATE TABLE sign_in_failures (
    key        TEXT COLLATE "C" NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    id         UUID NOT NULL PRIMARY KEY
);
CREATE INDEX sign_in_failures_by_key ON sign_in_failures (key, at);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (at);

CREATE TABLE invitations (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id       UUID NOT NULL,
    token_hash      BYTEA NOT NULL UNIQUE,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    used_at         TIMESTAMPTZ,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX invitations_by_member ON invitations (organisation_id, member_id, expires_at);

CREATE TABLE api_keys (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    member_id       UUID NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'member', 'finance', 'viewer', 'partner')),
    secret_hash     BYTEA NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    last_used_at    TIMESTAMPTZ,
    expires_at      TIMESTAMPTZ,
    revoked_at      TIMESTAMPTZ,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX api_keys_by_organisation ON api_keys (organisation_id, id);

-- The first answer to a request, kept for its repetitions. Text, since JSON types reorder keys.
CREATE TABLE idempotency_keys (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    key             TEXT COLLATE "C" NOT NULL,
    request_hash    BYTEA NOT NULL,
    status          BIGINT NOT NULL,
    body            TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Secrets of the installation, made at its first start.
CREATE TABLE secrets (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value      BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Accounts: clients we serve, partners that serve us.
CREATE TABLE accounts (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('client', 'partner')),
    owner_id        UUID,
    note            TEXT,
    archived        BOOLEAN NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX accounts_by_name ON accounts (organisation_id, sort_key, id);

CREATE TABLE contacts (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    email           TEXT COLLATE "C",
    phone           TEXT,
    position        TEXT,
    decides         BOOLEAN NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX contacts_by_account ON contacts (organisation_id, account_id, sort_key, id);

-- Retainers. last_record numbers the facts of a retainer and orders its writers.
CREATE TABLE retainers (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT COLLATE "C" NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('setup', 'active', 'ended')),
    starts_on       DATE NOT NULL,
    ends_on         DATE,
    timezone        TEXT NOT NULL,
    series          JSONB NOT NULL,
    last_record     BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL,
    activated_at    TIMESTAMPTZ,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (ends_on IS NULL OR ends_on > starts_on),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX retainers_by_name ON retainers (organisation_id, sort_key, id);
CREATE INDEX retainers_by_account ON retainers (organisation_id, account_id);

-- Versions of what was agreed; never changed, only followed by another.
CREATE TABLE terms (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    number          BIGINT NOT NULL,
    effective_from  DATE NOT NULL,
    model           TEXT NOT NULL CHECK (model IN ('fixed_hours', 'rollover_hours')),
    terms           JSONB NOT NULL,
    reason          TEXT,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);

-- Cycles, generated from the terms. A closed one keeps its sums and the lots it began with.
CREATE TABLE cycles (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL CHECK (seq > 0),
    starts_on       DATE NOT NULL,
    ends_on         DATE NOT NULL,
    nominal_start   DATE NOT NULL,
    nominal_end     DATE NOT NULL,
    terms_id        UUID NOT NULL,
    granted         BIGINT NOT NULL CHECK (granted >= 0),
    status          TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    closes_at       TIMESTAMPTZ NOT NULL,
    closed_at       TIMESTAMPTZ,
    opening_lots    JSONB NOT NULL,
    sums            JSONB,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq),
    CHECK (ends_on > starts_on),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (sums IS NOT NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, terms_id) REFERENCES terms (organisation_id, id)
);
CREATE INDEX cycles_due ON cycles (status, closes_at);
CREATE INDEX cycles_open ON cycles (organisation_id, status, retainer_id, seq);

-- Time as people see it now. Its history is in the facts.
CREATE TABLE time_entries (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    member_id       UUID NOT NULL,
    worked_on       DATE NOT NULL,
    minutes         BIGINT NOT NULL CHECK (minutes > 0),
    draws           BOOLEAN NOT NULL,
    note            TEXT,
    late            BOOLEAN NOT NULL,
    source          TEXT NOT NULL CHECK (source IN ('recorded', 'imported')),
    raw_seconds     BIGINT,
    import_id       UUID,
    import_key      BYTEA,
    deleted_at      TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, import_key),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX time_entries_by_day ON time_entries (organisation_id, worked_on, id);
CREATE INDEX time_entries_by_retainer ON time_entries (organisation_id, retainer_id, worked_on, id);
CREATE INDEX time_entries_by_member ON time_entries (organisation_id, member_id, worked_on, id);

-- What happened, as it came. Never changed, never deleted: a mistake is undone by another fact.
CREATE TABLE facts (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    record_no       BIGINT NOT NULL CHECK (record_no > 0),
    kind            TEXT NOT NULL CHECK (kind IN ('consume', 'reverse', 'restore')),
    minutes         BIGINT NOT NULL CHECK (minutes > 0),
    worked_on       DATE NOT NULL,
    effective_on    DATE NOT NULL,
    late            BOOLEAN NOT NULL,
    time_entry_id   UUID NOT NULL,
    member_id       UUID NOT NULL,
    reverses_id     UUID,
    recorded_by     UUID NOT NULL,
    recorded_at     TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, reverses_id),
    UNIQUE (organisation_id, retainer_id, record_no),
    CHECK ((kind = 'consume') = (reverses_id IS NULL)),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries (organisation_id, id),
    FOREIGN KEY (organisation_id, reverses_id) REFERENCES facts (organisation_id, id)
);
CREATE INDEX facts_by_cycle ON facts (organisation_id, cycle_id, effective_on, record_no);
CREATE INDEX facts_by_entry ON facts (organisation_id, time_entry_id);

-- The frozen ledger of closed cycles: one row a line and lot.
CREATE TABLE ledger_entries (
    organisation_id UUID NOT NULL,
    cycle_id        UUID NOT NULL,
    position        BIGINT NOT NULL CHECK (position > 0),
    part            BIGINT NOT NULL CHECK (part >= 0),
    kind            TEXT NOT NULL CHECK (kind IN ('carry_in', 'grant', 'consume', 'reverse', 'restore', 'expire', 'carry_out')),
    effective_on    DATE NOT NULL,
    minutes         BIGINT NOT NULL,
    overage         BIGINT NOT NULL,
    balance         BIGINT NOT NULL CHECK (balance >= 0),
    lot_kind        TEXT,
    lot_origin      BIGINT,
    lot_ends_on     DATE,
    lot_minutes     BIGINT NOT NULL,
    fact_id         UUID,
    PRIMARY KEY (organisation_id, cycle_id, position, part),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, fact_id) REFERENCES facts (organisation_id, id)
);

-- Files of time being imported: the bytes as they came, and a row for each of theirs. One that is
-- still read is nobody's to see. A pass is one reading of the bytes; the rows of its number count.
CREATE TABLE imports (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    file_name       TEXT NOT NULL,
    size            BIGINT NOT NULL,
    dialect         TEXT NOT NULL CHECK (dialect IN ('toggl', 'clockify', 'harvest', 'generic')),
    state           TEXT NOT NULL CHECK (state IN ('reading', 'ready', 'committing', 'done')),
    pass            BIGINT NOT NULL,
    reading         JSONB NOT NULL,
    names           JSONB NOT NULL,
    options         JSONB NOT NULL,
    outcome         JSONB,
    failure         TEXT,
    leased_until    TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    committed_at    TIMESTAMPTZ,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id)
);
CREATE INDEX imports_by_age ON imports (organisation_id, created_at, id);
CREATE INDEX imports_by_lease ON imports (leased_until);

CREATE TABLE import_chunks (
    organisation_id UUID NOT NULL,
    import_id       UUID NOT NULL,
    no              BIGINT NOT NULL,
    bytes           BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, import_id, no),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
);

CREATE TABLE import_rows (
    organisation_id UUID NOT NULL,
    import_id       UUID NOT NULL,
    pass            BIGINT NOT NULL,
    row_no          BIGINT NOT NULL,
    target          BIGINT,
    person          BIGINT,
    worked_on       DATE,
    seconds         BIGINT,
    billable        BOOLEAN NOT NULL,
    note            TEXT,
    base_key        BYTEA,
    import_key      BYTEA,
    raw             TEXT NOT NULL,
    problem_code    TEXT,
    problem_column  TEXT,
    problem_text    TEXT,
    PRIMARY KEY (organisation_id, import_id, pass, row_no),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
);
CREATE INDEX import_rows_refused ON import_rows (organisation_id, import_id, pass, row_no)
    WHERE problem_code IS NOT NULL;

-- What clients, projects and people of a file meant the last time.
CREATE TABLE import_memory (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('target', 'person')),
    first           TEXT COLLATE "C" NOT NULL,
    second          TEXT COLLATE "C" NOT NULL,
    choice          JSONB NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, kind, first, second)
);
