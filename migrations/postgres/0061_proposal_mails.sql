-- The mails by which a proposal went to people at the client, with what they said. `{link}` stands
-- in the text for a link that is kept nowhere: `link_id` has its hash.
CREATE TABLE proposal_mails (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    proposal_id     UUID NOT NULL,
    link_id         UUID NOT NULL,
    contact_name    TEXT NOT NULL,
    address         TEXT NOT NULL,
    with_link       BOOLEAN NOT NULL,
    reminds         BOOLEAN NOT NULL,
    subject         TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    answer          TEXT,
    sent_by         UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, proposal_id)
        REFERENCES renewal_proposals (organisation_id, id),
    FOREIGN KEY (organisation_id, link_id) REFERENCES action_links (organisation_id, id),
    FOREIGN KEY (organisation_id, sent_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX proposal_mails_by_proposal ON proposal_mails (organisation_id, proposal_id, id);
-- Those that are on their way, for the clock.
CREATE INDEX proposal_mails_sending ON proposal_mails (created_at, id) WHERE state = 'sending';

-- The steps of a renewal that were ticked: which, when and by whom.
ALTER TABLE renewals ADD COLUMN steps JSONB;

-- What came of renewals is told by the ends of their terms.
CREATE INDEX renewals_by_due ON renewals (organisation_id, due_on, id);
