-- Work on a board: items with their seats and gates, what was said, checked and decided of them,
-- and the counter by which others see each change.

-- The board of a retainer. `changes` numbers every change of a card, so that whoever watches asks
-- one number; `version` is that of the settings.
CREATE TABLE boards (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    settings        TEXT NOT NULL,
    last_number     INTEGER NOT NULL DEFAULT 0,
    changes         INTEGER NOT NULL DEFAULT 0,
    version         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;

-- A piece of work. `place` sorts the cards of a column; a move writes this row alone. `change_no`
-- is the number of its last change on its board.
CREATE TABLE work_items (
    id                BLOB NOT NULL PRIMARY KEY,
    organisation_id   BLOB NOT NULL,
    retainer_id       BLOB NOT NULL,
    number            INTEGER NOT NULL CHECK (number > 0),
    title             TEXT NOT NULL,
    goal              TEXT,
    criteria          TEXT,
    stage             TEXT NOT NULL CHECK (stage IN ('intake', 'agreed', 'in_progress',
        'in_review', 'delivered')),
    place             TEXT NOT NULL,
    priority_id       BLOB,
    cycle_seq         INTEGER CHECK (cycle_seq > 0),
    channel           TEXT,
    due_on            TEXT,
    estimate          INTEGER CHECK (estimate > 0),
    risk              TEXT NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
    frequency         TEXT NOT NULL CHECK (frequency IN ('one_off', 'occasional', 'recurring')),
    impact            TEXT NOT NULL CHECK (impact IN ('low', 'medium', 'high')),
    touches           TEXT NOT NULL,
    level             TEXT NOT NULL CHECK (level IN ('lightweight', 'standard', 'detailed')),
    level_chosen_by   BLOB,
    level_chosen_why  TEXT,
    decision_member   BLOB,
    decision_contact  BLOB,
    execution_member  BLOB,
    execution_contact BLOB,
    input_member      BLOB,
    input_contact     BLOB,
    review_member     BLOB,
    review_contact    BLOB,
    same_person       INTEGER NOT NULL CHECK (same_person IN (0, 1)),
    contributors      TEXT NOT NULL,
    inputs            TEXT NOT NULL,
    first_review_at   TEXT,
    first_review      TEXT CHECK (first_review IN ('draft', 'final')),
    review_passed     INTEGER NOT NULL CHECK (review_passed IN (0, 1)),
    revisions         INTEGER NOT NULL DEFAULT 0,
    decision          TEXT CHECK (decision IN ('approve', 'stop')),
    decided           TEXT,
    verdict           TEXT,
    delivered_at      TEXT,
    waiting_since     TEXT,
    waits_for         TEXT,
    waited_seconds    INTEGER NOT NULL DEFAULT 0 CHECK (waited_seconds >= 0),
    change_no         INTEGER NOT NULL,
    created_by        BLOB NOT NULL,
    created_at        TEXT NOT NULL,
    version           INTEGER NOT NULL DEFAULT 1,
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
) STRICT;
CREATE INDEX work_items_by_place ON work_items (organisation_id, retainer_id, stage, place);
CREATE INDEX work_items_by_change ON work_items (organisation_id, retainer_id, change_no);

-- Everything that happened to a piece of work; only ever added to.
CREATE TABLE work_events (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    work_item_id    BLOB NOT NULL,
    kind            TEXT NOT NULL,
    note            TEXT,
    was             TEXT,
    becomes         TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX work_events_by_item ON work_events (organisation_id, work_item_id, id);

-- Steps from one area to another.
CREATE TABLE work_handoffs (
    organisation_id  BLOB NOT NULL,
    work_item_id     BLOB NOT NULL,
    number           INTEGER NOT NULL CHECK (number > 0),
    from_area        TEXT NOT NULL,
    to_area          TEXT NOT NULL,
    giver_member     BLOB,
    giver_contact    BLOB,
    receiver_member  BLOB,
    receiver_contact BLOB,
    note             TEXT,
    created_by       BLOB NOT NULL,
    created_at       TEXT NOT NULL,
    accepted_by      BLOB,
    accepted_at      TEXT,
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
) STRICT;

-- What is or was in the way.
CREATE TABLE work_blockers (
    organisation_id BLOB NOT NULL,
    work_item_id    BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    kind            TEXT NOT NULL,
    owner_member    BLOB,
    owner_contact   BLOB,
    note            TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    cleared_by      BLOB,
    cleared_at      TEXT,
    PRIMARY KEY (organisation_id, work_item_id, number),
    CHECK ((owner_member IS NULL) <> (owner_contact IS NULL)),
    CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_member) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_contact) REFERENCES contacts (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, cleared_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Which time was spent on which piece of work.
CREATE TABLE time_entry_work (
    organisation_id BLOB NOT NULL,
    time_entry_id   BLOB NOT NULL,
    work_item_id    BLOB NOT NULL,
    PRIMARY KEY (organisation_id, time_entry_id),
    FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries (organisation_id, id),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id)
) STRICT;
CREATE INDEX time_entry_work_by_item ON time_entry_work (organisation_id, work_item_id);
