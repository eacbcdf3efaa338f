-- Whether the people of an account read the portal, and what they are shown there beside balances.
CREATE TABLE portals (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    open            BOOLEAN NOT NULL,
    parts           JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- Links to the portal: a person at the account signs in by one, once; a colleague looks by one as
-- they would, once; whoever holds one to the balance of a retainer reads that until it ends. Nobody
-- made one that its person asked for. One for a person holds for the mail address it was made for.
CREATE TABLE portal_links (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('contact', 'preview', 'share')),
    contact_id      UUID,
    email           TEXT,
    retainer_id     UUID,
    secret_hash     BYTEA NOT NULL UNIQUE,
    password_hash   TEXT,
    created_by      UUID,
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    used_at         TIMESTAMPTZ,
    revoked_at      TIMESTAMPTZ,
    revoked_by      UUID,
    mail            TEXT NOT NULL CHECK (mail IN ('sending', 'sent', 'failed', 'none')),
    mail_answer     TEXT,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((kind = 'contact') = (contact_id IS NOT NULL)),
    CHECK ((contact_id IS NULL) = (email IS NULL)),
    CHECK ((kind = 'share') = (retainer_id IS NOT NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, revoked_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX portal_links_by_person
    ON portal_links (organisation_id, contact_id, created_at) WHERE contact_id IS NOT NULL;
CREATE INDEX portal_links_by_retainer
    ON portal_links (organisation_id, retainer_id, id) WHERE retainer_id IS NOT NULL;
CREATE INDEX portal_links_by_end ON portal_links (expires_at);

-- Sign-ins to the portal.
CREATE TABLE portal_sessions (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    link_id         UUID NOT NULL,
    secret_hash     BYTEA NOT NULL UNIQUE,
    created_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ,
    FOREIGN KEY (organisation_id, link_id) REFERENCES portal_links (organisation_id, id)
        ON DELETE CASCADE
);
CREATE INDEX portal_sessions_by_link ON portal_sessions (organisation_id, link_id);
CREATE INDEX portal_sessions_by_end ON portal_sessions (expires_at);

-- What was seen there, by whom: a person, or who holds a link to a balance. It outlives both.
CREATE TABLE portal_views (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    visitor_id      UUID NOT NULL,
    contact_name    TEXT,
    page            TEXT NOT NULL,
    subject_id      UUID NOT NULL,
    first_at        TIMESTAMPTZ NOT NULL,
    last_at         TIMESTAMPTZ NOT NULL,
    times           BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, visitor_id, page, subject_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id)
);
CREATE INDEX portal_views_by_time ON portal_views (organisation_id, account_id, last_at, id);

-- Who signs in by mail is found by their address.
CREATE INDEX contacts_by_address ON contacts (LOWER(email));
