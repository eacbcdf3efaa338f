-- Work on a board: items with their seats and gates, what was said, checked and decided of them,
-- and the counter by which others see each change.

-- The board of a retainer. `changes` numbers every change of a card, so that whoever watches asks
-- one number; `version` is that of the settings.
CREATE TABLE boards (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    settings        JSONB NOT NULL,
    last_number     BIGINT NOT NULL DEFAULT 0,
    changes         BIGINT NOT NULL DEFAULT 0,
    version         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);

-- A piece of work. `place` sorts the cards of a column; a move writes this row alone. `change_no`
-- is the number of its last change on its board.
CREATE TABLE work_items (
    id                UUID NOT NULL PRIMARY KEY,
    organisation_id   UUID NOT NULL,
    retainer_id       UUID NOT NULL,
    number            BIGINT NOT NULL CHECK (number > 0),
    title             TEXT NOT NULL,
    goal              TEXT,
    criteria          TEXT,
    stage             TEXT NOT NULL CHECK (stage IN ('intake', 'agreed', 'in_progress',
        'in_review', 'delivered')),
    place             TEXT COLLATE "C" NOT NULL,
    priority_id       UUID,
    cycle_seq         BIGINT CHECK (cycle_seq > 0),
    channel           TEXT,
    due_on            DATE,
    estimate          BIGINT CHECK (estimate > 0),
    risk              TEXT NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
    frequency         TEXT NOT NULL CHECK (frequency IN ('one_off', 'occasional', 'recurring')),
    impact            TEXT NOT NULL CHECK (impact IN ('low', 'medium', 'high')),
    touches           JSONB NOT NULL,
    level             TEXT NOT NULL CHECK (level IN ('lightweight', 'standard', 'detailed')),
    level_chosen_by   UUID,
    level_chosen_why  TEXT,
    decision_member   UUID,
    decision_contact  UUID,
    execution_member  UUID,
    execution_contact UUID,
    input_member      UUID,
    input_contact     UUID,
    review_member     UUID,
    review_contact    UUID,
    same_person       BOOLEAN NOT NULL,
    contributors      JSONB NOT NULL,
    inputs            JSONB NOT NULL,
    first_review_at   TIMESTAMPTZ,
    first_review      TEXT CHECK (first_review IN ('draft', 'final')),
    review_passed     BOOLEAN NOT NULL,
    revisions         BIGINT NOT NULL DEFAULT 0,
    decision          TEXT CHECK (decision IN ('approve', 'stop')),
    decided           JSONB,
    verdict           JSONB,
    delivered_at      TIMESTAMPTZ,
    waiting_since     TIMESTAMPTZ,
    waits_for         TEXT,
    waited_seconds    BIGINT NOT NULL DEFAULT 0 CHECK (waited_seconds >= 0),
    change_no         BIGINT NOT NULL,
    created_by        UUID NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    version           BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK (decision_member IS NULL OR decision_contact IS NULL),
    CHECK (execution_member IS NULL OR execution_contact IS NULL),
    CHECK (input_member IS NULL OR input_contact IS NULL),
    CHECK (review_member IS NULL OR review_contact IS NULL),
    CHECK ((decision IS NULL) = (decided IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES boards (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, priority_id) REFERENCES priorities (organisation_id, id),
    FOREIGN KEY (organisation_id, level_chosen_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decision_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decision_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, execution_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, execution_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, input_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, input_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, review_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, review_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX work_items_by_place ON work_items (organisation_id, retainer_id, stage, place);
CREATE INDEX work_items_by_change ON work_items (organisation_id, retainer_id, change_no);

-- Everything that happened to a piece of work; only ever added to.
CREATE TABLE work_events (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    work_item_id    UUID NOT NULL,
    kind            TEXT NOT NULL,
    note            TEXT,
    was             TEXT,
    becomes         TEXT,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX work_events_by_item ON work_events (organisation_id, work_item_id, id);

-- Steps from one area to another.
CREATE TABLE work_handoffs (
    organisation_id  UUID NOT NULL,
    work_item_id     UUID NOT NULL,
    number           BIGINT NOT NULL CHECK (number > 0),
    from_area        TEXT NOT NULL,
    to_area          TEXT NOT NULL,
    giver_member     UUID,
    giver_contact    UUID,
    receiver_member  UUID,
    receiver_contact UUID,
    note             TEXT,
    created_by       UUID NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    accepted_by      UUID,
    accepted_at      TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, work_item_id, number),
    CHECK ((giver_member IS NULL) <> (giver_contact IS NULL)),
    CHECK ((receiver_member IS NULL) <> (receiver_contact IS NULL)),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, giver_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, giver_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, receiver_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, receiver_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, accepted_by) REFERENCES members (organisation_id, id)
);

-- What is or was in the way.
CREATE TABLE work_blockers (
    organisation_id UUID NOT NULL,
    work_item_id    UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    kind            TEXT NOT NULL,
    owner_member    UUID,
    owner_contact   UUID,
    note            TEXT,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    cleared_by      UUID,
    cleared_at      TIMESTAMPTZ,
    PRIMARY KEY (organisation_id, work_item_id, number),
    CHECK ((owner_member IS NULL) <> (owner_contact IS NULL)),
    CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, cleared_by) REFERENCES members (organisation_id, id)
);

-- Which time was spent on which piece of work.
CREATE TABLE time_entry_work (
    organisation_id UUID NOT NULL,
    time_entry_id   UUID NOT NULL,
    work_item_id    UUID NOT NULL,
    PRIMARY KEY (organisation_id, time_entry_id),
    FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries (organisation_id, id),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id)
);
CREATE INDEX time_entry_work_by_item ON time_entry_work (organisation_id, work_item_id);
