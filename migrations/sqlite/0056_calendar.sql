-- Addresses at which a calendar program reads what its member may see; only the hash of a secret is kept.
CREATE TABLE calendar_feeds (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    name            TEXT NOT NULL,
    kinds           TEXT NOT NULL,
    everyone        INTEGER NOT NULL CHECK (everyone IN (0, 1)),
    language        TEXT NOT NULL,
    secret_hash     BLOB NOT NULL UNIQUE,
    created_at      TEXT NOT NULL,
    seen_at         TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX calendar_feeds_by_member ON calendar_feeds (organisation_id, member_id, id);

-- When members work, in a time zone of their own or that of the organisation. Who has said nothing works
-- Monday to Friday from nine to five.
CREATE TABLE member_hours (
    organisation_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    timezone        TEXT,
    ranges          TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, member_id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- When a session was last changed; nothing where it never was since this is kept.
ALTER TABLE client_sessions ADD COLUMN changed_at TEXT;

-- Who is invited to a session, at the address where they were invited. Who no longer is stays, for what
-- they were told.
CREATE TABLE session_invitees (
    organisation_id BLOB NOT NULL,
    session_id      BLOB NOT NULL,
    contact_id      BLOB NOT NULL,
    name            TEXT NOT NULL,
    address         TEXT NOT NULL,
    invited         INTEGER NOT NULL CHECK (invited IN (0, 1)),
    PRIMARY KEY (organisation_id, session_id, contact_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, contact_id) REFERENCES contacts (organisation_id, id)
        ON DELETE CASCADE
) STRICT;
CREATE INDEX session_invitees_by_contact ON session_invitees (organisation_id, contact_id);

-- What a message to one of them brings for the calendar of an address. It outlives person and message.
CREATE TABLE session_invitations (
    organisation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    session_id      BLOB NOT NULL,
    contact_id      BLOB NOT NULL,
    address         TEXT NOT NULL,
    method          TEXT NOT NULL CHECK (method IN ('request', 'cancel')),
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    title           TEXT NOT NULL,
    starts_at       TEXT NOT NULL,
    minutes         INTEGER NOT NULL CHECK (minutes > 0),
    made_at         TEXT NOT NULL,
    PRIMARY KEY (organisation_id, message_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id)
) STRICT;
CREATE INDEX session_invitations_by_session
    ON session_invitations (organisation_id, session_id, sequence);
