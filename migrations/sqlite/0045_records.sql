-- Notes of what was said with a client. One that is withdrawn is kept.
CREATE TABLE notes (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    kind            TEXT NOT NULL CHECK (kind IN ('note', 'call', 'meeting', 'message')),
    happened_at     TEXT NOT NULL,
    text            TEXT NOT NULL,
    internal        INTEGER NOT NULL CHECK (internal IN (0, 1)),
    author_id       BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    edited_at       TEXT,
    edited_by       BLOB,
    withdrawn_at    TEXT,
    withdrawn_by    BLOB,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((edited_at IS NULL) = (edited_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, author_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, edited_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, withdrawn_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX notes_by_time ON notes (organisation_id, happened_at, id);
CREATE INDEX notes_by_account ON notes (organisation_id, account_id, happened_at, id);

-- Next steps. `sorted_on` is where one stands in a list: its day, or the last there is without one.
CREATE TABLE tasks (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    note_id         BLOB,
    title           TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'done')),
    owner_id        BLOB NOT NULL,
    due_on          TEXT,
    sorted_on       TEXT NOT NULL,
    done_at         TEXT,
    done_by         BLOB,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, note_id) REFERENCES notes (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, done_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX tasks_by_day ON tasks (organisation_id, state, sorted_on, id);
CREATE INDEX tasks_by_account ON tasks (organisation_id, account_id, state, sorted_on, id);
CREATE INDEX tasks_by_owner ON tasks (organisation_id, owner_id, state, sorted_on, id);
CREATE INDEX tasks_by_note ON tasks (organisation_id, note_id, sorted_on, id);
