-- Cards and bank accounts that invoices are charged to. The numbers are with the provider.

-- How an account is charged, and to what. `scheme` is the provider's word for the kind of method.
-- Who changed it last is who records the payments that the clock brings.
CREATE TABLE charging (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    automatic       BOOLEAN NOT NULL,
    charge_on       TEXT NOT NULL CHECK (charge_on IN ('issue', 'due')),
    customer        TEXT,
    method          TEXT,
    scheme          TEXT,
    brand           TEXT,
    last4           TEXT,
    expires_month   BIGINT,
    expires_year    BIGINT,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    next_at         TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    CHECK ((method IS NULL) = (scheme IS NULL)),
    CHECK ((method IS NULL) = (last4 IS NULL)),
    CHECK (method IS NULL OR customer IS NOT NULL),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX charging_by_time ON charging (next_at) WHERE automatic AND method IS NOT NULL;

-- Links by which a client gives a card to the provider. `setup` is the provider's name of that, and
-- `customer` whose card it will be there.
CREATE TABLE card_links (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    secret_hash     BYTEA NOT NULL UNIQUE,
    setup           TEXT,
    customer        TEXT,
    expires_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX card_links_by_account ON card_links (organisation_id, account_id, id);

-- One for each try of an invoice, written before the provider is asked. `asked_at` is by the
-- machine's time; from then on amount and method stay, so that it can be asked again.
CREATE TABLE charges (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    invoice_id      UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    automatic       BOOLEAN NOT NULL,
    amount_minor    BIGINT NOT NULL CHECK (amount_minor > 0),
    currency        TEXT COLLATE "C" NOT NULL,
    customer        TEXT NOT NULL,
    method          TEXT NOT NULL,
    scheme          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'processing', 'paid', 'declined',
        'cancelled')),
    intent          TEXT,
    code            TEXT,
    reason          TEXT,
    fatal           BOOLEAN NOT NULL,
    tries           BIGINT NOT NULL DEFAULT 0,
    asked_at        TIMESTAMPTZ,
    next_at         TIMESTAMPTZ NOT NULL,
    leased_until    TIMESTAMPTZ,
    leased_by       UUID,
    payment_id      UUID,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, invoice_id, number),
    CHECK ((state IN ('queued', 'processing')) = (ended_at IS NULL)),
    CHECK ((state = 'paid') = (payment_id IS NOT NULL)),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE UNIQUE INDEX charges_running ON charges (organisation_id, invoice_id) WHERE ended_at IS NULL;
CREATE INDEX charges_asked ON charges (organisation_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX charges_waiting ON charges (next_at) WHERE ended_at IS NULL;

-- What the provider told, by its names: an event that comes again changes nothing.
CREATE TABLE provider_events (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX provider_events_by_time ON provider_events (received_at);
