-- Addresses at which a calendar program reads what its member may see; only the hash of a secret is kept.
CREATE TABLE calendar_feeds (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id       UUID NOT NULL,
    name            TEXT NOT NULL,
    kinds           JSONB NOT NULL,
    everyone        BOOLEAN NOT NULL,
    language        TEXT NOT NULL,
    secret_hash     BYTEA NOT NULL UNIQUE,
    created_at      TIMESTAMPTZ NOT NULL,
    seen_at         TIMESTAMPTZ,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX calendar_feeds_by_member ON calendar_feeds (organisation_id, member_id, id);

-- When members work, in a time zone of their own or that of the organisation. Who has said nothing works
-- Monday to Friday from nine to five.
CREATE TABLE member_hours (
    organisation_id UUID NOT NULL,
    member_id       UUID NOT NULL,
    timezone        TEXT,
    ranges          JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, member_id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- When a session was last changed; nothing where it never was since this is kept.
ALTER TABLE client_sessions ADD COLUMN changed_at TIMESTAMPTZ;

-- Who is invited to a session, at the address where they were invited. Who no longer is stays, for what
-- they were told.
CREATE TABLE session_invitees (
    organisation_id UUID NOT NULL,
    session_id      UUID NOT NULL,
    contact_id      UUID NOT NULL,
    name            TEXT NOT NULL,
    address         TEXT NOT NULL,
    invited         BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, session_id, contact_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id)
        ON DELETE CASCADE
);
CREATE INDEX session_invitees_by_contact ON session_invitees (organisation_id, contact_id);

-- What a message to one of them brings for the calendar of an address. It outlives person and message.
CREATE TABLE session_invitations (
    organisation_id UUID NOT NULL,
    message_id      UUID NOT NULL,
    session_id      UUID NOT NULL,
    contact_id      UUID NOT NULL,
    address         TEXT NOT NULL,
    method          TEXT NOT NULL CHECK (method IN ('request', 'cancel')),
    sequence        BIGINT NOT NULL CHECK (sequence > 0),
    title           TEXT NOT NULL,
    starts_at       TIMESTAMPTZ NOT NULL,
    minutes         BIGINT NOT NULL CHECK (minutes > 0),
    made_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, message_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id)
);
CREATE INDEX session_invitations_by_session
    ON session_invitations (organisation_id, session_id, sequence);
