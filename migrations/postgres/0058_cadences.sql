-- What the clock reminds an organisation of. None, and it reminds of nothing.
CREATE TABLE follow_up_settings (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    settings        JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- How often an account is checked in with, where that is not as the organisation says.
CREATE TABLE account_cadences (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    rule            TEXT NOT NULL CHECK (rule IN ('days', 'usual', 'never')),
    days            BIGINT CHECK (days BETWEEN 1 AND 365),
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    CHECK ((rule = 'days') = (days IS NOT NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- The next steps that were made because nobody was in touch since then: one a lapse. `met_at` is when
-- the exchange was that ended one.
CREATE TABLE check_ins (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    since_at        TIMESTAMPTZ NOT NULL,
    task_id         UUID NOT NULL,
    met_at          TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, account_id, since_at),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
);

-- The next steps that were made because a session was held and not written up: one a session.
CREATE TABLE session_follow_ups (
    organisation_id UUID NOT NULL,
    session_id      UUID NOT NULL,
    task_id         UUID NOT NULL,
    PRIMARY KEY (organisation_id, session_id),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
);

-- What was drafted before a cycle ended, and the next step to look it over: one a cycle. None was
-- drafted where nobody had a mail address; a draft may be deleted.
CREATE TABLE outreaches (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    seq             BIGINT NOT NULL,
    message_id      UUID,
    task_id         UUID NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id, seq),
    UNIQUE (organisation_id, task_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, task_id) REFERENCES tasks (organisation_id, id)
);

-- What somebody is told by mail, and when not. `due_at` is when the next digest is, `last_on` the day
-- of the last one: who hands one over holds a lease, and names it by `mail_id` each time.
CREATE TABLE notification_settings (
    organisation_id UUID NOT NULL,
    member_id       UUID NOT NULL,
    settings        JSONB NOT NULL,
    due_at          TIMESTAMPTZ,
    last_on         DATE,
    sent_at         TIMESTAMPTZ,
    mail_id         UUID,
    attempts        BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    leased_until    TIMESTAMPTZ,
    leased_by       UUID,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, member_id),
    CHECK ((leased_until IS NULL) = (leased_by IS NULL)),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id)
);
CREATE INDEX notification_settings_due ON notification_settings (due_at, member_id);
