-- What the clock reminds an organisation of. None, and it reminds of nothing.
CREATE TABLE follow_up_settings (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- How often an account is checked in with, where that is not as the organisation says.
CREATE TABLE account_cadences (
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    rule            TEXT NOT NULL CHECK (rule IN ('days', 'usual', 'never')),
    days            INTEGER CHECK (days BETWEEN 1 AND 365),
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    CHECK ((rule = 'days') = (days IS NOT NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- The next steps that were made because nobody was in touch since then: one a lapse. `met_at` is when
-- the exchange was that ended one.
CREATE TABLE check_ins (
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    since_at        TEXT NOT NULL,
    task_id         BLOB NOT NULL,
    met_at          TEXT,
    PRIMARY KEY (organisation_id, account_id, since_at),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
) STRICT;

-- The next steps that were made because a session was held and not written up: one a session.
CREATE TABLE session_follow_ups (
    organisation_id BLOB NOT NULL,
    session_id      BLOB NOT NULL,
    task_id         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, session_id),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
) STRICT;

-- What was drafted before a cycle ended, and the next step to look it over: one a cycle. None was
-- drafted where nobody had a mail address; a draft may be deleted.
CREATE TABLE outreaches (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    message_id      BLOB,
    task_id         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id, seq),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
) STRICT;

-- What somebody is told by mail, and when not. `due_at` is when the next digest is, `last_on` the day
-- of the last one: who hands one over holds a lease, and names it by `mail_id` each time.
CREATE TABLE notification_settings (
    organisation_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    settings        TEXT NOT NULL,
    due_at          TEXT,
    last_on         TEXT,
    sent_at         TEXT,
    mail_id         BLOB,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until    TEXT,
    leased_by       BLOB,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, member_id),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX notification_settings_due ON notification_settings (due_at, member_id);
