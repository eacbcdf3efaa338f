-- Notes of what was said with a client. One that is withdrawn is kept.
CREATE TABLE notes (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID,
    kind            TEXT NOT NULL CHECK (kind IN ('note', 'call', 'meeting', 'message')),
    happened_at     TIMESTAMPTZ NOT NULL,
    text            TEXT NOT NULL,
    internal        BOOLEAN NOT NULL,
    author_id       UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    edited_at       TIMESTAMPTZ,
    edited_by       UUID,
    withdrawn_at    TIMESTAMPTZ,
    withdrawn_by    UUID,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((edited_at IS NULL) = (edited_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, author_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, edited_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, withdrawn_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX notes_by_time ON notes (organisation_id, happened_at, id);
CREATE INDEX notes_by_account ON notes (organisation_id, account_id, happened_at, id);

-- Next steps. `sorted_on` is where one stands in a list: its day, or the last there is without one.
CREATE TABLE tasks (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    retainer_id     UUID,
    note_id         UUID,
    title           TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'done')),
    owner_id        UUID NOT NULL,
    due_on          DATE,
    sorted_on       DATE NOT NULL,
    done_at         TIMESTAMPTZ,
    done_by         UUID,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK ((done_at IS NULL) = (done_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, note_id) REFERENCES notes (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, done_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX tasks_by_day ON tasks (organisation_id, state, sorted_on, id);
CREATE INDEX tasks_by_account ON tasks (organisation_id, account_id, state, sorted_on, id);
CREATE INDEX tasks_by_owner ON tasks (organisation_id, owner_id, state, sorted_on, id);
CREATE INDEX tasks_by_note ON tasks (organisation_id, note_id, sorted_on, id);
