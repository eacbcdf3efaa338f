-- Cards and bank accounts that invoices are charged to. The numbers are with the provider.

-- How an account is charged, and to what. `scheme` is the provider's word for the kind of method.
-- Who changed it last is who records the payments that the clock brings.
CREATE TABLE charging (
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    automatic       INTEGER NOT NULL CHECK (automatic IN (0, 1)),
    charge_on       TEXT NOT NULL CHECK (charge_on IN ('issue', 'due')),
    customer        TEXT,
    method          TEXT,
    scheme          TEXT,
    brand           TEXT,
    last4           TEXT,
    expires_month   INTEGER,
    expires_year    INTEGER,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    next_at         TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    CHECK ((method IS NULL) = (scheme IS NULL)),
    CHECK ((method IS NULL) = (last4 IS NULL)),
    CHECK (method IS NULL OR customer IS NOT NULL),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX charging_by_time ON charging (next_at) WHERE automatic AND method IS NOT NULL;

-- Links by which a client gives a card to the provider. `setup` is the provider's name of that, and
-- `customer` whose card it will be there.
CREATE TABLE card_links (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    secret_hash     BLOB NOT NULL UNIQUE,
    setup           TEXT,
    customer        TEXT,
    expires_at      TEXT NOT NULL,
    ended_at        TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX card_links_by_account ON card_links (organisation_id, account_id, id);

-- One for each try of an invoice, written before the provider is asked. `asked_at` is by the
-- machine's time; from then on amount and method stay, so that it can be asked again.
CREATE TABLE charges (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    automatic       INTEGER NOT NULL CHECK (automatic IN (0, 1)),
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    currency        TEXT NOT NULL,
    customer        TEXT NOT NULL,
    method          TEXT NOT NULL,
    scheme          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'processing', 'paid', 'declined',
        'cancelled')),
    intent          TEXT,
    code            TEXT,
    reason          TEXT,
    fatal           INTEGER NOT NULL CHECK (fatal IN (0, 1)),
    tries           INTEGER NOT NULL DEFAULT 0,
    asked_at        TEXT,
    next_at         TEXT NOT NULL,
    leased_until    TEXT,
    leased_by       BLOB,
    payment_id      BLOB,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    ended_at        TEXT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, invoice_id, number),
    CHECK ((state IN ('queued', 'processing')) = (ended_at IS NULL)),
    CHECK ((state = 'paid') = (payment_id IS NOT NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX charges_running ON charges (organisation_id, invoice_id) WHERE ended_at IS NULL;
CREATE INDEX charges_asked ON charges (organisation_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX charges_waiting ON charges (next_at) WHERE ended_at IS NULL;

-- What the provider told, by its names: an event that comes again changes nothing.
CREATE TABLE provider_events (
    id          TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX provider_events_by_time ON provider_events (received_at);
