-- Organisations and people.
CREATE TABLE organisations (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    currency   TEXT NOT NULL,
    timezone   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- A person who signs in. One mail address, one password, any number of organisations.
CREATE TABLE users (
    id            BLOB NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    TEXT NOT NULL
) STRICT;

CREATE TABLE members (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    user_id         BLOB REFERENCES users (id),
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    email           TEXT,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'member', 'finance', 'viewer', 'partner')),
    active          INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, user_id),
    UNIQUE (organisation_id, email)
) STRICT;
CREATE INDEX members_by_user ON members (user_id);
CREATE INDEX members_by_name ON members (organisation_id, sort_key, id);

-- A family of refresh tokens: one sign-in on one device.
CREATE TABLE sessions (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    user_id         BLOB NOT NULL REFERENCES users (id),
    created_at      TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    revoked_at      TEXT,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX sessions_by_member ON sessions (organisation_id, member_id);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    created_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Failed sign-ins, by mail address and by network address.
CREATE TABLE sign_in_failures (
    key        TEXT NOT NULL,
    at         TEXT NOT NULL,
    id         BLOB NOT NULL PRIMARY KEY
) STRICT;
CREATE INDEX sign_in_failures_by_key ON sign_in_failures (key, at);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (at);

CREATE TABLE invitations (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    token_hash      BLOB NOT NULL UNIQUE,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    used_at         TEXT,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX invitations_by_member ON invitations (organisation_id, member_id, expires_at);

CREATE TABLE api_keys (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    member_id       BLOB NOT NULL,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'member', 'finance', 'viewer', 'partner')),
    secret_hash     BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    last_used_at    TEXT,
    expires_at      TEXT,
    revoked_at      TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX api_keys_by_organisation ON api_keys (organisation_id, id);

-- The first answer to a request, kept for its repetitions. Text, since JSON types reorder keys.
CREATE TABLE idempotency_keys (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    key             TEXT NOT NULL,
    request_hash    BLOB NOT NULL,
    status          INTEGER NOT NULL,
    body            TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Secrets of the installation, made at its first start.
CREATE TABLE secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Accounts: clients we serve, partners that serve us.
CREATE TABLE accounts (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('client', 'partner')),
    owner_id        BLOB,
    note            TEXT,
    archived        INTEGER NOT NULL CHECK (archived IN (0, 1)),
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX accounts_by_name ON accounts (organisation_id, sort_key, id);

CREATE TABLE contacts (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    email           TEXT,
    phone           TEXT,
    position        TEXT,
    decides         INTEGER NOT NULL CHECK (decides IN (0, 1)),
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
) STRICT;
CREATE INDEX contacts_by_account ON contacts (organisation_id, account_id, sort_key, id);

-- Retainers. last_record numbers the facts of a retainer and orders its writers.
CREATE TABLE retainers (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    name            TEXT NOT NULL,
    sort_key        TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('setup', 'active', 'ended')),
    starts_on       TEXT NOT NULL,
    ends_on         TEXT,
    timezone        TEXT NOT NULL,
    series          TEXT NOT NULL,
    last_record     INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT NOT NULL,
    activated_at    TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK (ends_on IS NULL OR ends_on > starts_on),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
) STRICT;
CREATE INDEX retainers_by_name ON retainers (organisation_id, sort_key, id);
CREATE INDEX retainers_by_account ON retainers (organisation_id, account_id);

-- Versions of what was agreed; never changed, only followed by another.
CREATE TABLE terms (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    number          INTEGER NOT NULL,
    effective_from  TEXT NOT NULL,
    model           TEXT NOT NULL CHECK (model IN ('fixed_hours', 'rollover_hours')),
    terms           TEXT NOT NULL,
    reason          TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;

-- Cycles, generated from the terms. A closed one keeps its sums and the lots it began with.
CREATE TABLE cycles (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq > 0),
    starts_on       TEXT NOT NULL,
    ends_on         TEXT NOT NULL,
    nominal_start   TEXT NOT NULL,
    nominal_end     TEXT NOT NULL,
    terms_id        BLOB NOT NULL,
    granted         INTEGER NOT NULL CHECK (granted >= 0),
    status          TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    closes_at       TEXT NOT NULL,
    closed_at       TEXT,
    opening_lots    TEXT NOT NULL,
    sums            TEXT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, seq),
    CHECK (ends_on > starts_on),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (sums IS NOT NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, terms_id) REFERENCES terms (organisation_id, id)
) STRICT;
CREATE INDEX cycles_due ON cycles (status, closes_at);
CREATE INDEX cycles_open ON cycles (organisation_id, status, retainer_id, seq);

-- Time as people see it now. Its history is in the facts.
CREATE TABLE time_entries (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    worked_on       TEXT NOT NULL,
    minutes         INTEGER NOT NULL CHECK (minutes > 0),
    draws           INTEGER NOT NULL CHECK (draws IN (0, 1)),
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
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX time_entries_by_day ON time_entries (organisation_id, worked_on, id);
CREATE INDEX time_entries_by_retainer ON time_entries (organisation_id, retainer_id, worked_on, id);
CREATE INDEX time_entries_by_member ON time_entries (organisation_id, member_id, worked_on, id);

-- What happened, as it came. Never changed, never deleted: a mistake is undone by another fact.
CREATE TABLE facts (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    record_no       INTEGER NOT NULL CHECK (record_no > 0),
    kind            TEXT NOT NULL CHECK (kind IN ('consume', 'reverse', 'restore')),
    minutes         INTEGER NOT NULL CHECK (minutes > 0),
    worked_on       TEXT NOT NULL,
    effective_on    TEXT NOT NULL,
    late            INTEGER NOT NULL CHECK (late IN (0, 1)),
    time_entry_id   BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    reverses_id     BLOB,
    recorded_by     BLOB NOT NULL,
    recorded_at     TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, reverses_id),
    UNIQUE (organisation_id, retainer_id, record_no),
    CHECK ((kind = 'consume') = (reverses_id IS NULL)),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries (organisation_id, id),
    FOREIGN KEY (organisation_id, reverses_id) REFERENCES facts (organisation_id, id)
) STRICT;
CREATE INDEX facts_by_cycle ON facts (organisation_id, cycle_id, effective_on, record_no);
CREATE INDEX facts_by_entry ON facts (organisation_id, time_entry_id);

-- The frozen ledger of closed cycles: one row a line and lot.
CREATE TABLE ledger_entries (
    organisation_id BLOB NOT NULL,
    cycle_id        BLOB NOT NULL,
    position        INTEGER NOT NULL CHECK (position > 0),
    part            INTEGER NOT NULL CHECK (part >= 0),
    kind            TEXT NOT NULL CHECK (kind IN ('carry_in', 'grant', 'consume', 'reverse', 'restore', 'expire', 'carry_out')),
    effective_on    TEXT NOT NULL,
    minutes         INTEGER NOT NULL,
    overage         INTEGER NOT NULL,
    balance         INTEGER NOT NULL CHECK (balance >= 0),
    lot_kind        TEXT,
    lot_origin      INTEGER,
    lot_ends_on     TEXT,
    lot_minutes     INTEGER NOT NULL,
    fact_id         BLOB,
    PRIMARY KEY (organisation_id, cycle_id, position, part),
    FOREIGN KEY (organisation_id, cycle_id) REFERENCES cycles (organisation_id, id),
    FOREIGN KEY (organisation_id, fact_id) REFERENCES facts (organisation_id, id)
) STRICT;

-- Files of time being imported: the bytes as they came, and a row for each of theirs. One that is
-- still read is nobody's to see. A pass is one reading of the bytes; the rows of its number count.
CREATE TABLE imports (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    file_name       TEXT NOT NULL,
    size            INTEGER NOT NULL,
    dialect         TEXT NOT NULL CHECK (dialect IN ('toggl', 'clockify', 'harvest', 'generic')),
    state           TEXT NOT NULL CHECK (state IN ('reading', 'ready', 'committing', 'done')),
    pass            INTEGER NOT NULL,
    reading         TEXT NOT NULL,
    names           TEXT NOT NULL,
    options         TEXT NOT NULL,
    outcome         TEXT,
    failure         TEXT,
    leased_until    TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    committed_at    TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id)
) STRICT;
CREATE INDEX imports_by_age ON imports (organisation_id, created_at, id);
CREATE INDEX imports_by_lease ON imports (leased_until);

CREATE TABLE import_chunks (
    organisation_id BLOB NOT NULL,
    import_id       BLOB NOT NULL,
    no              INTEGER NOT NULL,
    bytes           BLOB NOT NULL,
    PRIMARY KEY (organisation_id, import_id, no),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
) STRICT;

CREATE TABLE import_rows (
    organisation_id BLOB NOT NULL,
    import_id       BLOB NOT NULL,
    pass            INTEGER NOT NULL,
    row_no          INTEGER NOT NULL,
    target          INTEGER,
    person          INTEGER,
    worked_on       TEXT,
    seconds         INTEGER,
    billable        INTEGER NOT NULL CHECK (billable IN (0, 1)),
    note            TEXT,
    base_key        BLOB,
    import_key      BLOB,
    raw             TEXT NOT NULL,
    problem_code    TEXT,
    problem_column  TEXT,
    problem_text    TEXT,
    PRIMARY KEY (organisation_id, import_id, pass, row_no),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
) STRICT;
CREATE INDEX import_rows_refused ON import_rows (organisation_id, import_id, pass, row_no)
    WHERE problem_code IS NOT NULL;

-- What clients, projects and people of a file meant the last time.
CREATE TABLE import_memory (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('target', 'person')),
    first           TEXT NOT NULL,
    second          TEXT NOT NULL,
    choice          TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kind, first, second)
) STRICT;
