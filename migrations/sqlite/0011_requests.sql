-- Requests: what somebody asks of a retainer, what became of it, and the links by which those
-- without a sign-in ask and answer.

-- What a change of scope brings and costs besides its lines, once.
ALTER TABLE scope_changes ADD COLUMN minutes INTEGER CHECK (minutes > 0);
ALTER TABLE scope_changes ADD COLUMN fee_minor INTEGER CHECK (fee_minor >= 0);

-- A request. `inputs` keeps what its kind asked for when it came, with what was supplied since;
-- `asked` what its asker was asked for last; `triage` the verdict that holds, as it was told.
CREATE TABLE requests (
    id               BLOB NOT NULL PRIMARY KEY,
    organisation_id  BLOB NOT NULL,
    retainer_id      BLOB NOT NULL,
    number           INTEGER NOT NULL CHECK (number > 0),
    title            TEXT NOT NULL,
    details          TEXT,
    request_type_id  BLOB,
    inputs           TEXT NOT NULL,
    source           TEXT NOT NULL CHECK (source IN ('staff', 'api', 'form')),
    link_id          BLOB,
    asker_contact_id BLOB,
    asker_name       TEXT,
    asker_email      TEXT,
    wanted_on        TEXT,
    estimate         INTEGER CHECK (estimate > 0),
    risk             TEXT NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
    frequency        TEXT NOT NULL CHECK (frequency IN ('one_off', 'occasional', 'recurring')),
    impact           TEXT NOT NULL CHECK (impact IN ('low', 'medium', 'high')),
    touches          TEXT NOT NULL,
    match_kind       TEXT CHECK (match_kind IN ('included', 'excluded', 'unclear')),
    match_line_id    BLOB,
    state            TEXT NOT NULL CHECK (state IN ('new', 'needs_input', 'triaged', 'withdrawn')),
    asked            TEXT,
    verdict          TEXT CHECK (verdict IN ('in_scope', 'swap', 'next_period', 'overage',
        'change_order', 'decline')),
    triage           TEXT,
    work_item_id     BLOB,
    scope_change_id  BLOB,
    created_by       BLOB,
    created_at       TEXT NOT NULL,
    version          INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((state = 'triaged') = (verdict IS NOT NULL)),
    CHECK ((verdict IS NULL) = (triage IS NULL)),
    CHECK ((match_line_id IS NOT NULL) = (match_kind IS NOT NULL AND match_kind <> 'unclear')),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, request_type_id) REFERENCES request_types (organisation_id, id),
    FOREIGN KEY (organisation_id, asker_contact_id) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, match_line_id) REFERENCES scope_lines (organisation_id, id),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, scope_change_id) REFERENCES scope_changes (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX requests_by_state ON requests (organisation_id, state, id);
CREATE UNIQUE INDEX requests_by_work ON requests (organisation_id, work_item_id);
CREATE INDEX requests_by_link ON requests (organisation_id, link_id, created_at);

-- Everything that happened to a request; only ever added to. What its asker did by a link was
-- written down by nobody.
CREATE TABLE request_events (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    request_id      BLOB NOT NULL,
    kind            TEXT NOT NULL,
    note            TEXT,
    verdict         TEXT,
    created_by      BLOB,
    created_at      TEXT NOT NULL,
    FOREIGN KEY (organisation_id, request_id) REFERENCES requests (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX request_events_by_request ON request_events (organisation_id, request_id, id);

-- Links of those who do not sign in: to the form of a retainer, or to a request of theirs. Only the
-- hash of the secret is kept. A form has one link at a time.
CREATE TABLE action_links (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    request_id      BLOB,
    secret_hash     BLOB NOT NULL UNIQUE,
    expires_at      TEXT NOT NULL,
    revoked_at      TEXT,
    revoked_by      BLOB,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, request_id) REFERENCES requests (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, revoked_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX action_links_by_retainer ON action_links (organisation_id, retainer_id, id);
