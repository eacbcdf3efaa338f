-- When the clock looks next for drafts that are issued and sent by themselves; none if nothing is.
ALTER TABLE billing_settings ADD COLUMN issues_at TIMESTAMPTZ;
CREATE INDEX billing_settings_by_issue ON billing_settings (issues_at, organisation_id);
